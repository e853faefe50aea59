// Tests of catalog/health.h and catalog/status_note.h on a real SQLite file: what goes off and on again by itself, and that nothing
// else of the row is written (spec 03 section 2.8).
#include "catalog/health.h"

#include <gtest/gtest.h>

#include "catalog/channel_keys.h"
#include "catalog/status_note.h"
#include "store/channels.h"
#include "unit/store/temp_database.h"

namespace opusclaw::catalog {
namespace {

class Health : public testing::Test {
protected:
    Health() : database_(file_.open_migrated()) {}
    ChannelId add(store::ChannelRow row) {
        row.models = "m";
        return {store::write_one(*database_,
                                 [&](store::Transaction& tx) { return store::insert_channel(tx, row); })};
    }
    bool disable(ChannelId id, std::string key = "k") {
        const HealthChange change{.channel = id, .key = std::move(key), .reason = "why", .now = 50};
        return store::write_one(*database_, [&](store::Transaction& tx) {
                   return last_ = disable_automatically(tx, change);
               }) != Changed::Nothing;
    }
    bool enable(ChannelId id, std::string key = "k") {
        const HealthChange change{.channel = id, .key = std::move(key), .reason = "", .now = 60};
        return store::write_one(*database_, [&](store::Transaction& tx) {
                   return last_ = enable_automatically(tx, change);
               }) != Changed::Nothing;
    }
    store::ChannelRow row(ChannelId id) {
        return *store::read_one(*database_,
                                [&](store::Reader& db) { return store::find_channel(db, id.value); });
    }
    std::int64_t serving(ChannelId id) {
        return *store::read_one(*database_, [&](store::Reader& db) {
            return db.integer(R"(SELECT COUNT(*) FROM "abilities" WHERE "channel_id" = :id AND "enabled")",
                              {{"id", id.value}});
        });
    }

    Changed last_ = Changed::Nothing;
    store::TempDatabase file_;
    std::unique_ptr<store::Database> database_;
};

TEST_F(Health, AChannelGoesOffWithItsReasonAndComesBack) {
    const ChannelId id = add({.key = "k", .other_info = R"({"mine":1})"});
    EXPECT_TRUE(disable(id));
    EXPECT_EQ(row(id).status, 3);
    EXPECT_EQ(row(id).other_info, R"({"mine":1,"status_reason":"why","status_time":50})");
    EXPECT_EQ(serving(id), 0);
    EXPECT_FALSE(disable(id)) << "it is off already";
    EXPECT_TRUE(enable(id));
    EXPECT_EQ(row(id).status, 1);
    EXPECT_EQ(row(id).other_info, R"({"mine":1,"status_time":50})");
    EXPECT_EQ(serving(id), 1);
    EXPECT_FALSE(enable(id));
}

TEST_F(Health, WhatMayNotGoOffStays) {
    EXPECT_FALSE(disable(add({.key = "k", .auto_ban = 0})));
    EXPECT_FALSE(disable(add({.key = "k", .status = 2})));
    EXPECT_FALSE(disable(ChannelId{999}));
    const ChannelId by_hand = add({.key = "k", .status = 2});
    EXPECT_FALSE(enable(by_hand));
    EXPECT_EQ(row(by_hand).status, 2);
}

TEST_F(Health, AKeyThatWasReplacedMeanwhileTakesNothingWithIt) {
    const ChannelId id = add({.key = "new"});
    EXPECT_FALSE(disable(id, "old"));
    EXPECT_EQ(row(id).status, 1);
    EXPECT_TRUE(disable(id, "")) << "what fails before a key is taken is not the key's fault";
}

TEST_F(Health, OfSeveralKeysOnlyTheOneInUseGoes) {
    const ChannelId id = add(
        {.key = "k0\nk1", .channel_info = R"({"is_multi_key":true,"multi_key_size":2})"});
    EXPECT_FALSE(disable(id, "gone")) << "a key that is no longer there changes nothing";
    EXPECT_TRUE(disable(id, "k1"));
    EXPECT_FALSE(disable(id, "k1"));
    const ChannelInfo info = ChannelInfo::parse(row(id).channel_info);
    EXPECT_EQ(info.states.at(1).status, 3);
    EXPECT_EQ(info.states.at(1).reason, "why");
    EXPECT_EQ(info.states.at(1).time, 50);
    EXPECT_EQ(row(id).status, 1);
    EXPECT_EQ(serving(id), 1);
}

TEST_F(Health, AChannelGoesWithItsLastKeyAndComesBackWithTheFirst) {
    const ChannelId id = add(
        {.key = "k0\nk1", .channel_info = R"({"is_multi_key":true,"multi_key_size":2})"});
    EXPECT_TRUE(disable(id, "k0"));
    EXPECT_EQ(last_, Changed::Key);
    EXPECT_TRUE(disable(id, "k1"));
    EXPECT_EQ(last_, Changed::Channel);
    EXPECT_EQ(row(id).status, 3);
    EXPECT_EQ(status_reason(row(id).other_info), kAllKeysDisabled);
    EXPECT_EQ(serving(id), 0);
    EXPECT_TRUE(enable(id, "k1"));
    EXPECT_EQ(last_, Changed::Channel);
    EXPECT_TRUE(enable(id, "k0"));
    EXPECT_EQ(last_, Changed::Key);
    EXPECT_TRUE(disable(id, "k0"));
    EXPECT_EQ(row(id).status, 1);
    EXPECT_EQ(status_reason(row(id).other_info), "");
    const ChannelInfo info = ChannelInfo::parse(row(id).channel_info);
    EXPECT_FALSE(info.enabled(0));
    EXPECT_TRUE(info.enabled(1));
    EXPECT_EQ(serving(id), 1);
}

TEST(StatusNote, ReplacesWhatIsNoObject) {
    for (const char* const odd : {"", "null", "[1]", "{"}) {
        EXPECT_EQ(with_status_note(odd, "r", 5), R"({"status_reason":"r","status_time":5})") << odd;
        EXPECT_EQ(without_status_reason(odd), std::nullopt);
        EXPECT_EQ(status_reason(odd), "");
    }
}

}    // namespace
}    // namespace opusclaw::catalog
