// app/entry.cpp: the first look at a request; and the answers for paths that nobody serves.
#include "app/entry.h"

#include "base/error.h"
#include "base/ids.h"
#include "base/json/writer.h"
#include "base/log.h"
#include "relay/fixed_headers.h"
#include "settings/environment_settings.h"

namespace opusclaw::app {
namespace {

/// FRONTEND_BASE_URL counts on a node that is no master.
std::string dashboard_of(const settings::EnvironmentSettings& environment) {
    std::string base = environment.is_slave ? environment.frontend_base_url : "";
    if (base.ends_with('/')) base.pop_back();
    return base;
}

/// Programs ask there: they are told, not sent elsewhere.
bool for_programs(std::string_view path) {
    const std::string_view first = path.substr(0, path.find('/', 1));
    return first == "/api" || first == "/v1" || first == "/v1beta";
}

std::string no_such_url(const net::RequestHead& request) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object().key("error").begin_object();
    writer.member("message",
                  "Invalid URL (" + std::string(request.method) + " " + std::string(request.path) + ")");
    writer.member("type", "invalid_request_error").member("param", "").member("code", "");
    writer.end_object().end_object();
    return body;
}

}    // namespace

Entry::Entry(const relay::Services& relay_services, const api::Services& api_services, net::Loop& loop,
             std::shared_ptr<net::ClientShared> client_shared)
    : dashboard_(dashboard_of(api_services.environment)),
      services_(relay_services),
      loop_(loop),
      in_flight_(*api_services.in_flight),
      client_(loop, client_shared),
      downloads_(loop, std::move(client_shared), net::IdleConnections::Close),
      relay_(relay_services, client_, downloads_),
      api_(api_services, client_) {}

Task<> Entry::handle(net::Exchange& exchange) {
    const std::string request_id = make_request_id();
    const net::RequestHead& request = exchange.request();
    try {
        if (request.method == "OPTIONS") {
            co_await preflight(exchange, request_id);
        } else if (relay::Relay::handles(request.method, request.path)) {
            const net::LoopCount::One counted(in_flight_, loop_);
            co_await relay_.handle(exchange, request_id);
        } else if (api_.handles(request.method, request.path)) {
            co_await api_.handle(exchange, request_id);
        } else {
            const net::LoopCount::One counted(in_flight_, loop_);
            co_await not_found(exchange, request_id);
        }
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;
        log::write(log::Level::Debug, request_id, "the client left before its answer");
    }
}

/// Browsers do not let `*` cover Authorization, so the requested names are echoed (spec 04 section 3.2). Closed routes of
/// the management API get no allow headers.
Task<> Entry::preflight(net::Exchange& exchange, std::string_view request_id) {
    const net::RequestHead& request = exchange.request();
    net::HeaderLines headers = relay::fixed_headers(request, request_id, services_.version);
    if (headers.has("Access-Control-Allow-Origin")) {
        if (api_.closed_to_other_origins(request.path)) {
            headers.remove("Access-Control-Allow-Origin");
        } else {
            headers.add("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE,OPTIONS")
                .add("Access-Control-Max-Age", "43200");
            const auto wanted = request.headers.find("Access-Control-Request-Headers");
            headers.add("Access-Control-Allow-Headers", wanted.value_or("*"));
        }
    }
    co_await exchange.respond(204, headers, std::string_view());
}

Task<> Entry::not_found(net::Exchange& exchange, std::string_view request_id) {
    const net::RequestHead& request = exchange.request();
    net::HeaderLines headers = relay::fixed_headers(request, request_id, services_.version);
    if (const auto wait = api_.web_wait(request)) {
        headers.add("Retry-After", std::to_string(wait->count()));
        co_await exchange.respond(429, headers, std::string_view());
        co_return;
    }
    if (!dashboard_.empty() && !for_programs(request.path)) {
        headers.add("Location", dashboard_ + std::string(request.target));
        co_await exchange.respond(301, headers, std::string_view());
        co_return;
    }
    headers.add("Cache-Control", "no-store").add("Content-Type", "application/json; charset=utf-8");
    co_await exchange.respond(404, headers, no_such_url(request));
}

}    // namespace opusclaw::app
