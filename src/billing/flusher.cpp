// billing/flusher.cpp: an applier for each database, the timer that drives them, and when segments of the journal may go.
#include "billing/flusher.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "billing/applier_hooks.h"
#include "billing/heir.h"
#include "billing/outbox_carrier.h"
#include "net/completion.h"
#include "net/thread_pool.h"
#include "store/journal_aside.h"
#include "store/journal_cursors.h"

namespace opusclaw::billing {
namespace {

using Stream = std::shared_ptr<store::JournalStream>;

}    // namespace

struct Flusher::State {
    State(net::Loop& on, store::Database& into, store::Journal& from, Ledger& of)
        : loop(on),
          database(into),
          journal(from),
          ledger(of),
          tasks(on),
          apart(into.logs_are_apart()),
          main(into, from, "main",
               balance_hooks(of, apart ? LogPlace::Apart : LogPlace::Here, Ledger::Origin::Own)),
          logs(into.logs(), from, "log", log_hooks()),
          heir(into, from, of) {}

    net::Loop& loop;
    store::Database& database;
    store::Journal& journal;
    Ledger& ledger;
    net::TaskGroup tasks;
    std::unique_ptr<OutboxCarrier> carrier;    // null: nobody puts anything into an outbox
    const bool apart;
    Applier main;
    Applier logs;    // follows nothing unless they are apart
    Heir heir;
    std::atomic<bool> stopping{false}, cleaning{false};
    net::ThreadPool heirs{{.name = "heir", .threads = 1, .queue = 1}};    // what is above outlives it

    std::uint64_t position(const store::JournalStream& stream) const {
        const std::uint64_t here = main.position(stream);
        return apart ? std::min(here, logs.position(stream)) : here;
    }
    void each_database(const std::function<void(store::Transaction&)>& job) {
        database.write_now(job);
        if (apart) database.logs().write_now(job);
    }
    void follow(const Stream& stream, std::uint64_t in_main, std::uint64_t in_logs) {
        main.follow(stream, in_main);
        if (apart) logs.follow(stream, in_logs);
    }

    void begin();
    void inherit(std::chrono::milliseconds patience);
    bool step();
    void drain();
    void finish();
    void remind() const;
    static void post(const std::shared_ptr<State>& state);
    static void clean(const std::shared_ptr<State>& state);
    static Task<> run(std::shared_ptr<State> state);
    static Task<> run_carrier(std::shared_ptr<State> state);
    static Task<> run_heir(std::shared_ptr<State> state, std::chrono::milliseconds period);
};

/// The cursors of a new file are there before its first record.
void Flusher::State::begin() {
    const auto database_id = [](store::Database& each) {
        std::int64_t id = 0;
        each.read_now([&](store::Reader& db) { id = store::database_id(db); });
        return id;
    };
    journal.open(database_id(database), apart ? database_id(database.logs()) : 0);
    each_database([this](store::Transaction& tx) {
        for (const Stream& stream : journal.streams()) store::put_cursor(tx, stream->id(), 0);
    });
    for (const Stream& stream : journal.streams()) follow(stream, 0, 0);
}

/// What processes before this one left comes before what it settles itself.
void Flusher::State::inherit(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (heir.take_over() == Heir::Outcome::Failed) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= until)
            throw std::runtime_error("the journal cannot be brought into the database (the log tells why)");
        const net::Completion nothing;
        static_cast<void>(nothing.wait_until(std::min(until, now + Applier::kPause)));
    }
}

bool Flusher::State::step() {
    const auto balances = main.step();
    const auto rows = logs.step();
    if (balances == Applier::Step::Failed || rows == Applier::Step::Failed) return false;
    return balances == Applier::Step::Moved || rows == Applier::Step::Moved;
}

/// Each database as far as it goes.
void Flusher::State::drain() {
    for (Applier* const applier : {&main, &logs})
        while (applier->step() == Applier::Step::Moved) {}
}

/// At the stop: what is stored needs no journal any more.
void Flusher::State::finish() {
    journal.close();
    if (!bring_to_disk(database)) return;
    for (const Stream& stream : journal.streams()) {
        if (position(*stream) < stream->written()) {
            log::error("{} settlements stay in the journal: the next start stores them",
                       stream->written() - position(*stream));
            continue;
        }
        try {
            drop_journal_file(database, journal, *stream);
        } catch (const std::exception& error) {
            log::warning("journal: {} stays behind: {}", stream->id(), error.what());
        }
    }
}

/// Hands what is there to the writers without waiting.
void Flusher::State::post(const std::shared_ptr<State>& state) {
    const auto then = [state] { clean(state); };
    state->main.post(then);
    state->logs.post(then);
}

/// Segments that every database has passed go when these have brought what they committed to the disk.
void Flusher::State::clean(const std::shared_ptr<State>& state) {
    using Passed = std::vector<std::pair<Stream, std::vector<std::uint64_t>>>;
    const auto passed = std::make_shared<Passed>();
    if (state->cleaning.exchange(true)) return;
    for (const Stream& stream : state->journal.streams()) {
        auto segments = stream->passed(state->position(*stream));
        if (!segments.empty()) passed->emplace_back(stream, std::move(segments));
    }
    const auto remove = [state, passed](bool complete) {
        if (complete)
            for (const auto& [stream, segments] : *passed) stream->remove(segments);
        state->cleaning = false;
    };
    if (passed->empty()) {
        state->cleaning = false;
    } else if (!state->apart) {
        state->database.post_checkpoint(remove);
    } else {
        state->database.post_checkpoint([state, remove](bool complete) {
            state->database.logs().post_checkpoint(
                [remove, complete](bool other) { remove(complete && other); });
        });
    }
}

/// A coroutine takes its parameters into its frame: the state lives as long as it runs.
Task<> Flusher::State::run(std::shared_ptr<State> state) {
    while (!state->stopping) {
        co_await state->loop.sleep(kPeriod);
        post(state);
    }
}

/// Beside the timer: a log database that does not answer holds no balance up.
Task<> Flusher::State::run_carrier(std::shared_ptr<State> state) {
    while (!state->stopping) {
        co_await state->loop.sleep(kPeriod);
        co_await state->carrier->step();
    }
}

Task<> Flusher::State::run_heir(std::shared_ptr<State> state, std::chrono::milliseconds period) {
    while (!state->stopping) {
        for (std::chrono::milliseconds waited{0}; waited < period && !state->stopping; waited += kPeriod)
            co_await state->loop.sleep(std::min(kPeriod, period));
        if (state->stopping) co_return;
        try {
            co_await state->heirs.run([heir = &state->heir] { heir->take_over(); });
        } catch (const std::exception& error) {
            log::error("journal: what other processes left in it cannot be looked at: {}", error.what());
        }
    }
}

Flusher::Flusher(net::Loop& loop, store::Database& database, store::Journal& journal, Ledger& ledger)
    : state_(std::make_shared<State>(loop, database, journal, ledger)) {}

Flusher::~Flusher() = default;

/// What nobody has looked after yet is said again at each start.
void Flusher::State::remind() const {
    const std::size_t count = store::count_aside(journal.aside_folder());
    if (count > 0)
        log::warning("journal: {} things lie in {}: what they hold is in no bill (GET /api/opus/set_aside)",
                     count, journal.aside_folder().string());
}

void Flusher::carry(store::Outbox& outbox) {
    state_->carrier = std::make_unique<OutboxCarrier>(state_->database, outbox,
                                                      state_->journal.aside_folder());
}

void Flusher::recover(std::chrono::milliseconds patience) {
    try {
        state_->begin();
        state_->inherit(patience);
        state_->remind();
    } catch (const Error& error) {
        throw std::runtime_error("the journal cannot be brought into the database: " + error.detail);
    } catch (const std::system_error& error) {
        throw std::runtime_error("the journal cannot be used (JOURNAL_DIR): " + std::string(error.what()));
    }
}

void Flusher::start(std::chrono::milliseconds between_looks) {
    state_->loop.post([state = state_, between_looks] {
        state->tasks.start(State::run(state));
        state->tasks.start(State::run_heir(state, between_looks));
        if (state->carrier) state->tasks.start(State::run_carrier(state));
    });
}

bool Flusher::step() { return state_->step(); }

bool Flusher::take_over() { return state_->heir.take_over() == Heir::Outcome::Done; }

void Flusher::stop() {
    state_->stopping = true;
    state_->heir.stop();
    net::run_and_wait(state_->loop, state_->tasks.join());
    state_->heirs.stop();
    if (state_->carrier) net::run_and_wait(state_->loop, state_->carrier->finish());
    while (state_->main.busy() || state_->logs.busy() || state_->cleaning) std::this_thread::yield();
    state_->drain();
    state_->finish();
}

Task<> Flusher::caught_up() {
    constexpr std::chrono::milliseconds kNap{5}, kMost{1000};
    std::vector<std::pair<Stream, std::uint64_t>> targets;
    for (const Stream& stream : state_->journal.streams()) targets.emplace_back(stream, stream->written());
    const auto reached = [&] {
        const bool carried = !state_->carrier || state_->carrier->done();
        return carried && std::ranges::all_of(targets, [this](const auto& each) {
                   return state_->position(*each.first) >= each.second;
               });
    };
    for (std::chrono::milliseconds waited{0}; waited < kMost && !reached(); waited += kNap) {
        State::post(state_);
        co_await net::Loop::current().sleep(kNap);
    }
}

}    // namespace opusclaw::billing
