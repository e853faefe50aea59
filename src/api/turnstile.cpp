// api/turnstile.cpp: one question to Cloudflare, through the proxies of the environment.
#include "api/turnstile.h"

#include <fmt/format.h>

#include "api/user_session.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/url.h"
#include "catalog/channel.h"
#include "net/client.h"
#include "net/loop.h"
#include "net/server.h"
#include "relay/upstream_stop.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kUrl = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLargestAnswer = std::size_t{64} << 10;

[[noreturn]] void broken(const char* why) { throw_error(ErrorKind::UpstreamBroken, "turnstile", why); }

Task<std::string> read_answer(const std::string& form, net::Client& client, relay::UpstreamStop& stop,
                              const Services& services) {
    const catalog::Origin origin = catalog::origin_of(kUrl, "", services.catalog.target_options());
    if (origin.target == nullptr) broken("the proxy of the environment cannot be used");
    const std::string path = parse_url(kUrl)->target();
    net::HeaderLines headers;
    headers.add("Content-Type", "application/x-www-form-urlencoded").add("Accept", "application/json");
    const std::string_view body[] = {form};
    net::Call call = co_await client.send(origin.target, {.path = path, .headers = &headers, .body = body},
                                          {.connect = kPatience, .head = kPatience, .idle = kPatience},
                                          stop.cancel());
    const relay::UpstreamStop::Reading reading(stop, call);
    std::string answer;
    for (auto piece = co_await call.read(); !piece.empty(); piece = co_await call.read()) {
        answer += piece;
        if (answer.size() > kLargestAnswer) broken("the answer of Turnstile is too large");
    }
    co_return answer;
}

/// Until the time is over or the caller leaves, whatever the answer is waiting for. Throws Error(ClientGone) for the latter.
Task<std::string> ask(const std::string& form, const Request& request, const Services& services) {
    relay::UpstreamStop stop;
    relay::TimeLimit limit(stop);
    request.exchange->loop().timers().arm(limit, kPatience);
    const net::ClientWatch watch(*request.exchange, [&stop] { stop.request(); });
    try {
        co_return co_await read_answer(form, *request.client, stop, services);
    } catch (const Error&) {
        if (!limit.passed()) throw;
    }
    broken("Turnstile did not answer in time");
}

bool passed(const std::string& answer) {
    const json::Document document = json::Document::copy(answer);
    document.validate();
    const auto success = document.root().find("success");
    return success && success->as_bool().value_or(false);
}

}    // namespace

Task<std::string> check_turnstile(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    if (!settings->turnstile_check_enabled) co_return std::string();
    const std::string_view cookies = request.head.headers.find("Cookie").value_or("");
    if (services.sessions.has_proof(cookies, to_unix(services.clock.unix_now()))) co_return std::string();
    const std::string_view token = request.text("turnstile");
    if (token.empty()) fail("Turnstile token 为空");
    const std::string form = fmt::format(
        "secret={}&response={}&remoteip={}", encode_query_component(settings->turnstile_secret_key),
        encode_query_component(token), encode_query_component(request.head.client.to_string()));
    bool person = false;
    try {
        person = passed(co_await ask(form, request, services));
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) throw;
        fail(translate(request.language, error.message));
    }
    if (!person) fail("Turnstile 校验失败，请刷新重试！");
    co_return proof_cookie(request.head, services);
}

}    // namespace opusclaw::api
