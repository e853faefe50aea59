// billing/notice_sending.h: one notice on its way to one target, now (spec 03 section 21.3): the rules for addresses (01 section 17), the
// request, what the receiver's status means. Whom to tell, when and how often is not decided here.
#pragma once

#include <chrono>

#include "base/time.h"
#include "billing/notice.h"
#include "net/client.h"
#include "net/thread_pool.h"
#include "settings/settings_store.h"

namespace opusclaw::billing {

/// What a notice is sent with. All outlive the sending; the client is one of the loop that it runs on.
struct NoticeRoad {
    net::Client& client;
    const settings::SettingsStore& settings;
    net::ThreadPool& workers;    // look up names
    const Clock& clock;
};

/// Each for connecting and for the head of the answer.
inline constexpr std::chrono::seconds kLongestSending{10};

/// Once; not for mail. Returns when the receiver took it (2xx). Throws Error: InvalidRequest for a URL that is none or that the rules
/// refuse (`request reject: ...`, trying again is no use), UpstreamRefused for another status (`webhook request failed with status
/// code: 500`), else what stopped it, as net::Client::send() tells it; ClientGone after `cancel`.
Task<> send_notice(NoticeRoad road, const NoticeTarget& target, const Notice& notice, net::Cancel& cancel);

}    // namespace opusclaw::billing
