// Tests of api/multi_key_actions.h: previews, pages and actions that the integration test does not reach (spec 03 section 6).
#include "api/multi_key_actions.h"

#include <gtest/gtest.h>

#include "unit/api/refusal.h"
#include "unit/base/work.h"

namespace opusclaw::api {
namespace {

KeySet keys(std::initializer_list<int> statuses) {
    KeySet set;
    set.info.multi_key = true;
    for (const int status : statuses) {
        const auto index = static_cast<std::int64_t>(set.keys.size());
        set.keys.push_back("k" + std::to_string(index));
        if (status != 1) set.info.disable(index, {.status = status});
    }
    return set;
}

TEST(KeyPreview, NeverShowsAWholeKeyNorHalfACharacter) {
    EXPECT_EQ(key_preview(""), "...");
    EXPECT_EQ(key_preview("a"), "...");
    EXPECT_EQ(key_preview("abcd"), "ab...");
    EXPECT_EQ(key_preview("abcdefghij"), "abc...");
    EXPECT_EQ(key_preview("abcdefghijk"), "abcdefghij...");
    EXPECT_EQ(key_preview("aaaaaaaaa\xE2\x82\xAC!"), "aaaaaaaaa...");
}

TEST(KeyPages, CountAllAndShowSome) {
    const KeySet set = keys({1, 2, 3, 1, 7});
    const KeyPage all = page_of_keys(set, {.page = 0, .page_size = -1, .status = 9});
    EXPECT_EQ(all.total, 5);
    EXPECT_EQ(all.page, 1);
    EXPECT_EQ(all.page_size, 50);
    EXPECT_EQ(all.enabled, 2);
    EXPECT_EQ(all.disabled, 2) << "an unknown status counts as off by hand";
    EXPECT_EQ(all.auto_disabled, 1);
    const KeyPage beyond = page_of_keys(set, {.page = INT64_MAX, .page_size = 2, .status = {}});
    EXPECT_EQ(beyond.page, 3);
    EXPECT_EQ(beyond.places, std::vector<std::size_t>{4});
    EXPECT_EQ(page_of_keys(set, {.page = 1, .page_size = INT64_MAX, .status = 2}).places,
              (std::vector<std::size_t>{1, 4}));
    EXPECT_EQ(page_of_keys({}, {}).total_pages, 1);
}

TEST(KeyActions, MoveTheCursorWithTheKeys) {
    KeySet set = keys({1, 3, 1, 3});
    set.info.polling_index = 3;
    const KeyActionResult result = find_key_action("delete_disabled_keys")(set, {});
    EXPECT_EQ(result.data, 2);
    EXPECT_TRUE(result.keys_removed);
    EXPECT_EQ(set.keys, (std::vector<std::string>{"k0", "k2"}));
    EXPECT_TRUE(set.info.states.empty());
    EXPECT_EQ(set.info.polling_index, 2) << "out of range: the first comes next";
}

TEST(KeyActions, DropBlankLinesWithTheKeysThatGo) {
    // Written back, a blank first line would be gone, and every state one key too far.
    KeySet set = keys({1, 1, 3, 2});
    set.keys = {"k0", "", "k2", "k3"};
    set.info.polling_index = 3;
    EXPECT_EQ(find_key_action("delete_key")(set, {.index = 0}).message, "密钥已删除");
    EXPECT_EQ(set.keys, (std::vector<std::string>{"k2", "k3"}));
    EXPECT_EQ(set.info.status_of(0), 3);
    EXPECT_EQ(set.info.status_of(1), 2);
    EXPECT_EQ(set.info.polling_index, 1);
    EXPECT_EQ(catalog::stored_keys(catalog::keys_text(set.keys)), set.keys);
}

TEST(KeyActions, KeepOneKeyThatIsNotBlank) {
    KeySet set = keys({1, 3, 1});
    set.keys = {"", "k1", ""};
    EXPECT_EQ(refusal([&] { find_key_action("delete_disabled_keys")(set, {}); }), "不能删除最后一个密钥");
    EXPECT_EQ(refusal([&] { find_key_action("delete_key")(set, {.index = 1}); }), "不能删除最后一个密钥");
    EXPECT_EQ(set.keys.size(), 3U) << "a refusal changes nothing";
    find_key_action("delete_key")(set, {.index = 0});
    EXPECT_EQ(set.keys, std::vector<std::string>{"k1"});
    EXPECT_EQ(set.info.status_of(0), 3);
}

KeySet half_off(std::int64_t count) {
    KeySet set;
    set.info.multi_key = true;
    for (std::int64_t index = 0; index < count; ++index) {
        set.keys.push_back("k" + std::to_string(index));
        if (index % 2 == 0) set.info.disable(index, {.status = 3});
        if (index % 4 == 1) set.info.disable(index, {.status = 2});
    }
    return set;
}

TEST(KeyActions, RemoveManyKeysInOneGo) {
    const auto remove = [](std::int64_t count) {
        KeySet set = half_off(count);
        return cpu_time_of([&set] { find_key_action("delete_disabled_keys")(set, {}); });
    };
    EXPECT_LT(growth(remove, 500), kLinearGrowth);
}

TEST(KeyActions, KeepKeysThatWereSwitchedOffByHand) {
    KeySet set = keys({2, 2});
    EXPECT_EQ(refusal([&] { find_key_action("delete_disabled_keys")(set, {}); }),
              "没有需要删除的自动禁用密钥");
    EXPECT_EQ(find_key_action("enable_all_keys")(set, {}).message, "已启用 2 个密钥");
    EXPECT_EQ(find_key_action("sing"), nullptr);
}

}    // namespace
}    // namespace opusclaw::api
