// api/tokens.cpp: the caller's own API tokens, whatever his role (spec 02 section 20).
#include <array>
#include <optional>
#include <string>

#include "api/route.h"
#include "api/token_json.h"
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
    const std::vector<std::int64_t> ids = request.json().integers("ids");
    if (ids.empty()) fail_key("common.invalid_params");
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
    Route{Method::Get, "/api/token/:id", Access::User, &show_token},
    Route{Method::Post, "/api/token/", Access::User, &create_token},
    Route{Method::Delete, "/api/token/:id", Access::User, &delete_token},
    Route{Method::Post, "/api/token/:id/key", Access::User, &reveal_key},
    Route{Method::Post, "/api/token/batch/keys", Access::User, &reveal_keys},
};

}    // namespace

std::span<const Route> token_routes() { return kRoutes; }

}    // namespace opusclaw::api
