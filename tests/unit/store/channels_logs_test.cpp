// tests/unit/store/channels_logs_test.cpp: channels with their abilities, and logs, on a real database.
#include <gtest/gtest.h>

#include <set>

#include "store/channel_lists.h"
#include "store/logs.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

ChannelRow channel(std::string name, std::int64_t type, std::int64_t status, std::int64_t priority) {
    ChannelRow row;
    row.name = std::move(name);
    row.key = "sk-x";
    row.type = type;
    row.status = status;
    row.priority = priority;
    row.models = "m1, m2,,m1";
    row.group = "default,vip";
    return row;
}

std::int64_t add(Database& database, const ChannelRow& row) {
    return write_one(database, [&](Transaction& tx) { return insert_channel(tx, row); });
}

TEST(Channels, KeepTheDifferenceBetweenAbsentAndZero) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    ChannelRow plain = channel("plain", 1, 0, 0);
    plain.priority.reset();
    ChannelRow zero = channel("zero", 1, 1, 0);
    zero.auto_ban = 0;
    zero.weight = 0;
    zero.tag = "";
    zero.param_override = "";
    const std::int64_t plain_id = add(*database, plain), zero_id = add(*database, zero);
    database->read_now([&](Reader& db) {
        const auto a = find_channel(db, plain_id), b = find_channel(db, zero_id);
        EXPECT_EQ(a->status, 1);
        EXPECT_EQ(a->auto_ban, 1) << "absent is the column's default";
        EXPECT_EQ(a->priority, 0);
        EXPECT_EQ(a->base_url, "");
        EXPECT_EQ(a->tag, std::nullopt);
        EXPECT_EQ(a->param_override, std::nullopt);
        EXPECT_EQ(b->auto_ban, 0);
        EXPECT_EQ(b->tag, "");
        EXPECT_EQ(b->param_override, "");
    });
}

TEST(Channels, ReadJsonWhetherTextOrBytes) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const bool sqlite = database->engine() == Engine::Sqlite;
    run_all(
        *database,
        {std::string(R"(INSERT INTO "channels" ("id", "key", "channel_info") VALUES (1, 'k', )") +
             (sqlite ? R"(CAST('{"is_multi_key":true}' AS BLOB)))" : R"('{"is_multi_key":true}'))"),
         R"(INSERT INTO "channels" ("id", "key", "channel_info", "priority", "auto_ban") VALUES (2, 'k', '{"is_multi_key":true}', NULL, NULL))",
         R"(INSERT INTO "channels" ("id", "key", "channel_info", "group", "status") VALUES (3, 'k', NULL, NULL, NULL))"});
    const auto rows = read_one(*database, [](Reader& db) { return all_channels(db); });
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].channel_info, R"({"is_multi_key":true})");
    EXPECT_EQ(rows[1].channel_info, rows[0].channel_info);
    EXPECT_EQ(rows[1].auto_ban, std::nullopt) << "NULL is off, not the default";
    EXPECT_EQ(rows[2].channel_info, "");
    EXPECT_EQ(rows[2].group, "default");
    EXPECT_EQ(rows[2].status, 1);
}

TEST(Channels, WriteOneAbilityForEachGroupAndModel) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    ChannelRow row = channel("a", 1, 2, 9);
    row.weight = 3;
    const std::int64_t id = add(*database, row);
    database->read_now([&](Reader& db) {
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "abilities")"), 4)
            << "doubled and empty names count once and never";
        EXPECT_EQ(
            db.integer(
                R"(SELECT COUNT(*) FROM "abilities" WHERE "channel_id" = :id AND "enabled" = :no AND "priority" = 9)"
                R"( AND "weight" = 3 AND "tag" IS NULL)",
                {{"id", id}, {"no", false}}),
            4);
        if (db.engine() != Engine::Sqlite) return;
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "channels" WHERE typeof("channel_info") = 'blob')"), 1);
    });
}

TEST(Channels, AreListedByPriorityOrId) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    for (const auto& [name, type, status, priority] : std::vector<std::tuple<std::string, int, int, int>>{
             {"a", 1, 1, 5}, {"b", 14, 2, 9}, {"c", 1, 1, 5}, {"d", 1, 3, 0}})
        add(*database, channel(name, type, status, priority));
    const auto names = [&](const ChannelFilter& filter, std::int64_t offset = 0) {
        return read_one(*database, [&](Reader& db) {
            std::string all;
            const ChannelPage page = list_channels(db, filter, offset, 10);
            for (const ChannelRow& row : page.rows) all += row.name;
            return all + std::to_string(page.total);
        });
    };
    EXPECT_EQ(names({}), "bcad4");
    EXPECT_EQ(names({.order = ChannelOrder::Id}), "dcba4");
    EXPECT_EQ(names({.status_enabled = 1}), "ca2");
    EXPECT_EQ(names({.status_enabled = 0}), "bd2");
    EXPECT_EQ(names({.type = 1}, 1), "ad3");
    const auto counts = read_one(
        *database, [](Reader& db) { return count_channels_by_type(db, {.status_enabled = 1, .type = 14}); });
    ASSERT_EQ(counts.size(), 1U) << "the type of the filter is ignored";
    EXPECT_EQ(counts[0].type, 1);
    EXPECT_EQ(counts[0].count, 2);
}

TEST(Channels, AddUsage) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::int64_t id = add(*database, channel("a", 1, 1, 0));
    constexpr std::int64_t kBeyond32Bits = 3'000'000'000;
    const ChannelUsage usage[] = {{.id = id, .used = kBeyond32Bits}};
    database->write_now([&](Transaction& tx) { add_channel_usage(tx, usage); });
    EXPECT_EQ(read_one(*database, [&](Reader& db) { return find_channel(db, id)->used_quota; }),
              kBeyond32Bits);
}

LogRow log_row(std::int64_t user, std::string model, std::int64_t at) {
    LogRow row;
    row.user_id = user;
    row.model_name = std::move(model);
    row.created_at = at;
    row.type = static_cast<std::int64_t>(LogType::Consume);
    row.username = "user" + std::to_string(user);
    return row;
}

TEST(Logs, KeepEveryColumn) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    LogRow row = log_row(3, "gpt-4o", 1000);
    row.content = "内容";
    row.token_name = "t";
    row.quota = 5'000'000'000;
    row.prompt_tokens = 1;
    row.completion_tokens = 2;
    row.use_time = 3;
    row.is_stream = true;
    row.channel_id = 4;
    row.token_id = 5;
    row.group = "vip";
    row.ip = "::1";
    row.request_id = "r";
    row.other = "{}";
    database->write_now([&](Transaction& tx) { insert_logs(tx, std::span(&row, 1)); });
    const LogPage page = read_one(*database, [](Reader& db) { return list_logs(db, {}, 0, 10); });
    ASSERT_EQ(page.rows.size(), 1U);
    const LogRow& got = page.rows[0];
    EXPECT_EQ(std::tie(got.user_id, got.created_at, got.type, got.content, got.username, got.token_name,
                       got.model_name),
              std::tie(row.user_id, row.created_at, row.type, row.content, row.username, row.token_name,
                       row.model_name));
    EXPECT_EQ(std::tie(got.quota, got.prompt_tokens, got.completion_tokens, got.use_time, got.is_stream,
                       got.channel_id),
              std::tie(row.quota, row.prompt_tokens, row.completion_tokens, row.use_time, row.is_stream,
                       row.channel_id));
    EXPECT_EQ(std::tie(got.token_id, got.group, got.ip, got.request_id, got.other),
              std::tie(row.token_id, row.group, row.ip, row.request_id, row.other));
}

TEST(Logs, AreCleanedAndCutToTheirColumns) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    LogRow row = log_row(1, "", 1);
    for (int i = 0; i < 300; ++i) row.model_name += "模";
    row.request_id = std::string(80, 'r');
    row.content = std::string("a\0b\xFF", 4);
    database->write_now([&](Transaction& tx) { insert_logs(tx, std::span(&row, 1)); });
    const LogRow got = read_one(*database, [](Reader& db) { return list_logs(db, {}, 0, 1); }).rows.at(0);
    EXPECT_EQ(got.model_name.size(), 191 * std::string_view("模").size()) << "cut between characters";
    EXPECT_EQ(got.request_id.size(), 64U);
    EXPECT_EQ(got.content, "ab\xEF\xBF\xBD");
}

TEST(Logs, AreFilteredAndPagedNewestFirst) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::vector<LogRow> rows;
    for (int i = 0; i < 250; ++i) rows.push_back(log_row(i % 2, i % 5 == 0 ? "gpt_4" : "gpt-4", 1000 + i));
    rows[7].type = static_cast<std::int64_t>(LogType::Error);
    rows[8].request_id = "wanted";
    database->write_now([&](Transaction& tx) { insert_logs(tx, rows); });
    const auto total = [&](const LogFilter& filter) {
        return read_one(*database, [&](Reader& db) { return list_logs(db, filter, 0, 1); }).total;
    };
    EXPECT_EQ(total({}), 250);
    EXPECT_EQ(total({.user_id = 0}), 125);
    EXPECT_EQ(total({.type = 5}), 1);
    EXPECT_EQ(total({.from = 1010, .to = 1019}), 10) << "both ends count";
    EXPECT_EQ(total({.model_name = "gpt_4"}), 50);
    EXPECT_EQ(total({.model_name = "gpt_%"}), 50) << "_ is no wildcard";
    EXPECT_EQ(total({.model_name = "gpt%"}), 250);
    EXPECT_EQ(total({.username = "user1"}), 125);
    EXPECT_EQ(total({.request_id = "wanted"}), 1);
    EXPECT_EQ(total({.request_id = "x' OR '1'='1"}), 0);
    const LogPage page = read_one(*database, [](Reader& db) { return list_logs(db, {.user_id = 1}, 2, 3); });
    ASSERT_EQ(page.rows.size(), 3U);
    EXPECT_EQ(page.rows[0].created_at, 1245);
    EXPECT_EQ(page.rows[2].created_at, 1241);
}

TEST(Logs, ReadRowsOfAnOlderNewApi) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database,
            {R"(INSERT INTO "logs" ("user_id", "created_at", "type") VALUES (1, 5, 2))",
             R"(UPDATE "logs" SET "quota" = NULL, "username" = NULL, "is_stream" = NULL, "other" = NULL)"});
    const LogRow row = read_one(*database, [](Reader& db) { return list_logs(db, {}, 0, 1); }).rows.at(0);
    EXPECT_EQ(row.quota, 0);
    EXPECT_EQ(row.username, "");
    EXPECT_FALSE(row.is_stream);
    EXPECT_EQ(row.other, "");
}

}    // namespace
}    // namespace opusclaw::store
