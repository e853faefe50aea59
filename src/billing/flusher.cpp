// billing/flusher.cpp: one group at a time: sums in id order, log rows, balances read back; then the ledger is told.
#include "billing/flusher.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "net/completion.h"
#include "store/channels.h"

namespace opusclaw::billing {
namespace {

struct UserSum {
    Quota quota, used;
    std::int64_t requests = 0;
};

/// What a group changes, in id order: the same order on every node keeps row locks from crossing.
struct Sums {
    std::map<std::int64_t, UserSum> users;
    std::map<std::int64_t, Quota> tokens, channels;
    std::vector<store::LogRow> logs;
    std::int64_t now = 0;
};

Sums sum_up(std::span<const Settlement> group) {
    Sums sums;
    for (const Settlement& settlement : group) {
        UserSum& user = sums.users[settlement.user.value];
        user.quota += settlement.amount;
        sums.tokens[settlement.token.value] += settlement.amount;
        sums.now = std::max(sums.now, settlement.now);
        if (settlement.counts) {
            user.used += settlement.amount;
            ++user.requests;
            sums.channels[settlement.channel.value] += settlement.amount;
        }
        if (settlement.log) sums.logs.push_back(*settlement.log);
    }
    return sums;
}

enum class LogPlace { Here, Apart };

template <class Map>
std::vector<std::int64_t> keys_of(const Map& map) {
    std::vector<std::int64_t> keys;
    for (const auto& entry : map) keys.push_back(entry.first);
    return keys;
}

/// Log rows go along only when they live in the same database.
Ledger::Balances store_group(store::Transaction& tx, std::span<const Settlement> group, LogPlace place) {
    const Sums sums = sum_up(group);
    for (const auto& [id, sum] : sums.users)
        store::add_user_usage(tx, id, -sum.quota.units, sum.used.units, sum.requests);
    for (const auto& [id, sum] : sums.tokens) store::add_token_usage(tx, id, sum.units, sums.now);
    for (const auto& [id, sum] : sums.channels) store::add_channel_usage(tx, id, sum.units);
    if (place == LogPlace::Here) store::insert_logs(tx, sums.logs);
    return {.users = store::user_balances(tx, keys_of(sums.users)),
            .tokens = store::token_balances(tx, keys_of(sums.tokens))};
}

/// 32-bit balances stop at their limit (spec 01 section 2.1): what went beyond is not on record anywhere else.
void warn_about_limits(const Ledger::Balances& balances, store::Engine engine) {
    if (engine == store::Engine::Sqlite) return;
    constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    for (const store::UserBalance& user : balances.users)
        if (user.quota == kLeast || user.quota == kMost)
            log::warning("the balance of user {} has stopped at the limit of its column", user.id);
}

void log_failure(std::string_view what, const std::exception_ptr& failed) {
    try {
        std::rethrow_exception(failed);
    } catch (const std::exception& error) {
        log::error("{} could not be stored, kept for the next try: {}", what, error.what());
    }
}

/// Log rows on their way to a database of their own: they follow the balances, in the same order.
class LogQueue {
public:
    explicit LogQueue(store::Database& into) : database_(into) {}

    /// Takes the rows out of a group that is stored.
    void add(std::span<Settlement> group) {
        const std::scoped_lock lock(mutex_);
        for (Settlement& settlement : group) {
            if (!settlement.log) continue;
            rows_.push_back(std::move(*settlement.log));
            ++made_;
        }
    }
    std::uint64_t made() const { return made_; }
    std::uint64_t stored() const { return stored_; }
    bool busy() const { return busy_; }

    /// Hands rows to the writer without waiting; one transaction at a time. `done` gets whether rows were stored.
    static void post(const std::shared_ptr<LogQueue>& queue, const std::function<void(bool)>& done = {}) {
        auto batch = std::make_shared<std::vector<store::LogRow>>(queue->take());
        if (batch->empty()) {
            if (done) done(false);
            return;
        }
        queue->database_.post_write([batch](store::Transaction& tx) { store::insert_logs(tx, *batch); },
                                    [queue, batch, done](const std::exception_ptr& failed) {
                                        queue->finish(*batch, failed);
                                        if (done) done(failed == nullptr);
                                    });
    }

private:
    /// Nothing while a batch is on its way.
    std::vector<store::LogRow> take() {
        const std::scoped_lock lock(mutex_);
        if (busy_ || rows_.empty()) return {};
        busy_ = true;
        const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(std::min(rows_.size(), Flusher::kGroup));
        std::vector<store::LogRow> batch(std::make_move_iterator(rows_.begin()),
                                         std::make_move_iterator(end));
        rows_.erase(rows_.begin(), end);
        return batch;
    }
    void finish(std::vector<store::LogRow>& batch, const std::exception_ptr& failed) {
        if (failed != nullptr) log_failure("log rows", failed);
        const std::scoped_lock lock(mutex_);
        if (failed == nullptr)
            stored_ += batch.size();
        else
            rows_.insert(rows_.begin(), std::make_move_iterator(batch.begin()),
                         std::make_move_iterator(batch.end()));
        busy_ = false;
    }

    store::Database& database_;
    std::mutex mutex_;    // guards rows_ and the change of the others
    std::deque<store::LogRow> rows_;
    std::atomic<std::uint64_t> made_{0}, stored_{0};
    std::atomic<bool> busy_{false};
};

}    // namespace

struct Flusher::State {
    State(net::Loop& on, store::Database& into, Ledger& from)
        : loop(on),
          database(into),
          ledger(from),
          tasks(on),
          place(into.logs_are_apart() ? LogPlace::Apart : LogPlace::Here),
          logs(std::make_shared<LogQueue>(into.logs())) {}

    net::Loop& loop;
    store::Database& database;
    Ledger& ledger;
    net::TaskGroup tasks;
    std::function<void(std::span<const Settlement>)> stored = [](std::span<const Settlement>) {};
    const LogPlace place;
    const std::shared_ptr<LogQueue> logs;    // stays empty unless they are apart
    std::atomic<bool> stopping{false};
    std::atomic<bool> busy{false};    // a group is with the writer

    /// Hands a group to the writer without waiting. One at a time.
    static void post_group(const std::shared_ptr<State>& state) {
        if (state->busy.exchange(true)) return;
        auto group = std::make_shared<std::vector<Settlement>>(state->ledger.take_settled(kGroup));
        if (group->empty()) {
            state->busy = false;
            return;
        }
        auto balances = std::make_shared<Ledger::Balances>();
        state->database.post_write(
            [state, group, balances](store::Transaction& tx) {
                *balances = store_group(tx, *group, state->place);
            },
            [state, group, balances](const std::exception_ptr& failed) {
                state->finish(*group, *balances, failed);
                // In this order: stop() must find one of the two busy until the rows are stored.
                LogQueue::post(state->logs);
                state->busy = false;
            });
    }

    /// On the writer's thread, right behind the commit.
    void finish(std::vector<Settlement>& group, const Ledger::Balances& balances,
                const std::exception_ptr& failed) {
        if (failed == nullptr) {
            stored(group);
            // First, so that whoever sees the group applied finds its rows among those made.
            if (place == LogPlace::Apart) logs->add(group);
            ledger.applied(group, balances);
            warn_about_limits(balances, database.engine());
        } else {
            log_failure("a group of settlements", failed);
            ledger.return_settled(std::move(group));
        }
    }

    /// A coroutine takes its parameters into its frame: the state lives as long as it runs.
    static Task<> run(std::shared_ptr<State> state) {
        while (!state->stopping) {
            co_await state->loop.sleep(kPeriod);
            post_group(state);
            LogQueue::post(state->logs);
        }
    }
};

Flusher::Flusher(net::Loop& loop, store::Database& database, Ledger& ledger)
    : state_(std::make_shared<State>(loop, database, ledger)) {}

Flusher::~Flusher() = default;

void Flusher::when_stored(std::function<void(std::span<const Settlement>)> listener) {
    state_->stored = std::move(listener);
}

void Flusher::start() {
    state_->loop.post([state = state_] { state->tasks.start(State::run(state)); });
}

std::size_t Flusher::step() {
    std::vector<Settlement> group = state_->ledger.take_settled(kGroup);
    const std::size_t size = group.size();
    if (size > 0) {
        Ledger::Balances balances;
        bool stored = false;
        const net::Completion done;
        state_->database.post_write(
            [&](store::Transaction& tx) { balances = store_group(tx, group, state_->place); },
            [&](const std::exception_ptr& failed) {
                stored = failed == nullptr;
                state_->finish(group, balances, failed);
                done.finish();
            });
        done.wait();
        if (!stored) return 0;
    }
    return size + (store_logs() ? 1 : 0);
}

bool Flusher::store_logs() {
    bool stored = false;
    const net::Completion done;
    LogQueue::post(state_->logs, [&](bool success) {
        stored = success;
        done.finish();
    });
    done.wait();
    return stored;
}

void Flusher::stop() {
    state_->stopping = true;
    net::run_and_wait(state_->loop, state_->tasks.join());
    while (state_->busy || state_->logs->busy()) std::this_thread::yield();
    while (step() > 0) {}
    const std::uint64_t left = state_->logs->made() - state_->logs->stored();
    if (left > 0) log::error("{} log rows are lost: the log database does not take them", left);
}

Task<> Flusher::caught_up() {
    constexpr std::chrono::milliseconds kNap{5}, kMost{1000};
    const std::uint64_t target = state_->ledger.settled_count();
    std::optional<std::uint64_t> rows;    // known once the settlements are applied
    for (std::chrono::milliseconds waited{0}; waited < kMost; waited += kNap) {
        if (!rows && state_->ledger.applied_count() >= target) rows = state_->logs->made();
        if (rows && state_->logs->stored() >= *rows) co_return;
        State::post_group(state_);
        LogQueue::post(state_->logs);
        co_await net::Loop::current().sleep(kNap);
    }
}

}    // namespace opusclaw::billing
