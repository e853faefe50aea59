// store/abilities.cpp: the cross product of a channel's groups and models, and the columns that are copies of the channel's.
#include "store/abilities.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "store/sql.h"

namespace opusclaw::store {
namespace {

constexpr std::size_t kGroupWidth = 64;
constexpr std::size_t kModelWidth = 255;

using Names = std::set<std::string>;

/// MySQL finds names equal that differ in letter case only, so a conflict is no fault.
std::string_view insert_statement(Engine engine) {
    constexpr std::string_view kMysql =
        R"(INSERT IGNORE INTO "abilities" ("group", "model", "channel_id", "enabled", "priority", "weight", "tag"))"
        R"( VALUES (:group, :model, :channel_id, :enabled, :priority, :weight, :tag))";
    constexpr std::string_view kOthers =
        R"(INSERT INTO "abilities" ("group", "model", "channel_id", "enabled", "priority", "weight", "tag"))"
        R"( VALUES (:group, :model, :channel_id, :enabled, :priority, :weight, :tag) ON CONFLICT DO NOTHING)";
    return engine == Engine::Mysql ? kMysql : kOthers;
}

Names names_in(std::string_view list) {
    Names names;
    for (const std::string_view part : text::split(list, ',')) {
        if (const std::string_view name = text::trim(part); !name.empty()) names.emplace(name);
    }
    return names;
}

bool all_fit(const Names& names, std::size_t width) {
    return std::ranges::all_of(
        names, [width](const std::string& name) { return text::count_characters(name) <= width; });
}

Value or_null(const std::optional<std::string>& text) { return text ? Value(*text) : Value(nullptr); }

struct AbilityRow {
    std::string group, model;
    bool enabled = false;
    std::optional<std::int64_t> priority, weight;
    std::optional<std::string> tag;
};
constexpr Column<AbilityRow> kColumns[] = {
    {"group", &AbilityRow::group},       {"model", &AbilityRow::model},   {"enabled", &AbilityRow::enabled},
    {"priority", &AbilityRow::priority}, {"weight", &AbilityRow::weight}, {"tag", &AbilityRow::tag},
};

/// Whether the table says of the channel what it should.
bool are_right(Reader& db, const ChannelRow& channel, const Names& groups, const Names& models) {
    const auto rows = db.select<AbilityRow>(kColumns, R"(FROM "abilities" WHERE "channel_id" = :id)",
                                            {{"id", channel.id}});
    if (rows.size() != groups.size() * models.size()) return false;
    return std::ranges::all_of(rows, [&](const AbilityRow& row) {
        return row.enabled == (channel.status == 1) && row.priority == channel.priority.value_or(0) &&
               row.weight == channel.weight.value_or(0) && row.tag == channel.tag &&
               groups.contains(row.group) && models.contains(row.model);
    });
}

/// Runs `act` with at most as many ids as one statement takes.
template <class Act>
void in_pieces(std::span<const std::int64_t> ids, const Act& act) {
    for (std::size_t at = 0; at < ids.size(); at += kMaxIdsInList)
        act(id_list(ids.subspan(at, std::min(kMaxIdsInList, ids.size() - at))));
}

}    // namespace

void insert_abilities(Transaction& tx, std::int64_t id, const ChannelRow& channel) {
    const bool enabled = channel.status == 1;
    const Names models = names_in(channel.models);
    std::vector<Parameters> rows;
    for (const std::string& group : names_in(channel.group)) {
        for (const std::string& model : models)
            rows.push_back({{"group", group},
                            {"model", model},
                            {"channel_id", id},
                            {"enabled", enabled},
                            {"priority", channel.priority.value_or(0)},
                            {"weight", channel.weight.value_or(0)},
                            {"tag", or_null(channel.tag)}});
    }
    tx.execute_many(insert_statement(tx.engine()), rows);
}

void rebuild_abilities(Transaction& tx, const ChannelRow& channel) {
    const std::int64_t ids[] = {channel.id};
    delete_abilities(tx, ids);
    insert_abilities(tx, channel.id, channel);
}

void delete_abilities(Transaction& tx, std::span<const std::int64_t> channels) {
    in_pieces(channels, [&tx](const IdList& ids) {
        tx.execute(R"(DELETE FROM "abilities" WHERE "channel_id" IN )" + ids.sql, ids.parameters);
    });
}

void set_abilities_serving(Transaction& tx, std::span<const std::int64_t> channels, Serving serving) {
    in_pieces(channels, [&](IdList ids) {
        ids.parameters.push_back({"enabled", serving == Serving::Yes});
        tx.execute(R"(UPDATE "abilities" SET "enabled" = :enabled WHERE "channel_id" IN )" + ids.sql,
                   ids.parameters);
    });
}

void update_abilities(Transaction& tx, std::span<const std::int64_t> channels,
                      const AbilityChanges& changes) {
    std::string set;
    Parameters values;
    const auto add = [&set, &values](std::string_view column, Value value) {
        set.append(set.empty() ? "\"" : ", \"").append(column).append("\" = :").append(column);
        values.push_back({column, std::move(value)});
    };
    if (changes.tag) add("tag", *changes.tag);
    if (changes.priority) add("priority", *changes.priority);
    if (changes.weight) add("weight", *changes.weight);
    if (set.empty()) return;
    in_pieces(channels, [&](IdList ids) {
        ids.parameters.insert(ids.parameters.end(), values.begin(), values.end());
        tx.execute("UPDATE \"abilities\" SET " + set + " WHERE \"channel_id\" IN " + ids.sql, ids.parameters);
    });
}

AbilityRepair rebuild_all_abilities(Transaction& tx) {
    AbilityRepair result;
    tx.execute(R"(DELETE FROM "abilities" WHERE "channel_id" NOT IN (SELECT "id" FROM "channels"))");
    for (const ChannelRow& channel : all_channels(tx)) {
        const Names groups = names_in(channel.group), models = names_in(channel.models);
        const std::array ids = {channel.id};
        if (!all_fit(groups, kGroupWidth) || !all_fit(models, kModelWidth)) {
            delete_abilities(tx, ids);
            ++result.failed;
            continue;
        }
        // Rows that are right stay: writing all of them would keep other writers waiting for seconds.
        if (!are_right(tx, channel, groups, models)) rebuild_abilities(tx, channel);
        ++result.repaired;
    }
    return result;
}

}    // namespace opusclaw::store
