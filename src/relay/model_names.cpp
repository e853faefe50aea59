// relay/model_names.cpp: GET by GET, page by page, with the channel's own headers. What stands where in an answer is up to
// provider/model_names.cpp.
#include "relay/model_names.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>

#include "base/bytes.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "base/url.h"
#include "base/version.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kLargestList = std::size_t{16} << 20;
constexpr int kMostPages = 100;
constexpr std::chrono::seconds kPatience{30};

bool is_pass_through(std::string_view name) {
    return name == "*" || name.starts_with("re:") || name.starts_with("regex:");
}

std::string with_key(std::string text, std::string_view key) {
    constexpr std::string_view kPlace = "{api_key}";
    for (std::size_t at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at + key.size()))
        text.replace(at, kPlace.size(), key);
    return text;
}

void set_header(std::vector<provider::UpstreamHeader>& headers, std::string_view name, std::string value) {
    std::erase_if(
        headers, [name](const provider::UpstreamHeader& header) { return text::iequals(header.name, name); });
    if (!text::trim(value).empty()) headers.push_back({std::string(name), std::move(value)});
}

Task<provider::ModelNames> fetch_page(net::Client& client, const provider::ModelNamesCall& call,
                                      const std::string& url, const catalog::Origin& origin,
                                      UpstreamStop& stop) {
    net::HeaderLines headers;
    headers.add("Accept", "application/json").add("User-Agent", std::string("Opusclaw/").append(version()));
    for (const provider::UpstreamHeader& header : call.headers) {
        headers.remove(header.name);
        headers.add(header.name, header.value);
    }
    const auto parsed = parse_url(url);
    const std::string path = parsed ? parsed->target() : "/";
    const net::OutgoingRequest request{.method = "GET", .path = path, .headers = &headers, .body = {}};
    net::Call answer = co_await client.send(origin.target, request, {.head = kPatience, .idle = kPatience},
                                            stop.cancel());
    const UpstreamStop::Reading reading(stop, answer);
    if (answer.head().status != 200) {
        throw Error(ErrorKind::UpstreamBroken, "bad_response_status_code",
                    Message::literal("status code: " + std::to_string(answer.head().status)));
    }
    PaddedBuffer body;
    co_await answer.read_all(body, kLargestList);
    co_return provider::read_model_names(body.view(), call.shape);
}

}    // namespace

void override_headers(provider::ModelNamesCall& call, std::string_view header_override,
                      std::string_view key) {
    if (text::trim(header_override).empty()) return;
    const json::Document document = json::Document::copy(header_override);
    document.validate();
    document.root().each_member([&call, key](std::string_view name, json::View value) {
        if (is_pass_through(name)) return true;
        const auto text = value.as_string();
        if (!text) {
            throw Error(ErrorKind::InvalidRequest, "channel:header_override_invalid",
                        Message::literal("invalid header override for key " + std::string(name)));
        }
        if (!text->starts_with("{client_header:")) set_header(call.headers, name, with_key(*text, key));
        return true;
    });
}

Task<std::vector<std::string>> fetch_model_names(net::Client& client, const provider::ModelNamesCall& call,
                                                 std::string_view proxy,
                                                 const catalog::TargetOptions& options, UpstreamStop& stop) {
    const catalog::Origin origin = catalog::origin_of(call.url, proxy, options);
    if (origin.target == nullptr) throw_error(ErrorKind::InvalidRequest, "do_request_failed", origin.error);
    constexpr std::size_t kMostNames = 20'000;    // the list comes from a stranger
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    std::string token;
    for (int page = 0; page < kMostPages; ++page) {
        const std::string url = provider::page_url(call, token);
        provider::ModelNames found = co_await fetch_page(client, call, url, origin, stop);
        for (std::string& name : found.names) {
            if (names.size() < kMostNames && seen.insert(name).second) names.push_back(std::move(name));
        }
        if (found.next_page.empty() || names.size() == kMostNames) break;
        token = std::move(found.next_page);
    }
    co_return names;
}

}    // namespace opusclaw::relay
