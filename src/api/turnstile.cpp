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

namespace opusclaw::api {
namespace {

constexpr std::string_view kUrl = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLargestAnswer = std::size_t{64} << 10;

[[noreturn]] void broken(const char* why) { throw_error(ErrorKind::UpstreamBroken, "turnstile", why); }

Task<std::string> ask(const std::string& form, const Request& request, const Services& services) {
    const catalog::Origin origin = catalog::origin_of(kUrl, "", services.catalog.target_options());
    if (origin.target == nullptr) broken("the proxy of the environment cannot be used");
    const std::string path = parse_url(kUrl)->target();
    net::HeaderLines headers;
    headers.add("Content-Type", "application/x-www-form-urlencoded").add("Accept", "application/json");
    const std::string_view body[] = {form};
    const SteadyTime end = services.clock.steady() + kPatience;
    net::Call call = co_await request.client->send(
        origin.target, {.path = path, .headers = &headers, .body = body},
        {.connect = kPatience, .head = kPatience, .idle = kPatience});
    std::string answer;
    for (auto piece = co_await call.read(); !piece.empty(); piece = co_await call.read()) {
        answer += piece;
        if (answer.size() > kLargestAnswer || services.clock.steady() > end) broken("too large or too slow");
    }
    co_return answer;
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
        fail(translate(request.language, error.message));
    }
    if (!person) fail("Turnstile 校验失败，请刷新重试！");
    co_return proof_cookie(request.head, services);
}

}    // namespace opusclaw::api
