// billing/notice_sending.cpp: the address is checked and connected to as it was checked; nothing of the answer but its status counts.
#include "billing/notice_sending.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "base/url.h"
#include "settings/fetch_target.h"

namespace opusclaw::billing {
namespace {

[[noreturn]] void reject(ErrorKind kind, const std::string& why) {
    throw_error(kind, "notice_rejected", "request reject: " + why);
}

}    // namespace

Task<> send_notice(NoticeRoad road, const NoticeTarget& target, const Notice& notice, net::Cancel& cancel) {
    const NoticeRequest request = notice_request(target, notice, road.clock.unix_now());
    // Before the rules, which would repeat the URL: tokens are in it, and this text is logged.
    if (!parse_url(request.url)) reject(ErrorKind::InvalidRequest, "invalid URL format");
    const auto rules = settings::FetchRules::of(*road.settings.current());
    auto fetched = co_await settings::fetch_target(rules, request.url, road.workers);
    if (!fetched.why.empty())
        reject(fetched.refused ? ErrorKind::InvalidRequest : ErrorKind::UpstreamBroken, fetched.why);
    net::HeaderLines headers;
    for (const auto& [name, value] : request.headers) headers.add(name, value);
    const std::string_view body[] = {request.body};
    const std::string path = fetched.url.target();
    const net::Call call = co_await road.client.send(
        net::Target::make(std::move(fetched.parts)),
        {.method = request.method, .path = path, .headers = &headers, .body = body},
        {.connect = kLongestSending, .head = kLongestSending, .idle = kLongestSending}, &cancel);
    const int status = call.head().status;
    if (status < 200 || status > 299) {
        throw_error(ErrorKind::UpstreamRefused, "notice_refused",
                    fmt::format("{} request failed with status code: {}", notice_way(target.way), status));
    }
}

}    // namespace opusclaw::billing
