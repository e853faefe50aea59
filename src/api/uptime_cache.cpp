// api/uptime_cache.cpp: all pages side by side, both documents of a page one after the other. How they are read is in
// uptime_page.cpp.
#include "api/uptime_cache.h"

#include <optional>
#include <utility>
#include <vector>

#include "api/uptime_page.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/url.h"
#include "net/client.h"
#include "net/loop.h"

namespace opusclaw::api {
namespace {

constexpr std::chrono::seconds kPatience{10};    // for a document
constexpr std::size_t kLargestDocument = std::size_t{4} << 20;

std::shared_ptr<const net::Target> target_of(const Url& url, const UptimeParts& parts) {
    net::Target::Parts target{
        .tls = url.scheme == "https", .host = url.host, .port = url.port, .proxy = std::nullopt};
    target.check = parts.skip_certificate_check ? net::CertificateCheck::Skip : net::CertificateCheck::Verify;
    return net::Target::make(std::move(target));
}

/// Throws Error for everything but a 200 that has come within its time.
Task<std::string> fetch(const std::string& address, const UptimeParts& parts) {
    const auto url = parse_url(address);
    if (!url || (url->scheme != "http" && url->scheme != "https"))
        throw_error(ErrorKind::InvalidRequest, "bad_url", "no http or https URL");
    const SteadyTime end = parts.clock.steady() + kPatience;
    net::HeaderLines headers;
    headers.add("Accept", "application/json");
    const std::string path = url->target();
    const net::OutgoingRequest request{.method = "GET", .path = path, .headers = &headers, .body = {}};
    net::Call call = co_await parts.client.send(target_of(*url, parts), request,
                                                {.connect = kPatience, .head = kPatience, .idle = kPatience});
    if (call.head().status != 200)
        throw_error(ErrorKind::UpstreamBroken, "bad_status", "status " + std::to_string(call.head().status));
    std::string body;
    for (auto piece = co_await call.read(); !piece.empty(); piece = co_await call.read()) {
        body += piece;
        if (body.size() > kLargestDocument || parts.clock.steady() > end)
            throw_error(ErrorKind::UpstreamBroken, "too_much", "too large or too slow");
    }
    co_return body;
}

Task<> fill(ShownGroup& shown, const UptimeGroup& group, const UptimeParts& parts) {
    if (group.url.empty() || group.slug.empty()) co_return;
    std::string base = group.url;
    if (base.ends_with('/')) base.pop_back();
    base += "/api/status-page/";
    try {
        const std::string page = co_await fetch(base + group.slug, parts);
        const std::string beats = co_await fetch(base + "heartbeat/" + group.slug, parts);
        shown.monitors = read_uptime_page(page, beats).value_or(std::vector<UptimeMonitor>());
    } catch (const Error& error) {
        log::warning("the status page {} cannot be read: {}", group.slug, error.what());
    }
}

Task<std::string> fetch_all(const std::string& option, const UptimeParts& parts) {
    const std::vector<UptimeGroup> groups = read_uptime_groups(option);
    std::vector<ShownGroup> shown(groups.size());
    net::TaskGroup tasks(net::Loop::current());
    for (std::size_t index = 0; index < groups.size(); ++index) {
        shown[index].category = groups[index].category;
        tasks.start(fill(shown[index], groups[index], parts));
    }
    co_await tasks.join();
    co_return write_uptime(shown);
}

}    // namespace

UptimeCache::Turn UptimeCache::take_turn(std::string_view option, SteadyTime now, std::string& answer) {
    const std::lock_guard lock(mutex_);
    const bool known = made_ && option_ == option;
    if (known && (busy_ || now - at_ < kBelieved)) {
        answer = answer_;
        return Turn::Known;
    }
    if (busy_) return Turn::Wait;
    busy_ = true;
    return Turn::Fetch;
}

Task<std::string> UptimeCache::current(std::string option, UptimeParts parts) {
    constexpr std::chrono::milliseconds kNap{20};
    std::string answer;
    Turn turn = take_turn(option, parts.clock.steady(), answer);
    for (; turn == Turn::Wait; turn = take_turn(option, parts.clock.steady(), answer))
        co_await net::Loop::current().sleep(kNap);
    if (turn == Turn::Known) co_return answer;
    try {
        answer = co_await fetch_all(option, parts);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        busy_ = false;
        throw;
    }
    const std::lock_guard lock(mutex_);
    option_ = std::move(option);
    answer_ = answer;
    at_ = parts.clock.steady();
    made_ = true;
    busy_ = false;
    co_return answer;
}

}    // namespace opusclaw::api
