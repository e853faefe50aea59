// api/tokens.cpp: the caller's own API tokens, whatever his role (spec 02 section 20).
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <type_traits>

#include "account/records.h"
#include "api/pattern_check.h"
#include "api/route.h"
#include "api/token_json.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "store/tokens.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kKeyLength = 48;
constexpr std::size_t kMostRevealed = 100;

std::int64_t caller_id(const Request& request) { return request.caller.user->id.value; }

[[noreturn]] void fail_no_id() { fail("id 或 userId 为空！"); }

std::int64_t read_id(const Request& request) {
    const std::int64_t id = request.id();
    if (id == 0) fail_no_id();
    return id;
}

std::vector<std::int64_t> read_ids(const Request& request) {
    constexpr std::size_t kMostIds =
        10'000;    // nobody has so many tokens; each piece of the list costs statements
    std::vector<std::int64_t> ids = request.json().integers("ids");
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    if (ids.empty()) fail_key("common.invalid_params");
    if (ids.size() > kMostIds) fail_key("common.batch_too_many", {{"Max", std::to_string(kMostIds)}});
    return ids;
}

/// MySQL's columns are shorter than the other engines' (spec 01 section 2.1).
void check_widths(const store::TokenRow& token, store::Engine engine) {
    constexpr std::size_t kMost = 191;
    if (engine != store::Engine::Mysql) return;
    if (text::count_characters(token.allow_ips.value_or("")) > kMost ||
        text::count_characters(token.group) > kMost)
        fail_key("common.invalid_params");
}

/// Throws `record not found` for what is not there or another user's.
Task<store::TokenRow> own_token(std::int64_t id, std::int64_t user, const Services& services) {
    const auto token = co_await services.database.read(
        [id, user](store::Reader& db) { return store::find_token(db, id, user); });
    if (!token) fail_not_found();
    co_return *token;
}

Task<Reply> list_tokens(const Request& request, const Services& services) {
    const Page page = request.page();
    const std::int64_t user = caller_id(request);
    co_await services.flusher.caught_up();
    const store::TokenPage list = co_await services.database.read(
        [&](store::Reader& db) { return store::list_tokens(db, user, page.offset(), page.size); });
    co_return success_page(page, list.total, [&list](json::Writer& writer) {
        for (const store::TokenRow& token : list.rows) write_token(writer, token);
    });
}

Task<Reply> show_token(const Request& request, const Services& services) {
    const std::int64_t id = read_id(request);
    co_await services.flusher.caught_up();
    const store::TokenRow token = co_await own_token(id, caller_id(request), services);
    co_return success([&token](json::Writer& writer) { write_token(writer, token); });
}

Task<Reply> create_token(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    store::TokenRow token = read_new_token(request.json(), *settings);
    check_widths(token, services.database.engine());
    token.user_id = caller_id(request);
    token.key = random_alphanumeric(kKeyLength);
    token.created_time = token.accessed_time = to_unix(services.clock.unix_now());
    const std::int64_t most = settings->max_user_tokens;
    co_await services.database.write([&token, most](store::Transaction& tx) {
        if (store::count_tokens(tx, token.user_id) >= most) {
            fail("已达到最大令牌数量限制 (" + std::to_string(most) + ")");
        }
        store::insert_token(tx, token);
    });
    co_return success();
}

/// The refusals of spec 02 section 20.2, in their order.
void check_search(const store::TokenSearch& search, std::int64_t tokens, std::int64_t most) {
    const bool wild = search.name.find('%') != std::string::npos || search.key.find('%') != std::string::npos;
    if (wild && tokens > most) fail("令牌数量超过上限，仅允许精确搜索，请勿使用 % 通配符");
    check_pattern(search.name);
    check_pattern(search.key);
}

/// Runs `job` on the database; a failure there is told as `text`.
template <class Job>
Task<std::invoke_result_t<Job, store::Reader&>> read_or_fail(const Services& services, Job job,
                                                             std::string_view text) {
    try {
        co_return co_await services.database.read(job);
    } catch (const Error& error) {
        if (error.code != "database_error") throw;
        log::error("{}", error.what());
    }
    fail(text);
}

Task<Reply> search_tokens(const Request& request, const Services& services) {
    const Page page = request.page();
    const std::int64_t most = services.settings.current()->max_user_tokens;
    std::string_view key = request.text("token");
    if (key.starts_with("sk-")) key.remove_prefix(3);
    const store::TokenSearch search{.user_id = caller_id(request),
                                    .name = std::string(request.text("keyword")),
                                    .key = std::string(key),
                                    .most_counted = most};
    const std::int64_t tokens = co_await read_or_fail(
        services, [&search](store::Reader& db) { return store::count_tokens(db, search.user_id); },
        "获取令牌数量失败");
    check_search(search, tokens, most);
    co_await services.flusher.caught_up();
    const store::TokenPage list = co_await read_or_fail(
        services,
        [&](store::Reader& db) { return store::search_tokens(db, search, page.offset(), page.size); },
        "搜索令牌失败");
    co_return success_page(page, list.total, [&list](json::Writer& writer) {
        for (const store::TokenRow& token : list.rows) write_token(writer, token);
    });
}

/// How a PUT is to be understood.
enum class UpdateKind { Fields, StatusOnly };

/// Gives the token as it is afterwards. Throws what is to be told.
store::TokenRow apply_update(store::Transaction& tx, const TokenUpdate& update, UpdateKind kind,
                             std::int64_t now) {
    auto stored = store::find_token(tx, update.token.id, update.token.user_id);
    if (!stored) fail_not_found();
    constexpr auto kEnabled = static_cast<std::int64_t>(account::TokenStatus::Enabled);
    store::TokenRow after = *stored;
    if (kind == UpdateKind::Fields) {
        after.expired_time = update.token.expired_time;
        after.unlimited_quota = update.token.unlimited_quota;
        after.remain_quota = update.remain_quota.value_or(stored->remain_quota);
    }
    if (update.status == kEnabled) check_enabling(after, now);
    if (kind == UpdateKind::StatusOnly) {
        store::set_token_status(tx, stored->id, update.status);
    } else {
        store::update_token(tx, update.token, update.remain_quota);
    }
    return store::find_token(tx, stored->id, stored->user_id).value();
}

Task<Reply> update_token(const Request& request, const Services& services) {
    TokenUpdate update = read_token_update(request.json(), *services.settings.current());
    const auto kind = request.text("status_only").empty() ? UpdateKind::Fields : UpdateKind::StatusOnly;
    if (kind == UpdateKind::StatusOnly && update.status != 1 && update.status != 2)
        fail_key("common.invalid_params");
    if (update.token.id == 0) fail_no_id();
    check_widths(update.token, services.database.engine());
    update.token.user_id = caller_id(request);
    const std::int64_t now = to_unix(services.clock.unix_now());
    co_await services.flusher.caught_up();
    const store::TokenRow token = co_await services.database.write(
        [&](store::Transaction& tx) { return apply_update(tx, update, kind, now); });
    services.directory.forget_token(token.key);
    // Dropped first: a request in between reads the new token, and at worst the balance that was.
    co_await services.ledger.refresh(UserId{token.user_id}, TokenId{token.id});
    co_return success([&token](json::Writer& writer) { write_token(writer, token); });
}

Task<Reply> delete_tokens(const Request& request, const Services& services) {
    const std::vector<std::int64_t> ids = read_ids(request);
    const std::int64_t user = caller_id(request);
    std::vector<store::TokenRow> tokens;
    const std::int64_t deleted = co_await services.database.write([&](store::Transaction& tx) {
        tokens = store::find_tokens(tx, ids, user);
        return store::delete_tokens(tx, ids, user);
    });
    for (const store::TokenRow& token : tokens) services.directory.forget_token(token.key);
    co_return success([deleted](json::Writer& writer) { writer.value(deleted); });
}

Task<Reply> delete_token(const Request& request, const Services& services) {
    const auto id = text::parse_int(request.parameters.front());
    if (!id || *id == 0) fail_no_id();
    const std::int64_t user = caller_id(request);
    const store::TokenRow token = co_await own_token(*id, user, services);
    const bool deleted = co_await services.database.write(
        [&token, user](store::Transaction& tx) { return store::delete_token(tx, token.id, user); });
    services.directory.forget_token(token.key);
    if (!deleted) fail_not_found();
    co_return success();
}

Task<Reply> reveal_key(const Request& request, const Services& services) {
    const store::TokenRow token = co_await own_token(read_id(request), caller_id(request), services);
    Reply reply = success(
        [&token](json::Writer& writer) { writer.begin_object().member("key", token.key).end_object(); });
    reply.caching = Caching::Secret;
    co_return reply;
}

Task<Reply> reveal_keys(const Request& request, const Services& services) {
    const std::vector<std::int64_t> ids = read_ids(request);
    if (ids.size() > kMostRevealed)
        fail_key("common.batch_too_many", {{"Max", std::to_string(kMostRevealed)}});
    const std::int64_t user = caller_id(request);
    const std::vector<store::TokenRow> tokens = co_await services.database.read(
        [&ids, user](store::Reader& db) { return store::find_tokens(db, ids, user); });
    Reply reply = success([&tokens](json::Writer& writer) {
        writer.begin_object().key("keys").begin_object();
        for (const store::TokenRow& token : tokens) writer.member(std::to_string(token.id), token.key);
        writer.end_object().end_object();
    });
    reply.caching = Caching::Secret;
    co_return reply;
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/token/", Access::User, &list_tokens},
    Route{Method::Get, "/api/token/search", Access::User, &search_tokens},
    Route{Method::Get, "/api/token/:id", Access::User, &show_token},
    Route{Method::Post, "/api/token/", Access::User, &create_token},
    Route{Method::Put, "/api/token/", Access::User, &update_token},
    Route{Method::Post, "/api/token/batch", Access::User, &delete_tokens},
    Route{Method::Delete, "/api/token/:id", Access::User, &delete_token},
    Route{Method::Post, "/api/token/:id/key", Access::User, &reveal_key},
    Route{Method::Post, "/api/token/batch/keys", Access::User, &reveal_keys},
};

}    // namespace

std::span<const Route> token_routes() { return kRoutes; }

}    // namespace opusclaw::api
