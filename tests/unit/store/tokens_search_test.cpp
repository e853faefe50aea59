// tests/unit/store/tokens_search_test.cpp: finding, changing and deleting several tokens, on a real SQLite file.
#include <gtest/gtest.h>

#include "store/tokens.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

std::int64_t add(Database& database, std::int64_t user, std::string name, std::string key) {
    TokenRow token;
    token.user_id = user;
    token.name = std::move(name);
    token.key = std::move(key);
    token.remain_quota = 50;
    return write_one(database, [&](Transaction& tx) { return insert_token(tx, token); });
}

TEST(TokenSearches, MatchWholeValuesAndWildcards) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    add(*database, 1, "a_b", "key1");
    add(*database, 1, "axb", "key2");
    add(*database, 1, "a!b", "key3");
    add(*database, 2, "a_b", "key4");
    const auto found = [&](const TokenSearch& search) {
        std::string names;
        const TokenPage page = read_one(*database,
                                        [&](Reader& db) { return search_tokens(db, search, 0, 10); });
        for (const TokenRow& token : page.rows) names += token.name + " ";
        return names + std::to_string(page.total);
    };
    EXPECT_EQ(found({.user_id = 1, .most_counted = 9}), "a!b axb a_b 3");
    EXPECT_EQ(found({.user_id = 1, .name = "a_b", .most_counted = 9}), "a_b 1");
    EXPECT_EQ(found({.user_id = 1, .name = "a_b%", .most_counted = 9}), "a_b 1");
    EXPECT_EQ(found({.user_id = 1, .name = "%!b", .most_counted = 9}), "a!b 1");
    EXPECT_EQ(found({.user_id = 1, .name = "a%b", .key = "key2", .most_counted = 9}), "axb 1");
    EXPECT_EQ(found({.user_id = 1, .name = "a%b", .most_counted = 2}), "a!b axb a_b 2")
        << "the total is capped";
}

TEST(TokenUpdates, TouchWhatTheirOwnerMayChoose) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::int64_t id = add(*database, 1, "old", "key");
    TokenRow change;
    change.id = id;
    change.user_id = 1;
    change.name = "new";
    change.key = "other";
    change.used_quota = 999;
    change.status = 4;
    const auto apply = [&](std::optional<std::int64_t> quota) {
        return write_one(*database, [&](Transaction& tx) { return update_token(tx, change, quota); });
    };
    EXPECT_TRUE(apply(std::nullopt));
    const auto stored = [&] {
        return read_one(*database, [id](Reader& db) { return find_token(db, id, 1); }).value();
    };
    EXPECT_EQ(stored().name, "new");
    EXPECT_EQ(stored().key, "key");
    EXPECT_EQ(stored().status, 1);
    EXPECT_EQ(stored().used_quota, 0);
    EXPECT_EQ(stored().remain_quota, 50);
    EXPECT_EQ(stored().allow_ips, std::nullopt);
    EXPECT_TRUE(apply(7)) << "the same again is no failure";
    EXPECT_EQ(stored().remain_quota, 7);
    change.user_id = 2;
    EXPECT_FALSE(apply(7));
}

TEST(TokenDeletion, OfSeveralSkipsStrangers) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::vector<std::int64_t> ids;
    for (int i = 0; i < 300; ++i) ids.push_back(add(*database, 1, "n", "key" + std::to_string(i)));
    ids.push_back(add(*database, 2, "n", "foreign"));
    ids.push_back(99'999);
    const auto remove = [&] {
        return write_one(*database, [&](Transaction& tx) { return delete_tokens(tx, ids, 1); });
    };
    EXPECT_EQ(remove(), 300);
    EXPECT_EQ(remove(), 0);
    EXPECT_EQ(read_one(*database, [](Reader& db) { return count_tokens(db, 2); }), 1);
}

}    // namespace
}    // namespace opusclaw::store
