// billing/notice.h: what a notice says, how it looks on each way to its user, and how often one may go out (spec 03 section 21; 05
// section 8.3; 01 section 14.5). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "settings/settings.h"

namespace opusclaw::billing {

enum class NoticeWay { Email, Webhook, Bark, Gotify };
inline constexpr NoticeWay kNoticeWays[] = {NoticeWay::Email, NoticeWay::Webhook, NoticeWay::Bark,
                                            NoticeWay::Gotify};
/// `webhook`, ...
std::string_view notice_way(NoticeWay way);
/// `notice_webhook`, ...: the kind of its row.
std::string_view notice_kind(NoticeWay way);

/// Where a user wants notices, of the JSON in `users.setting`. nullopt: that way has no address, so he gets none.
struct NoticeTarget {
    NoticeWay way = NoticeWay::Email;
    std::string address;    // mail address or URL
    std::string secret;     // of a webhook; token of Gotify
    std::int64_t priority = 0;
};
std::optional<NoticeTarget> notice_target(std::string_view setting, std::string_view account_email);

struct Notice {
    std::string type;    // `quota_exceed`
    std::string title;
    std::vector<std::string> values;    // for the placeholders, in order
    std::string content = {};           // whole; empty: the template of the way that it goes
};
/// A wallet that is nearly empty. `left`: behind the charge.
Notice low_balance_notice(const settings::Settings& settings, Quota left);
/// A channel went off, or on again, by itself.
Notice channel_off_notice(ChannelId id, std::string_view name, std::string_view reason);
Notice channel_on_notice(ChannelId id, std::string_view name);
/// The text with its values in it, as that way wants it.
std::string notice_content(NoticeWay way, const Notice& notice);

/// The JSON of a row, and back; nullopt: it is none.
std::string encode_notice(const Notice& notice);
std::optional<Notice> decode_notice(std::string_view payload);

/// One HTTP request.
struct NoticeRequest {
    std::string_view method;
    std::string url;
    std::vector<std::pair<std::string_view, std::string>> headers;
    std::string body;
};
/// Not for mail.
NoticeRequest notice_request(const NoticeTarget& target, const Notice& notice, UnixSeconds now);

/// At most so many notices of one type to one user in a while that begins with the first, and anew with each hour of the clock. Not
/// thread-safe.
class NoticeLimiter {
public:
    NoticeLimiter(std::int64_t most, std::chrono::seconds span) : most_(most), span_(span) {}
    bool admit(UserId user, std::string_view type, UnixSeconds now);
    /// Users and types it remembers. Above kMostCounts those whose while is over go, at most once in kBetweenSweeps.
    std::size_t size() const { return counts_.size(); }
    static constexpr std::size_t kMostCounts = 10'000;
    static constexpr std::chrono::seconds kBetweenSweeps{60};

private:
    struct Count {
        UnixSeconds first{};
        std::int64_t sent = 0;
    };
    std::int64_t most_;
    std::chrono::seconds span_;
    UnixSeconds swept_{};
    std::map<std::pair<std::int64_t, std::string>, Count> counts_;
};

}    // namespace opusclaw::billing
