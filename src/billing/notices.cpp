// billing/notices.cpp: one step at a time; a row is claimed before it is sent, so that two nodes never send the same one at once.
#include "billing/notices.h"

#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "base/raised.h"
#include "billing/notice_sending.h"
#include "store/users.h"

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kAttempts = 2;
constexpr std::int64_t kAtOnce = 32;
constexpr std::chrono::seconds kLongestTurn{30};    // of one way; what is left comes with the next step

std::optional<NoticeTarget> target_of(store::Reader& db, std::int64_t user) {
    const auto row = store::find_user(db, user);
    return row ? notice_target(row->setting, row->email) : std::nullopt;
}

}    // namespace

Notices::Notices(net::Loop& loop, std::shared_ptr<net::ClientShared> shared, Parts parts)
    : loop_(loop),
      parts_(parts),
      client_(loop, std::move(shared), net::IdleConnections::Close),
      tasks_(loop),
      limiter_(parts.environment.notify_limit_count, parts.environment.notification_limit_duration) {}

void Notices::low_balance(UserId user, Quota left) {
    const std::lock_guard lock(mutex_);
    if (!limiter_.admit(user, "quota_exceed", parts_.clock.unix_now())) return;
    tell({user, low_balance_notice(*parts_.settings.current(), left)});
}

void Notices::tell_root(Notice notice) {
    const std::lock_guard lock(mutex_);
    if (limiter_.admit(UserId{}, notice.type, parts_.clock.unix_now())) tell({UserId{}, std::move(notice)});
}

/// Under the lock.
void Notices::tell(Told told) {
    told_.push_back(std::move(told));
    if (stopping_ || std::exchange(running_, true)) return;    // stop() queues it
    loop_.post([this] { tasks_.start(run()); });
}

Task<> Notices::run() {
    {
        const std::lock_guard lock(mutex_);
        running_ = false;
    }
    co_await step();
}

Task<> Notices::step() {
    co_await queue();
    if (stepping_) co_return;    // what was queued is found by whoever is at it, or by the next step
    const Raised raised(stepping_);
    try {
        for (const NoticeWay way : kNoticeWays)
            if (way != NoticeWay::Email && !stopping_) co_await send_due(way);
        co_await forget_old();
    } catch (const std::exception& error) {
        log::error("notices could not be sent: {}", error.what());
    }
}

Task<> Notices::forget_old() {
    constexpr std::chrono::hours kBetween{1};
    const SteadyTime now = parts_.clock.steady();
    if (forgot_ && now - *forgot_ < kBetween) co_return;
    forgot_ = now;
    const std::int64_t old = to_unix(parts_.clock.unix_now() - kKept);
    co_await parts_.database.write([old](store::Transaction& tx) { store::delete_old_notices(tx, old); });
}

Task<> Notices::queue() {
    std::vector<Told> told;
    {
        const std::lock_guard lock(mutex_);
        told.swap(told_);
    }
    if (told.empty()) co_return;
    const std::int64_t now = to_unix(parts_.clock.unix_now());
    try {
        const bool mail = co_await parts_.database.write([&told, now](store::Transaction& tx) {
            bool wanted = false;
            for (const auto& [to, notice] : told) {
                const std::int64_t user = to == UserId{} ? store::find_root(tx).value_or(0) : to.value;
                const auto target = target_of(tx, user);
                if (!target) continue;    // he wants none
                if (target->way == NoticeWay::Email) {
                    wanted = true;
                    continue;
                }
                store::insert_notice(tx, {.kind = std::string(notice_kind(target->way)),
                                          .user_id = user,
                                          .payload = encode_notice(notice),
                                          .created_at = now,
                                          .not_before = now});
            }
            return wanted;
        });
        if (mail && !std::exchange(mail_told_, true))
            log::debug("notices to users who want mail are dropped: there is no mailer");
    } catch (const std::exception& error) {
        log::error("{} notices could not be queued: {}", told.size(), error.what());
    }
}

Task<> Notices::send_due(NoticeWay way) {
    const SteadyTime end = parts_.clock.steady() + kLongestTurn;
    const auto goes_on = [this, end] { return !stopping_ && parts_.clock.steady() < end; };
    while (goes_on()) {
        const std::int64_t now = to_unix(parts_.clock.unix_now());
        const auto due = co_await parts_.database.read(
            [way, now](store::Reader& db) { return store::due_notices(db, notice_kind(way), now, kAtOnce); });
        if (due.empty()) co_return;
        for (const store::NoticeRow& row : due) {
            if (!goes_on()) co_return;
            if (co_await claim(row)) co_await deliver(row);
        }
    }
}

/// Right before the row is sent: the claim has to outlast that one sending only.
Task<bool> Notices::claim(const store::NoticeRow& row) {
    const std::int64_t until = to_unix(parts_.clock.unix_now() + kClaim);
    co_return co_await parts_.database.write(
        [&row, until](store::Transaction& tx) { return store::claim_notice(tx, row, until); });
}

Task<> Notices::deliver(const store::NoticeRow& row) {
    Sending sending;
    const auto target = co_await parts_.database.read(
        [&row](store::Reader& db) { return target_of(db, row.user_id); });
    const auto notice = decode_notice(row.payload);
    // A user who changed his mind meanwhile gets it where he wants it now, but for mail.
    if (target && notice && target->way != NoticeWay::Email) sending = co_await send(*target, *notice);
    const bool failed = !sending.why.empty();
    if (failed && stopping_) co_return;    // it was cut: its claim ends by itself
    if (failed)
        log::warning("a notice to user {} by {} was not sent: {}", row.user_id, notice_way(target->way),
                     sending.why);
    const bool again = failed && !sending.refused && row.attempts + 1 < kAttempts;
    const std::int64_t later = to_unix(parts_.clock.unix_now() + kBeforeRetry);
    co_await parts_.database.write([&row, again, later](store::Transaction& tx) {
        if (again)
            store::postpone_notice(tx, row.id, later);
        else
            store::delete_notice(tx, row.id);
    });
}

Task<Notices::Sending> Notices::send(const NoticeTarget& target, const Notice& notice) {
    if (stopping_) co_return Sending{.why = "the program stops"};
    net::Cancel cancel;
    Sending sending;
    sending_ = &cancel;
    try {
        co_await send_notice({client_, parts_.settings, parts_.workers, parts_.clock}, target, notice,
                             cancel);
    } catch (const Error& error) {
        sending = {.why = error.what(), .refused = error.kind == ErrorKind::InvalidRequest};
    } catch (const std::exception& error) {
        sending.why = error.what();
    }
    sending_ = nullptr;
    co_return sending;
}

void Notices::ask_to_stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    if (sending_ != nullptr) sending_->request();
}

Task<> Notices::stop() {
    ask_to_stop();
    co_await tasks_.join();
    co_await queue();
}

}    // namespace opusclaw::billing
