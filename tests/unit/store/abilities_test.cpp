// Tests of store/abilities.h and of changes to table `channels` on a real database: only named columns, and derived rows that keep up.
#include "store/abilities.h"

#include <gtest/gtest.h>

#include "store/channel_lists.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

ChannelRow channel(std::string models, std::string tag = "") {
    ChannelRow row;
    row.key = "k";
    row.models = std::move(models);
    if (!tag.empty()) row.tag = std::move(tag);
    return row;
}

class Abilities : public testing::Test {
protected:
    Abilities() : database_(file_.open_migrated()) {}
    std::int64_t add(const ChannelRow& row) {
        return write_one(*database_, [&](Transaction& tx) { return insert_channel(tx, row); });
    }
    std::int64_t count(std::string where) {
        return *read_one(*database_, [&](Reader& db) {
            return db.integer("SELECT COUNT(*) FROM \"abilities\" WHERE " + where);
        });
    }
    ChannelRow row(std::int64_t id) {
        return *read_one(*database_, [&](Reader& db) { return find_channel(db, id); });
    }

    TempDatabase file_;
    std::unique_ptr<Database> database_;
};

TEST_F(Abilities, ARepairMakesAllAnewAndLeavesOutWhatDoesNotFit) {
    const std::int64_t good = add(channel("a,b"));
    // A name that the servers' column cannot hold, as an older New API may have stored it.
    run_all(*database_, {R"(INSERT INTO "channels" ("key", "status", "models", "group") VALUES ('k', 1, ')" +
                         std::string(256, 'm') + "', 'default')"});
    add(channel("", "nothing to serve"));
    run_all(
        *database_,
        {R"(INSERT INTO "abilities" ("group", "model", "channel_id", "enabled") VALUES ('g', 'm', 99, TRUE))",
         R"(DELETE FROM "abilities" WHERE "model" = 'a')"});
    const AbilityRepair repair = write_one(*database_,
                                           [](Transaction& tx) { return rebuild_all_abilities(tx); });
    EXPECT_EQ(repair.repaired, 2);
    EXPECT_EQ(repair.failed, 1);
    EXPECT_EQ(count("\"channel_id\" = " + std::to_string(good)), 2);
    EXPECT_EQ(count("1 = 1"), 2);
}

TEST_F(Abilities, ChangesReachThemInPiecesOfAnyNumber) {
    std::vector<std::int64_t> ids;
    constexpr int kMoreThanOneStatementTakes = 300;
    for (int i = 0; i < kMoreThanOneStatementTakes; ++i) ids.push_back(add(channel("m", "t")));
    database_->write_now([&](Transaction& tx) {
        set_abilities_serving(tx, ids, Serving::No);
        update_abilities(tx, ids, {.tag = "u", .priority = 0, .weight = 5});
        update_abilities(tx, ids, {});
    });
    EXPECT_EQ(count(R"("enabled" = FALSE AND "tag" = 'u' AND "weight" = 5)"), kMoreThanOneStatementTakes);
    EXPECT_EQ(write_one(*database_, [&](Transaction& tx) { return delete_channels(tx, ids); }),
              kMoreThanOneStatementTakes);
    EXPECT_EQ(count("1 = 1"), 0);
}

TEST_F(Abilities, OfChannelsWhoseStatusIsNoneDoNotServe) {
    const std::int64_t id = add(channel("m"));
    ChannelRow odd = row(id);
    odd.status = 0;
    database_->write_now([&](Transaction& tx) { rebuild_abilities(tx, odd); });
    EXPECT_EQ(count(R"("enabled" = FALSE)"), 1);
}

TEST_F(Abilities, UpdatesOfAChannelWriteNamedColumnsOnly) {
    const std::int64_t id = add(channel("m", "t"));
    const ChannelUsage usage[] = {{.id = id, .used = 7}};
    database_->write_now([&](Transaction& tx) { add_channel_usage(tx, usage); });
    ChannelRow expected = row(id);
    const ChannelChanges changes{.weight = 0, .name = "new", .channel_info = "{}", .remark = ""};
    database_->write_now([&](Transaction& tx) {
        update_channel(tx, id, changes);
        update_channel(tx, id, {});
    });
    expected = changed(expected, changes);
    EXPECT_EQ(expected.name, "new");
    EXPECT_EQ(expected.remark, "");
    const ChannelRow stored = row(id);
    EXPECT_EQ(stored.name, "new");
    EXPECT_EQ(stored.weight, 0);
    EXPECT_EQ(stored.remark, "");
    EXPECT_EQ(stored.tag, "t");
    EXPECT_EQ(stored.used_quota, 7);
    if (database_->engine() != Engine::Sqlite) return;    // the servers have a type for it
    EXPECT_EQ(read_one(*database_,
                       [](Reader& db) {
                           return db.integer(
                               R"(SELECT COUNT(*) FROM "channels" WHERE typeof("channel_info") = 'blob')");
                       }),
              1);
}

TEST_F(Abilities, TagsAreSetAndTakenAway) {
    const std::vector ids = {add(channel("m", "t")), add(channel("m"))};
    database_->write_now([&](Transaction& tx) { set_channel_tag(tx, ids, "u"); });
    EXPECT_EQ(read_one(*database_, [](Reader& db) { return models_with_tag(db, "u"); }).size(), 2U);
    database_->write_now([&](Transaction& tx) { set_channel_tag(tx, ids, std::nullopt); });
    EXPECT_EQ(row(ids[0]).tag, std::nullopt);
    const auto page = read_one(*database_, [](Reader& db) { return list_channels_by_tag(db, {}, 0, 10); });
    EXPECT_EQ(page.total, 0);
    EXPECT_TRUE(page.rows.empty());
}

}    // namespace
}    // namespace opusclaw::store
