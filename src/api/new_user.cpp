// api/new_user.cpp: the steps in their order. A code that somebody has already is drawn again, with the whole transaction.
#include "api/new_user.h"

#include <algorithm>
#include <utility>

#include "account/user_settings.h"
#include "api/quota_text.h"
#include "api/user_log.h"
#include "base/password.h"
#include "base/text.h"
#include "store/tokens.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kCodeLength = 4;
constexpr std::size_t kKeyLength = 48;
constexpr int kAttempts = 5;
constexpr std::int64_t kFirstTokenQuota = 500'000;

struct Creation {
    const NewUser& wanted;
    const settings::Settings& settings;
    store::UserRow row;
    std::int64_t now = 0;
};

/// Throws in the words of the API for what bcrypt does not take.
std::string hashed(const std::string& password) {
    try {
        return hash_password(password);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::InvalidRequest) throw;
    }
    fail_key("common.invalid_params");
}

store::UserRow row_of(const NewUser& wanted, std::int64_t now) {
    store::UserRow row;
    row.username = wanted.username;
    row.display_name = wanted.display_name.empty() ? wanted.username : wanted.display_name;
    row.role = static_cast<std::int64_t>(wanted.role);
    row.email = wanted.email;
    row.remark = wanted.remark;
    row.setting = account::first_setting(wanted.role);
    row.created_at = now;
    return row;
}

/// A gift below nothing is none.
Quota gift_of(Quota option) { return std::max(option, Quota{0}); }

void log_gift(UserLogs& logs, const Creation& creation, std::string_view words, Quota gift) {
    if (gift <= Quota{0}) return;
    logs.push_back({.user_id = creation.row.id,
                    .username = creation.row.username,
                    .type = store::LogType::System,
                    .content = std::string(words) + quota_text(creation.settings, gift),
                    .now = creation.now});
}

/// Of whoever invited.
void reward(store::Transaction& tx, const Creation& creation, UserLogs& logs) {
    const std::int64_t inviter = creation.row.inviter_id;
    const Quota gift = gift_of(creation.settings.quota_for_inviter);
    store::reward_inviter(tx, inviter, gift.units);
    const auto user = store::find_user(tx, inviter);
    if (gift <= Quota{0} || !user) return;
    logs.push_back({.user_id = inviter,
                    .username = user->username,
                    .type = store::LogType::System,
                    .content = "邀请用户赠送 " + quota_text(creation.settings, gift),
                    .now = creation.now});
}

void add_first_token(store::Transaction& tx, const Creation& creation) {
    store::TokenRow token;
    token.user_id = creation.row.id;
    token.key = random_alphanumeric(kKeyLength);
    token.name = creation.row.username + "的初始令牌";
    token.created_time = token.accessed_time = creation.now;
    token.remain_quota = kFirstTokenQuota;
    token.unlimited_quota = true;
    if (creation.settings.default_use_auto_group) token.group = "auto";
    store::insert_token(tx, token);
}

bool email_taken(store::Reader& db, const std::string& email) {
    return !email.empty() && store::email_taken(db, email);
}

/// Gives the id.
std::int64_t insert(store::Transaction& tx, Creation& creation, UserLogs& logs) {
    const NewUser& wanted = creation.wanted;
    const bool taken = store::username_taken(tx, wanted.username) || email_taken(tx, wanted.email) ||
                       email_taken(tx, wanted.claimed_email);
    if (taken) fail_key("user.exists");
    const std::int64_t inviter = store::find_inviter(tx, wanted.inviter_code);
    const Quota own = gift_of(creation.settings.quota_for_new_user);
    const Quota invited = inviter != 0 ? gift_of(creation.settings.quota_for_invitee) : Quota{0};
    store::UserRow& row = creation.row;
    row.quota = (own + invited).units;
    if (!store::quota_fits(tx.engine(), row.quota)) fail_key("quota.exceed_max");
    row.aff_code = random_alphanumeric(kCodeLength);
    row.inviter_id = inviter;
    row.id = store::insert_user(tx, row);
    log_gift(logs, creation, "新用户注册赠送 ", own);
    log_gift(logs, creation, "使用邀请码赠送 ", invited);
    if (inviter != 0) reward(tx, creation, logs);
    if (wanted.token == FirstToken::Unlimited) add_first_token(tx, creation);
    return row.id;
}

/// nullopt: the code, or the key of the first token, was somebody else's.
Task<std::optional<UserId>> try_insert(Creation& creation, const Services& services) {
    try {
        const std::int64_t id = co_await write_logged(
            services,
            [&creation](store::Transaction& tx, UserLogs& logs) { return insert(tx, creation, logs); });
        co_return UserId{id};
    } catch (const Error& error) {
        if (error.code != "unique_violation") throw;
    }
    co_return std::nullopt;
}

/// SQLite gives the id of the last user again when that one was removed: what is remembered of him is not the new one's.
Task<> forget_predecessor(UserId id, const Services& services) {
    services.directory.forget_user(id);
    if (services.ledger.user_balance(id)) co_await services.ledger.refresh(id);
}

}    // namespace

Task<> create_user(NewUser wanted, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    const std::int64_t now = to_unix(services.clock.unix_now());
    Creation creation{.wanted = wanted, .settings = *settings, .row = row_of(wanted, now), .now = now};
    creation.row.password = co_await hashed_password(wanted.password, services);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const std::optional<UserId> id = co_await try_insert(creation, services);
        if (!id) continue;
        co_await forget_predecessor(*id, services);
        co_return;
    }
    fail_key("common.uuid_duplicate");
}

Task<std::string> hashed_password(std::string password, const Services& services) {
    co_return co_await services.workers.run([&password] { return hashed(password); });
}

account::UserFields user_fields(const JsonBody& body) {
    account::UserFields fields{.username = body.optional_text("username"),
                               .password = body.optional_text("password"),
                               .display_name = body.optional_text("display_name"),
                               .email = body.optional_text("email"),
                               .remark = body.optional_text("remark")};
    if (fields.username) fields.username = std::string(text::trim(*fields.username));
    if (fields.password && fields.password->empty()) fields.password.reset();
    return fields;
}

void check_user_fields(const account::UserFields& fields) {
    const std::string broken = account::broken_rules(fields);
    if (!broken.empty()) fail_key("user.input_invalid", {{"Error", broken}});
    if (!account::storable(fields)) fail_key("common.invalid_params");
}

}    // namespace opusclaw::api
