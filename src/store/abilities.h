// store/abilities.h: table `abilities` (spec 01 section 2.4; 03 section 2.7): who serves which model in which group. Derived from
// `channels`; kept for New API, which reads it, while our own routing reads the channels. Runs on a database thread.
#pragma once

#include "store/channels.h"

namespace opusclaw::store {

/// One row for each group x model of the channel: trimmed names, empty ones and repeats dropped; names that the database
/// takes for equal are one.
void insert_abilities(Transaction& tx, std::int64_t id, const ChannelRow& channel);
/// The channel's rows anew, by what `channel` says (its id included).
void rebuild_abilities(Transaction& tx, const ChannelRow& channel);
void delete_abilities(Transaction& tx, std::span<const std::int64_t> channels);
enum class Serving { No, Yes };
void set_abilities_serving(Transaction& tx, std::span<const std::int64_t> channels, Serving serving);
/// Absent members stay.
struct AbilityChanges {
    std::optional<std::string> tag;
    std::optional<std::int64_t> priority, weight;
};
void update_abilities(Transaction& tx, std::span<const std::int64_t> channels, const AbilityChanges& changes);

/// Channels whose rows were made, and those whose names do not fit the table.
struct AbilityRepair {
    std::int64_t repaired = 0, failed = 0;
};
/// The whole table as it should be: what is right stays, everything else is made anew. Readers of other connections see the old rows until the transaction ends.
AbilityRepair rebuild_all_abilities(Transaction& tx);

}    // namespace opusclaw::store
