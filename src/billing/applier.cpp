// billing/applier.cpp: reads a group, moves the cursors, stores; and what is done when a cursor is elsewhere (a commit whose answer was
// lost), or when the database refuses a group (it is halved until the bad settlement stands alone).
#include "billing/applier.h"

#include <algorithm>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "billing/refusal.h"
#include "net/completion.h"
#include "store/journal_aside.h"
#include "store/journal_cursors.h"

namespace opusclaw::billing {
namespace {

struct Follow {
    Follow(std::shared_ptr<store::JournalStream> from, std::uint64_t sequence)
        : stream(std::move(from)), at{.sequence = sequence}, sequence(sequence) {}
    std::shared_ptr<store::JournalStream> stream;
    store::JournalPosition at;              // on the writer's thread
    std::atomic<std::uint64_t> sequence;    // the same for everybody
};

/// What a group took of a file.
struct Part {
    Follow* follow = nullptr;
    store::JournalPosition to;
};

enum class Fate {
    Store,
    StoredAlready,    // its transaction was committed, though nobody said so
    SetAside          // one record that cannot be stored, or bytes that cannot be read
};

struct Group {
    Fate fate = Fate::Store;
    std::vector<Settlement> settlements;
    std::vector<Part> parts;
    std::string raw, reason;    // SetAside: what goes into the file, and why
};

}    // namespace

struct Applier::State {
    State(store::Database& into, const store::Journal& from, std::string called, Hooks given)
        : database(into), journal(from), name(std::move(called)), hooks(std::move(given)) {}

    store::Database& database;
    const store::Journal& journal;
    const std::string name;
    const Hooks hooks;
    std::vector<std::unique_ptr<Follow>> follows;
    std::atomic<bool> busy{false};
    std::atomic<SteadyTime> not_before{SteadyTime{}};

    // On the writer's thread: how the next group is taken.
    std::size_t limit = kGroup;
    std::size_t first = 0;        // the file that has its turn
    Follow* refuses = nullptr;    // the database refuses the next record of this file
    std::string refusal;          // and says why
    Follow* ahead = nullptr;      // of this file, what goes up to `ahead_to` is stored already
    std::uint64_t ahead_to = 0;
    bool repaired = false;    // since the last commit
    Group group;

    void read_group();
    void read_part(Follow& follow, std::size_t most);
    void apply(store::Transaction& tx, Ledger::Balances& balances);
    void move_cursors(store::Transaction& tx) const;
    void committed(const Ledger::Balances& balances);
    Step failed(const std::exception_ptr& failure);
    Step refused(const Error& error);
    void repair();
    bool find_cursors(std::string& why);
    bool elsewhere();
    void go_on_from(const Part& part, std::optional<std::int64_t> at);
    void keep_aside() const;
    bool behind() const {
        return std::ranges::any_of(
            follows, [](const auto& follow) { return follow->stream->written() > follow->sequence; });
    }

    /// Records that are not in the database yet.
    std::uint64_t waiting() const {
        std::uint64_t count = 0;
        for (const auto& follow : follows) {
            const std::uint64_t written = follow->stream->written(), stored = follow->sequence;
            if (written > stored) count += written - stored;
        }
        return count;
    }

    static void post(const std::shared_ptr<State>& state, const std::function<void(Step)>& done);
    static void post_more(const std::shared_ptr<State>& state, const std::function<void()>& done);
};

/// Appends to the group what decodes. Something that does not becomes a group of its own.
void Applier::State::read_part(Follow& follow, std::size_t most) {
    store::JournalBatch batch = follow.stream->read(follow.at, most);
    const bool stored_already = group.fate == Fate::StoredAlready;    // and set aside, what had to be
    if (batch.damaged) {
        if (!group.parts.empty()) return;
        if (!stored_already) group.fate = Fate::SetAside;
        group.raw = std::move(batch.bytes);
        group.reason = "the bytes of the journal are damaged here";
        group.parts.push_back({.follow = &follow, .to = *batch.damaged});
        return;
    }
    Part part{.follow = &follow, .to = follow.at};
    for (const auto& record : batch.records) {
        if (ahead == &follow && record.behind.sequence > ahead_to) break;
        auto settlement = decode_settlement(batch.payload(record));
        if (!stored_already && (!settlement || refuses == &follow)) {
            if (part.to.sequence != follow.at.sequence || !group.parts.empty()) break;
            group.fate = Fate::SetAside;
            group.raw = batch.payload(record);
            group.reason = settlement ? refusal : "not a settlement as this version writes them";
        }
        if (settlement) group.settlements.push_back(std::move(*settlement));
        part.to = record.behind;
        if (group.fate == Fate::SetAside) break;
    }
    if (part.to.sequence != follow.at.sequence) group.parts.push_back(part);
}

void Applier::State::read_group() {
    group = {};
    if (ahead != nullptr) {
        group.fate = Fate::StoredAlready;
        read_part(*ahead, limit);
        return;
    }
    if (refuses != nullptr) {
        read_part(*refuses, 1);
        return;
    }
    for (std::size_t i = 0; i < follows.size(); ++i) {
        Follow& follow = *follows[(first + i) % follows.size()];
        if (follow.stream->written() <= follow.at.sequence) continue;
        read_part(follow, limit - group.settlements.size());
        if (group.fate == Fate::SetAside || group.settlements.size() >= limit) break;
    }
}

void Applier::State::move_cursors(store::Transaction& tx) const {
    for (const Part& part : group.parts) {
        const auto from = static_cast<std::int64_t>(part.follow->at.sequence);
        const auto to = static_cast<std::int64_t>(part.to.sequence);
        store::require_cursor(tx, part.follow->stream->id(), from, to);
    }
}

void Applier::State::keep_aside() const {
    const Part& part = group.parts.front();
    const std::string file = store::aside_name(
        {.file = part.follow->stream->id(), .sequence = part.follow->at.sequence + 1, .database = name});
    store::put_aside(journal.aside_folder(), file, group.raw, group.reason);
    log::error("journal: {} record {} is set aside as {} and counts nowhere: {}", part.follow->stream->id(),
               part.follow->at.sequence + 1, file, group.reason);
}

void Applier::State::apply(store::Transaction& tx, Ledger::Balances& balances) {
    read_group();
    if (group.parts.empty()) return;
    if (group.fate == Fate::SetAside) keep_aside();
    if (group.fate != Fate::StoredAlready) move_cursors(tx);
    if (group.fate == Fate::Store) hooks.store(tx, group.settlements);
    if (group.fate != Fate::SetAside && !group.settlements.empty())
        balances = hooks.balances(tx, group.settlements);
}

void Applier::State::committed(const Ledger::Balances& balances) {
    repaired = false;
    if (group.fate == Fate::SetAside) {
        hooks.refused(group.settlements);
        refuses = nullptr;
        limit = kGroup;
    } else {
        hooks.stored(group.settlements, balances);
        limit = std::min(kGroup, limit * 2);
    }
    for (const Part& part : group.parts) {
        part.follow->at = part.to;
        part.follow->sequence.store(part.to.sequence, std::memory_order_release);
        if (ahead == part.follow && part.to.sequence >= ahead_to) ahead = nullptr;
    }
    if (!follows.empty()) first = (first + 1) % follows.size();
    group = {};
}

/// The answer to a commit was lost, or the database is an older copy of itself: which file it is about.
bool Applier::State::elsewhere() {
    for (const Part& part : group.parts) {
        std::optional<std::int64_t> at;
        database.read_now([&](store::Reader& db) { at = store::find_cursor(db, part.follow->stream->id()); });
        if (at && static_cast<std::uint64_t>(*at) == part.follow->at.sequence) continue;
        go_on_from(part, at);
        return true;
    }
    return false;
}

bool Applier::State::find_cursors(std::string& why) {
    try {
        return elsewhere();
    } catch (const std::exception& error) {
        why = error.what();
        return false;
    }
}

void Applier::State::go_on_from(const Part& part, std::optional<std::int64_t> at) {
    const std::string& file = part.follow->stream->id();
    const std::uint64_t here = part.follow->at.sequence;
    const auto there = static_cast<std::uint64_t>(at.value_or(0));
    if (at && there > here && there <= part.follow->stream->written()) {
        ahead = part.follow;
        ahead_to = there;
        if (refuses == ahead) refuses = nullptr;    // it was set aside, or another group was stored
        return;
    }
    database.post_write(
        [file, here, at](store::Transaction& tx) {
            // Readers may be asked of a replica that is behind: only the writer's word takes a cursor back.
            if (store::find_cursor(tx, file) != at) return;
            log::error(
                "journal: the database has {} up to {}, not {}: it is not the one that was written to; it "
                "goes on from here",
                file, at.value_or(0), here);
            store::put_cursor(tx, file, static_cast<std::int64_t>(here));
        },
        [](const std::exception_ptr&) {});
}

/// Behind this call, before the next group: the writer takes one after the other.
void Applier::State::repair() {
    repaired = true;
    database.post_write([mend = hooks.repair](store::Transaction& tx) { mend(tx); },
                        [](const std::exception_ptr& failure) {
                            if (failure == nullptr) return;
                            try {
                                std::rethrow_exception(failure);
                            } catch (const std::exception& error) {
                                log::error("journal: the table cannot be mended: {}", error.what());
                            }
                        });
}

Applier::Step Applier::State::refused(const Error& error) {
    if (error.code == "unique_violation" && !repaired) {
        repair();
        return Step::Moved;
    }
    if (group.settlements.size() > 1) {
        limit = group.settlements.size() / 2;
        return Step::Moved;
    }
    refusal = reason_of(error);
    refuses = group.parts.front().follow;
    return Step::Moved;
}

Applier::Step Applier::State::failed(const std::exception_ptr& failure) {
    std::string why;
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        if (is_refusal(error) && group.fate == Fate::Store) return refused(error);
        why = error.what();
        if (error.code == "rows_missed" && find_cursors(why)) return Step::Moved;
    } catch (const std::exception& error) {
        why = error.what();
    }
    log::error("a group of settlements could not be stored in the {} database, the journal keeps it: {}",
               name, why);
    not_before = std::chrono::steady_clock::now() + kPause;
    return Step::Failed;
}

void Applier::State::post(const std::shared_ptr<State>& state, const std::function<void(Step)>& done) {
    auto balances = std::make_shared<Ledger::Balances>();
    state->database.post_write([state, balances](store::Transaction& tx) { state->apply(tx, *balances); },
                               [state, balances, done](const std::exception_ptr& failure) {
                                   Step step = Step::Nothing;
                                   if (failure != nullptr)
                                       step = state->failed(failure);
                                   else if (!state->group.parts.empty())
                                       step = Step::Moved;
                                   if (failure == nullptr && step == Step::Moved) state->committed(*balances);
                                   done(step);
                               });
}

Applier::Applier(store::Database& database, const store::Journal& journal, std::string name, Hooks hooks)
    : state_(std::make_shared<State>(database, journal, std::move(name), std::move(hooks))) {}

Applier::~Applier() = default;

void Applier::follow(std::shared_ptr<store::JournalStream> stream, std::uint64_t sequence) {
    state_->follows.push_back(std::make_unique<Follow>(std::move(stream), sequence));
}

void Applier::unfollow(const store::JournalStream& stream) {
    std::erase_if(state_->follows, [&](const auto& follow) { return follow->stream.get() == &stream; });
}

std::uint64_t Applier::position(const store::JournalStream& stream) const {
    const auto found = std::ranges::find_if(
        state_->follows, [&](const auto& follow) { return follow->stream.get() == &stream; });
    return found == state_->follows.end() ? 0 : (*found)->sequence.load(std::memory_order_acquire);
}

bool Applier::behind() const { return state_->behind(); }

bool Applier::busy() const { return state_->busy; }

/// One group after the other while a good part of one waits.
void Applier::State::post_more(const std::shared_ptr<State>& state, const std::function<void()>& done) {
    if (state->busy.exchange(true)) return;
    post(state, [state, done](Step step) {
        done();
        state->busy = false;
        if (step == Step::Moved && state->waiting() >= kGroup / 4) post_more(state, done);
    });
}

void Applier::post(std::function<void()> done) {
    if (!state_->behind() || std::chrono::steady_clock::now() < state_->not_before.load()) return;
    State::post_more(state_, std::move(done));
}

Applier::Step Applier::step() {
    if (!state_->behind()) return Step::Nothing;
    Step result = Step::Nothing;
    const net::Completion done;
    State::post(state_, [&](Step step) {
        result = step;
        done.finish();
    });
    done.wait();
    return result;
}

}    // namespace opusclaw::billing
