// api/api.cpp: the way of a management call: find the row, check who asks, read the body, run, answer (spec 02 sections 1, 2).
// Which HTTP status an error gets and which headers an answer has is decided here and nowhere else.
#include "api/api.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "api/key_access.h"
#include "api/route.h"
#include "api/turnstile.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "net/content_coding.h"
#include "relay/fixed_headers.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kPrefix = "/api/";
constexpr std::string_view kBillingPrefix = "/dashboard/billing/";
constexpr std::string_view kAuthVersion = "864b7076dbcd0a3c01b5520316720ebf";
constexpr std::string_view kNoStore = "no-store";
constexpr std::string_view kNeverStored = "no-store, no-cache, must-revalidate, private, max-age=0";
constexpr std::size_t kLargestBody = std::size_t{10} << 20;
constexpr std::size_t kSmallestZipped = 1024;
constexpr std::size_t kZippedOnLoop = 32 * 1024;    // gzip needs a millisecond for about as much

account::Role role_of(Access access) {
    switch (access) {
        case Access::Root: return account::Role::Root;
        case Access::Admin: return account::Role::Admin;
        case Access::User: return account::Role::Common;
        case Access::Public:
        case Access::Visitor:
        case Access::KeyReader:
        case Access::Key: break;
    }
    return account::Role::Guest;
}

std::string_view header(const net::RequestHead& head, std::string_view name) {
    return head.headers.find(name).value_or("");
}

/// One request on its way through the stages.
struct Call {
    net::Exchange& exchange;
    const RouteMatch& match;
    const Services& services;
    net::Client& client;
    std::string_view request_id;
    Language language = Language::English;    // of messages from here on
    bool known = false;                       // the caller passed the checks of the route
    bool read = false;                        // and the body is here: from now on it is the handler's word
    std::optional<std::chrono::seconds> wait = {};    // called too often: for how long not to
    std::string proof = {};                           // Set-Cookie: a person asked
};

/// The limit of the whole API, which counts before anything else is asked.
bool too_many(Call& call) {
    const auto now = call.services.clock.steady();
    call.wait = call.services.rate_limits->admit(call.exchange.request().client, now);
    return call.wait.has_value();
}

/// The limit of the route, by address or by caller.
bool too_many(Call& call, const Request& request) {
    const RateLimits::Asker asker{.client = request.head.client,
                                  .user = call.known ? request.caller.user->id : UserId{}};
    const Limit limit = limit_of(call.match.route->path);
    call.wait = call.services.rate_limits->admit(limit, asker, call.services.clock.steady());
    return call.wait.has_value();
}

Task<Request> read_request(Call& call) {
    const net::RequestHead& head = call.exchange.request();
    Request request{.head = head, .parameters = call.match.parameters, .query = query_parameters(head.query)};
    request.request_id = call.request_id;
    if (too_many(call)) co_return request;
    const Access access = call.match.route->access;
    if (role_of(access) == account::Role::Guest) {
        if (too_many(call, request)) co_return request;    // before keys are looked up
        co_await recognise(request, access, call.services);
    } else {
        const Services& services = call.services;
        const account::AccessRules rules{.sessions = services.sessions,
                                         .directory = services.directory,
                                         .database = services.database,
                                         .now = services.clock.unix_now()};
        request.caller = co_await account::require_caller(head, rules, role_of(access));
        call.language = choose_language(request.caller.user->language, header(head, "Accept-Language"));
        call.known = true;
        if (too_many(call, request)) co_return request;
    }
    request.language = call.language;
    request.client = &call.client;
    request.exchange = &call.exchange;
    if (call.match.route->method != Method::Get) {
        const std::size_t limit = std::min(kLargestBody, call.services.environment.request_body_bytes);
        request.body = (co_await call.exchange.body({.limit = limit, .decode = false}))->view();
    }
    call.read = true;
    co_return request;
}

Reply internal_fault(const Call& call, std::string_view what) {
    log::write(log::Level::Error, call.request_id, what);
    Reply reply;
    reply.status = 500;
    json::Writer writer(reply.body);
    writer.begin_object().key("error").begin_object();
    writer.member("message", "internal error (request id: " + std::string(call.request_id) + ")");
    writer.member("type", "new_api_panic").end_object().end_object();
    return reply;
}

/// What a person did wrong is told with HTTP 200; before the handler's turn, and where trying again later helps, the
/// error's own status counts.
int status_of(const Error& error, const Call& call) {
    const bool later = error.kind == ErrorKind::RateLimited || error.kind == ErrorKind::Unavailable;
    return call.read && !later ? 200 : error.status;
}

Reply error_reply(const Error& error, const Call& call) {
    if (call.match.route->access == Access::Key) return key_refusal(error, call.language, call.request_id);
    const bool database = error.code == "database_error" || error.code == "unique_violation";
    if (database) {
        log::write(log::Level::Error, call.request_id, error.what());
        return failure(translate(call.language, "common.database_error"), status_of(error, call));
    }
    if (error.kind == ErrorKind::Internal) return internal_fault(call, error.what());
    return failure(translate(call.language, error.message), status_of(error, call));
}

Task<Reply> run(Call& call) {
    try {
        const Request request = co_await read_request(call);
        if (call.wait) co_return too_often(*call.wait);
        if (call.match.route->proof == Proof::Turnstile)
            call.proof = co_await check_turnstile(request, call.services);
        co_return co_await call.match.route->handler(request, call.services);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) throw;
        co_return error_reply(error, call);
    } catch (const std::exception& fault) {
        co_return internal_fault(call, fault.what());
    }
}

net::HeaderLines headers_of(const Reply& reply, const Call& call) {
    const net::RequestHead& head = call.exchange.request();
    net::HeaderLines headers = relay::fixed_headers(head, call.request_id, call.services.version);
    if (call.match.route->origins == Origins::Own) headers.remove("Access-Control-Allow-Origin");
    if (!reply.body.empty()) headers.add("Content-Type", "application/json; charset=utf-8");
    if (reply.retry_after_seconds > 0) headers.add("Retry-After", std::to_string(reply.retry_after_seconds));
    if (call.known) headers.add("Auth-Version", kAuthVersion);
    if (reply.caching == Caching::Secret) {
        headers.add("Cache-Control", kNeverStored).add("Pragma", "no-cache").add("Expires", "0");
    } else if (call.match.route->access != Access::Public || !reply.set_cookies.empty() ||
               !call.proof.empty()) {
        headers.add("Cache-Control", kNoStore);
    }
    for (const std::string& cookie : reply.set_cookies) headers.add("Set-Cookie", cookie);
    if (!call.proof.empty()) headers.add("Set-Cookie", call.proof);
    return headers;
}

bool may_zip(const net::RequestHead& head) {
    if (header(head, "Accept").find("text/event-stream") != std::string_view::npos) return false;
    if (net::list_has(header(head, "Connection"), "upgrade")) return false;
    return net::choose_coding(header(head, "Accept-Encoding")) == net::Coding::Gzip;
}

Task<> answer(Reply reply, const Call& call) {
    net::HeaderLines headers = headers_of(reply, call);
    if (reply.body.size() >= kSmallestZipped) {
        headers.add("Vary", "Accept-Encoding");
        if (may_zip(call.exchange.request())) {
            headers.add("Content-Encoding", "gzip");
            const auto zip = [&reply] { return net::gzip(reply.body); };
            reply.body = reply.body.size() > kZippedOnLoop ? co_await call.services.workers.run(zip) : zip();
        }
    }
    co_await call.exchange.respond(reply.status, headers, reply.body);
}

}    // namespace

bool Api::handles(std::string_view method, std::string_view path) const {
    const auto known = method_of(method);
    const bool ours = path.starts_with(kPrefix) || path.find(kBillingPrefix) != std::string_view::npos;
    return known && ours && routes().find(*known, path).has_value();
}

bool Api::closed_to_other_origins(std::string_view path) const {
    if (!path.starts_with(kPrefix)) return false;
    const auto found = routes().all_of_path(path);
    const auto own = [](const Route* route) { return route->origins == Origins::Own; };
    return !found.empty() && std::ranges::all_of(found, own);
}

std::optional<std::chrono::seconds> Api::web_wait(const net::RequestHead& request) const {
    return services_.rate_limits->admit_web(request.client, services_.clock.steady());
}

Task<> Api::handle(net::Exchange& exchange, std::string_view request_id) {
    const net::RequestHead& head = exchange.request();
    const RouteMatch match = routes().find(method_of(head.method).value(), head.path).value();
    Call call{.exchange = exchange,
              .match = match,
              .services = services_,
              .client = client_,
              .request_id = request_id,
              .language = choose_language(header(head, "Accept-Language"))};
    co_await answer(co_await run(call), call);
}

}    // namespace opusclaw::api
