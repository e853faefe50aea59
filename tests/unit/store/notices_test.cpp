// Tests of store/notices.h, on every engine: what is due, and that a row is one node's at a time.
#include "store/notices.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/catalog_queries.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

NoticeRow row(std::string kind, std::int64_t not_before) {
    return {.kind = std::move(kind),
            .user_id = 7,
            .payload = "{\"a\":\"é\"}",
            .created_at = 100,
            .not_before = not_before};
}

std::vector<NoticeRow> due(Database& database, std::string_view kind, std::int64_t now) {
    return read_one(database, [&](Reader& db) { return due_notices(db, kind, now, 10); });
}

TEST(NoticeRows, GivesWhatIsDueTheOldestFirst) {
    TempDatabase file;
    const auto database = file.open_migrated();
    const auto add = [&](const NoticeRow& added) {
        return write_one(*database, [&](Transaction& tx) { return insert_notice(tx, added); });
    };
    const std::int64_t first = add(row("notice_webhook", 100)), second = add(row("notice_webhook", 50));
    add(row("notice_webhook", 201));
    add(row("notice_email", 100));
    const auto found = due(*database, "notice_webhook", 200);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].id, first);
    EXPECT_EQ(found[1].id, second);
    EXPECT_EQ(found[0].payload, "{\"a\":\"é\"}");
    EXPECT_EQ(found[0].user_id, 7);
    EXPECT_EQ(found[0].attempts, 0);
}

TEST(NoticeRows, ARowIsClaimedOnceAndComesAgain) {
    TempDatabase file;
    const auto database = file.open_migrated();
    write_one(*database, [](Transaction& tx) { return insert_notice(tx, row("k", 100)); });
    const NoticeRow seen = due(*database, "k", 100).at(0);
    const auto claim = [&] {
        return write_one(*database, [&](Transaction& tx) { return claim_notice(tx, seen, 160); });
    };
    EXPECT_TRUE(claim());
    EXPECT_FALSE(claim()) << "another node was quicker";
    EXPECT_TRUE(due(*database, "k", 159).empty());
    EXPECT_EQ(due(*database, "k", 160).at(0).attempts, 1);
    database->write_now([&](Transaction& tx) { postpone_notice(tx, seen.id, 300); });
    EXPECT_TRUE(due(*database, "k", 299).empty());
    database->write_now([&](Transaction& tx) { delete_notice(tx, seen.id); });
    EXPECT_TRUE(due(*database, "k", 1000).empty());
}

TEST(NoticeRows, AreFoundByAnIndex) {
    TempDatabase file;
    const auto database = file.open_migrated();
    const auto names = read_one(*database, [](Reader& db) { return index_names(db, "opus_notices"); });
    EXPECT_NE(std::ranges::find(names, "opus_idx_notices_due"), names.end());
}

TEST(NoticeRows, ForgetsWhatNobodyCouldSend) {
    TempDatabase file;
    const auto database = file.open_migrated();
    write_one(*database, [](Transaction& tx) { return insert_notice(tx, row("k", 100)); });
    const auto forget = [&](std::int64_t before) {
        return write_one(*database, [&](Transaction& tx) { return delete_old_notices(tx, before); });
    };
    EXPECT_EQ(forget(100), 0);
    EXPECT_EQ(forget(101), 1);
}

}    // namespace
}    // namespace opusclaw::store
