// billing/notices.h: sends users what they have to know (spec 03 section 21; 05 section 8.3): told of by whoever settles, kept in the
// table `opus_notices` until it was sent, sent on one loop. Who wants mail gets none: there is no mailer.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "billing/notice.h"
#include "net/client.h"
#include "net/loop.h"
#include "net/thread_pool.h"
#include "settings/environment_settings.h"
#include "settings/settings_store.h"
#include "store/database.h"
#include "store/notices.h"

namespace opusclaw::billing {

class Notices {
public:
    /// All outlive it.
    struct Parts {
        store::Database& database;
        const settings::SettingsStore& settings;
        const settings::EnvironmentSettings& environment;
        net::ThreadPool& workers;
        const Clock& clock;
    };
    static constexpr std::chrono::seconds kBetweenSteps{5};
    static constexpr std::chrono::seconds kClaim{60};         // a row is one node's for so long
    static constexpr std::chrono::seconds kBeforeRetry{2};    // there is one retry
    static constexpr std::chrono::hours kKept{24};            // what nobody could send

    Notices(net::Loop& loop, std::shared_ptr<net::ClientShared> shared, Parts parts);
    /// A settlement left the user's wallet with `left`, which is below his threshold. From any thread; costs little.
    void low_balance(UserId user, Quota left);
    /// For the root user, whoever that is when it is queued. Likewise.
    void tell_root(Notice notice);
    /// On the loop: queues what was told, sends what is due. A job, because of retries and of what another process left.
    Task<> step();
    /// On the loop: cuts what is being sent, and sends nothing more. Before whoever waits for a running step().
    void ask_to_stop();
    /// On the loop: ask_to_stop(), then queues what was told.
    Task<> stop();

private:
    struct Told {
        UserId user;    // 0: root
        Notice notice;
    };
    void tell(Told told);
    Task<> run();
    Task<> queue();
    Task<> forget_old();
    Task<> send_due(NoticeWay way);
    Task<bool> claim(const store::NoticeRow& row);
    Task<> deliver(const store::NoticeRow& row);
    struct Sending {
        std::string why;         // it was not sent; empty: it was
        bool refused = false;    // by our own rules: no retry
    };
    Task<Sending> send(const NoticeTarget& target, const Notice& notice);

    net::Loop& loop_;
    Parts parts_;
    net::Client client_;
    net::TaskGroup tasks_;
    net::Cancel* sending_ = nullptr;
    bool stepping_ = false;
    bool mail_told_ = false;    // that there is no mailer
    std::optional<SteadyTime> forgot_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;    // guards the rest
    NoticeLimiter limiter_;
    std::vector<Told> told_;
    bool running_ = false;
};

}    // namespace opusclaw::billing
