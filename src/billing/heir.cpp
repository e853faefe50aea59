// billing/heir.cpp: each file that was left gets appliers of its own, which end with it: what this process settles meanwhile is not held
// up, and its accounts know nothing as pending of what another process settled.
#include "billing/heir.h"

#include "base/error.h"
#include "base/log.h"
#include "billing/applier.h"
#include "billing/applier_hooks.h"
#include "net/completion.h"
#include "store/journal_cursors.h"

namespace opusclaw::billing {

void drop_journal_file(store::Database& database, const store::Journal& journal,
                       store::JournalStream& stream) {
    stream.remove_all();
    journal.sync_folder();
    const auto drop = [&stream](store::Transaction& tx) { store::drop_cursor(tx, stream.id()); };
    database.write_now(drop);
    if (database.logs_are_apart()) database.logs().write_now(drop);
}

bool bring_to_disk(store::Database& database) {
    bool complete = true;
    const auto ask = [&complete](store::Database& each) {
        const net::Completion done;
        each.post_checkpoint([&](bool success) {
            complete = complete && success;
            done.finish();
        });
        done.wait();
    };
    ask(database);
    if (database.logs_are_apart()) ask(database.logs());
    return complete;
}

/// How far a file is in each database. nullopt: nobody knows.
std::optional<Heir::Places> Heir::find_places(const store::JournalStream& stream) {
    const auto ask = [&stream](store::Database& each) {
        std::optional<std::int64_t> at;
        each.read_now([&](store::Reader& db) { at = store::find_cursor(db, stream.id()); });
        return at;
    };
    const bool apart = database_.logs_are_apart();
    const auto in_main = ask(database_);
    auto in_logs = apart ? ask(database_.logs()) : in_main;
    if (!in_main) return std::nullopt;
    if (!in_logs) {
        log::warning(
            "journal: the log database is another than that of {}, log rows go on behind its balances",
            stream.id());
        database_.logs().write_now(
            [&](store::Transaction& tx) { store::put_cursor(tx, stream.id(), *in_main); });
        in_logs = in_main;
    }
    if (!apart && stream.head().log_database != 0)
        log::warning(
            "journal: {} had a log database of its own; of what the main one has, rows may be missing",
            stream.id());
    return Places{static_cast<std::uint64_t>(*in_main), static_cast<std::uint64_t>(*in_logs)};
}

/// False: a database is away, or we are to stop.
bool Heir::apply(const Stream& stream, const Places& places) {
    const bool apart = database_.logs_are_apart();
    const LogPlace place = apart ? LogPlace::Apart : LogPlace::Here;
    Applier main(database_, journal_, "main", balance_hooks(ledger_, place, Ledger::Origin::Inherited));
    Applier logs(database_.logs(), journal_, "log", log_hooks());
    main.follow(stream, places.in_main);
    if (apart) logs.follow(stream, places.in_logs);
    const std::uint64_t before = apart ? std::min(places.in_main, places.in_logs) : places.in_main;
    if (stream->written() > before)
        log::info("journal: {} settlements that another process left are stored now",
                  stream->written() - before);
    while (main.behind() || logs.behind()) {
        if (stopping_) return false;
        if (main.step() == Applier::Step::Failed || logs.step() == Applier::Step::Failed) return false;
    }
    if (stream->damaged())
        log::error("journal: {} is damaged behind record {}; the rest is set aside", stream->id(),
                   stream->written());
    return true;
}

bool Heir::store_one(const Stream& stream) {
    if (stream->written() > 0 || stream->damaged()) {
        const auto places = find_places(*stream);
        if (!places) {
            log::error("journal: the database knows nothing of {}, which is left alone", stream->id());
            left_alone_.insert(stream->id());
            return true;
        }
        if (!apply(stream, *places)) return false;
        if (!bring_to_disk(database_)) return true;    // it stays, with its cursors, for the next time
    }
    drop_journal_file(database_, journal_, *stream);
    return true;
}

bool Heir::store_all() {
    bool all = true;
    for (const Stream& stream : journal_.adopt(left_alone_)) all = all && !stopping_ && store_one(stream);
    return all;
}

Heir::Outcome Heir::take_over() {
    try {
        return store_all() ? Outcome::Done : Outcome::Failed;
    } catch (const Error& error) {
        log::error("what another process left in the journal stays there for now: {}",
                   error.detail.empty() ? error.what() : error.detail);
        return Outcome::Failed;
    }
}

}    // namespace opusclaw::billing
