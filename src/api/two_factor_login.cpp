// api/two_factor_login.cpp: the second step of signing in, for users who have a second factor (spec 02 sections 8.3 and 17.4). The
// password was proved before; a cookie of its own kind says whose.
#include <fmt/chrono.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "account/twofa.h"
#include "api/route.h"
#include "api/user_session.h"
#include "base/password.h"
#include "store/two_factors.h"
#include "store/users.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kEnabled = 1;
// For programs as much as for people: they are the same in each language.
constexpr std::string_view kNoCode = "参数错误";
constexpr std::string_view kNotPending = "会话已过期，请重新登录";
constexpr std::string_view kUserGone = "用户不存在";
constexpr std::string_view kSwitchedOff = "用户未启用2FA";
constexpr std::string_view kWrongPassword = "验证码或备用码不正确";
constexpr std::string_view kWrongBackupCode = "验证码或备用码错误，请重试";

std::string code_of(const Request& request) {
    try {
        std::string code = request.json().text("code");
        if (!code.empty()) return code;
    } catch (const Error&) {
        // What is wrong with the body is told in the same words.
    }
    fail(kNoCode);
}

/// Whose password was proved.
Task<store::UserRow> pending_user(const Request& request, const Services& services) {
    const auto half = services.sessions.read_pending(request.head.headers.find("Cookie").value_or(""),
                                                     to_unix(services.clock.unix_now()));
    if (!half) fail(kNotPending);
    auto user = co_await services.database.read(
        [&half](store::Reader& db) { return store::find_user(db, half->user.value); });
    if (!user) fail(kUserGone);
    if (account::password_fingerprint(user->password) != half->password_fingerprint) fail(kNotPending);
    if (user->status != kEnabled) fail_key("auth.user_banned");
    co_return std::move(*user);
}

[[noreturn]] void fail_locked(std::int64_t until) {
    const auto time = fmt::localtime(static_cast<std::time_t>(until));
    fail(fmt::format("账户已被锁定，请在{:%Y-%m-%d %H:%M:%S}后重试", time));
}

account::TwoFactorAttempts attempts_of(const store::TwoFactor& row) {
    return {.failed = row.failed_attempts, .locked_until = row.locked_until};
}

/// Before any work is done for a code.
void check_open(const std::optional<store::TwoFactor>& row, UnixSeconds now) {
    if (!row || !row->enabled) fail(kSwitchedOff);
    if (attempts_of(*row).locked(now)) fail_locked(*row->locked_until);
}

using Proof = std::function<bool(store::Transaction&, const store::TwoFactor&)>;

struct Outcome {
    bool right = false;
    std::optional<store::TwoFactor> row;    // as it is stored now
};
/// What is proved, and what fails, is decided one after the other: nobody guesses more often by guessing side by side. Not right:
/// wrong, and counted, unless it was locked, switched off or removed in between.
Outcome settle(store::Transaction& tx, std::int64_t user, UnixSeconds now, const Proof& proof) {
    Outcome outcome{.row = store::hold_two_factor(tx, user)};
    auto& row = outcome.row;
    if (!row || !row->enabled) return outcome;
    const account::TwoFactorAttempts before = attempts_of(*row);
    if (before.locked(now)) return outcome;
    outcome.right = proof(tx, *row);
    if (outcome.right) {
        store::clear_two_factor_failures(tx, *row);
        return outcome;
    }
    const account::TwoFactorAttempts after = account::with_failure(before, now);
    row->failed_attempts = after.failed;
    row->locked_until = after.locked_until;
    store::store_two_factor_failures(tx, *row);
    return outcome;
}

/// The unused backup code that was typed. Each comparison takes as long as one of passwords.
Task<std::optional<std::int64_t>> matching_backup_code(std::int64_t user, const std::string& typed,
                                                       const Services& services) {
    const std::vector<store::BackupCode> codes = co_await services.database.read(
        [user](store::Reader& db) { return store::unused_backup_codes(db, user); });
    co_return co_await services.workers.run([&codes, &typed]() -> std::optional<std::int64_t> {
        for (const store::BackupCode& code : codes) {
            if (verify_password(typed, code.hash)) return code.id;
        }
        return std::nullopt;
    });
}

struct Tried {
    Proof proof;
    std::string_view refusal;    // when it is wrong
};
/// What a code may prove by its form.
Task<Tried> read_code(const std::string& code, std::int64_t user, UnixSeconds now, const Services& services) {
    if (auto password = account::one_time_password(code)) {
        co_return Tried{
            [password = std::move(*password), now](store::Transaction& tx, const store::TwoFactor& row) {
                const auto step = account::one_time_step(row.secret, password, now);
                return step && store::use_one_time_step(tx, row, *step);
            },
            kWrongPassword};
    }
    const auto typed = account::backup_code(code);
    if (!typed) fail(kWrongPassword);    // neither: not counted
    const auto match = co_await matching_backup_code(user, *typed, services);
    co_return Tried{[match](store::Transaction& tx, const store::TwoFactor&) {
                        return match && store::use_backup_code(tx, *match);
                    },
                    kWrongBackupCode};
}

Task<Reply> log_in_with_code(const Request& request, const Services& services) {
    const std::string code = code_of(request);
    const store::UserRow user = co_await pending_user(request, services);
    const UnixSeconds now = services.clock.unix_now();
    check_open(co_await services.database.read(
                   [&user](store::Reader& db) { return store::find_two_factor(db, user.id); }),
               now);
    const Tried tried = co_await read_code(code, user.id, now, services);
    const Outcome outcome = co_await services.database.write(
        [&](store::Transaction& tx) { return settle(tx, user.id, now, tried.proof); });
    if (!outcome.right) {
        check_open(outcome.row, now);
        fail(tried.refusal);
    }
    co_return co_await complete_login(user, request.head, services);
}

constexpr std::array kRoutes = {
    Route{Method::Post, "/api/user/login/2fa", Access::Public, &log_in_with_code},
};

}    // namespace

std::span<const Route> two_factor_login_routes() { return kRoutes; }

}    // namespace opusclaw::api
