// billing/flusher.cpp: one group at a time: sums in id order, log rows, balances read back; then the ledger is told.
#include "billing/flusher.h"

#include <algorithm>
#include <atomic>
#include <map>
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

template <class Map>
std::vector<std::int64_t> keys_of(const Map& map) {
    std::vector<std::int64_t> keys;
    for (const auto& entry : map) keys.push_back(entry.first);
    return keys;
}

Ledger::Balances store_group(store::Transaction& tx, std::span<const Settlement> group) {
    const Sums sums = sum_up(group);
    for (const auto& [id, sum] : sums.users)
        store::add_user_usage(tx, id, -sum.quota.units, sum.used.units, sum.requests);
    for (const auto& [id, sum] : sums.tokens) store::add_token_usage(tx, id, sum.units, sums.now);
    for (const auto& [id, sum] : sums.channels) store::add_channel_usage(tx, id, sum.units);
    if (!sums.logs.empty()) store::insert_logs(tx, sums.logs);
    return {.users = store::user_balances(tx, keys_of(sums.users)),
            .tokens = store::token_balances(tx, keys_of(sums.tokens))};
}

}    // namespace

struct Flusher::State {
    State(net::Loop& on, store::Database& into, Ledger& from)
        : loop(on), database(into), ledger(from), tasks(on) {}

    net::Loop& loop;
    store::Database& database;
    Ledger& ledger;
    net::TaskGroup tasks;
    std::function<void(std::span<const Settlement>)> stored = [](std::span<const Settlement>) {};
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
            [group, balances](store::Transaction& tx) { *balances = store_group(tx, *group); },
            [state, group, balances](std::exception_ptr failed) {
                state->finish(*group, *balances, failed);
            });
    }

    /// On the writer's thread, right behind the commit.
    void finish(std::vector<Settlement>& group, const Ledger::Balances& balances,
                const std::exception_ptr& failed) {
        if (failed == nullptr) {
            stored(group);
            ledger.applied(group, balances);
        } else {
            log_failure(failed);
            ledger.return_settled(std::move(group));
        }
        busy = false;
    }

    static void log_failure(const std::exception_ptr& failed) {
        try {
            std::rethrow_exception(failed);
        } catch (const std::exception& error) {
            log::error("a group of settlements could not be stored and is kept: {}", error.what());
        }
    }

    /// A coroutine takes its parameters into its frame: the state lives as long as it runs.
    static Task<> run(std::shared_ptr<State> state) {
        while (!state->stopping) {
            co_await state->loop.sleep(kPeriod);
            post_group(state);
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
    if (group.empty()) return 0;
    Ledger::Balances balances;
    std::exception_ptr failed;
    const net::Completion done;
    state_->database.post_write([&](store::Transaction& tx) { balances = store_group(tx, group); },
                                [&](std::exception_ptr why) {
                                    failed = std::move(why);
                                    if (failed == nullptr) {
                                        state_->stored(group);
                                        state_->ledger.applied(group, balances);
                                    }
                                    done.finish();
                                });
    done.wait();
    if (failed != nullptr) {
        State::log_failure(failed);
        state_->ledger.return_settled(std::move(group));
        return 0;
    }
    return group.size();
}

void Flusher::stop() {
    state_->stopping = true;
    net::run_and_wait(state_->loop, state_->tasks.join());
    while (state_->busy) std::this_thread::yield();
    while (step() > 0) {}
}

Task<> Flusher::caught_up() {
    constexpr std::chrono::milliseconds kNap{5}, kMost{1000};
    const std::uint64_t target = state_->ledger.settled_count();
    for (std::chrono::milliseconds waited{0}; state_->ledger.applied_count() < target && waited < kMost;
         waited += kNap) {
        State::post_group(state_);
        co_await net::Loop::current().sleep(kNap);
    }
}

}    // namespace opusclaw::billing
