// api/key_access.cpp: the checks, in the order of their tables.
#include "api/key_access.h"

#include "base/text.h"
#include "dialect/dialect.h"
#include "dialect/error_body.h"
#include "relay/failure.h"
#include "relay/funds.h"

namespace opusclaw::api {
namespace {

[[noreturn]] void refuse(int status, std::string key) {
    throw Error(ErrorKind::Unauthenticated, "", Message::key(std::move(key))).with_status(status);
}

/// A session or access token that fails any check counts as none.
Task<account::ApiCaller> visitor(const Request& request, const Services& services) {
    const account::AccessRules rules{.sessions = services.sessions,
                                     .directory = services.directory,
                                     .database = services.database,
                                     .now = services.clock.unix_now()};
    try {
        co_return co_await account::require_caller(request.head, rules, account::Role::Common);
    } catch (const Error&) {
        // nobody, then
    }
    co_return account::ApiCaller{};
}

/// Spec 02 section 2.5. Letters of another case than these two are no prefix.
std::string_view key_of(std::string_view authorization) {
    for (const std::string_view prefix : {"Bearer ", "bearer ", "sk-"}) {
        if (authorization.starts_with(prefix)) authorization.remove_prefix(prefix.size());
    }
    return authorization.substr(0, authorization.find('-'));
}

Task<store::TokenRow> readable_token(const Request& request, const Services& services) {
    const std::string_view authorization = request.head.headers.find("Authorization").value_or("");
    if (authorization.empty()) refuse(401, "token.not_provided");
    const std::string key(key_of(authorization));
    co_await services.flusher.caught_up();
    auto token = co_await services.database.read(
        [&key](store::Reader& db) { return store::find_token_by_key(db, key); });
    if (!token) refuse(401, "token.invalid");
    const auto owner = co_await services.directory.user(UserId{token->user_id});
    if (owner == nullptr || !owner->enabled) refuse(403, "auth.user_banned");
    co_return std::move(*token);
}

Task<account::Caller> key_owner(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    relay::LedgerFunds funds(services.ledger);
    co_return co_await account::identify(request.head, services.directory, funds, *settings,
                                         services.clock.unix_now());
}

}    // namespace

Task<> recognise(Request& request, Access access, const Services& services) {
    if (access == Access::Visitor) request.caller = co_await visitor(request, services);
    if (access == Access::KeyReader) request.token = co_await readable_token(request, services);
    if (access == Access::Key) request.key = co_await key_owner(request, services);
}

Reply key_refusal(const Error& error, Language language, std::string_view request_id) {
    const relay::Failure failure = relay::Failure::of(error, language);
    Reply reply;
    reply.status = failure.client.status;
    reply.body = dialect::render_error(dialect::Dialect::OpenaiChat, failure.client, request_id);
    return reply;
}

}    // namespace opusclaw::api
