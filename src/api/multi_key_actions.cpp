// api/multi_key_actions.cpp: the rows of the table of spec 03 section 6.
#include "api/multi_key_actions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/reply.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

constexpr int kByHand = static_cast<int>(catalog::KeyStatus::Disabled);
constexpr int kByItself = static_cast<int>(catalog::KeyStatus::AutoDisabled);
constexpr std::string_view kLastKey = "不能删除最后一个密钥";

/// The index that was sent, when there is such a key.
std::int64_t place_in(const KeySet& set, const KeyAction& action, std::string_view missing) {
    if (!action.index) fail(missing);
    if (*action.index < 0 || *action.index >= static_cast<std::int64_t>(set.keys.size()))
        fail("密钥索引超出范围");
    return *action.index;
}

catalog::KeyState by_hand(const KeyAction& action) {
    return {.status = kByHand, .reason = "manual", .time = action.now};
}

/// Takes the keys at `places` (rising) out, and the blank lines with them: a text cannot keep those at its ends, and what is
/// written has to be read with the same indexes. States move up with their keys. Throws, and changes nothing, when no key would
/// be left.
void remove_keys(KeySet& set, const std::vector<std::int64_t>& places) {
    KeySet left{.keys = {}, .info = set.info};
    left.info.states.clear();
    auto gone = places.begin();
    for (std::int64_t index = 0; index < static_cast<std::int64_t>(set.keys.size()); ++index) {
        const std::string& key = set.keys[static_cast<std::size_t>(index)];
        const bool named = gone != places.end() && *gone == index;
        if (named) ++gone;
        if (named || key.empty()) {
            if (set.info.polling_index > index) --left.info.polling_index;
            continue;
        }
        if (const auto state = set.info.states.find(index); state != set.info.states.end())
            left.info.states.emplace(static_cast<std::int64_t>(left.keys.size()), state->second);
        left.keys.push_back(key);
    }
    if (left.keys.empty()) fail(kLastKey);
    set = std::move(left);
}

std::string counted(std::string_view before, std::int64_t count, std::string_view behind) {
    return std::string(before) + std::to_string(count) + std::string(behind);
}

KeyActionResult disable_key(KeySet& set, const KeyAction& action) {
    set.info.disable(place_in(set, action, "未指定要禁用的密钥索引"), by_hand(action));
    return {.message = "密钥已禁用"};
}

KeyActionResult enable_key(KeySet& set, const KeyAction& action) {
    set.info.enable(place_in(set, action, "未指定要启用的密钥索引"));
    return {.message = "密钥已启用", .keys_enabled = true};
}

KeyActionResult enable_all_keys(KeySet& set, const KeyAction&) {
    const auto count = static_cast<std::int64_t>(set.info.states.size());
    set.info.states.clear();
    return {.message = counted("已启用 ", count, " 个密钥"), .keys_enabled = true};
}

KeyActionResult disable_all_keys(KeySet& set, const KeyAction& action) {
    std::int64_t count = 0;
    for (std::int64_t index = 0; index < static_cast<std::int64_t>(set.keys.size()); ++index) {
        if (!set.info.enabled(index)) continue;
        set.info.disable(index, by_hand(action));
        ++count;
    }
    if (count == 0) fail("没有可禁用的密钥");
    return {.message = counted("已禁用 ", count, " 个密钥")};
}

KeyActionResult delete_key(KeySet& set, const KeyAction& action) {
    const std::int64_t place = place_in(set, action, "未指定要删除的密钥索引");
    remove_keys(set, {place});
    return {.message = "密钥已删除", .keys_removed = true};
}

KeyActionResult delete_disabled_keys(KeySet& set, const KeyAction&) {
    std::vector<std::int64_t> places;
    for (std::int64_t index = 0; index < static_cast<std::int64_t>(set.keys.size()); ++index) {
        if (set.info.status_of(index) == kByItself) places.push_back(index);
    }
    if (places.empty()) fail("没有需要删除的自动禁用密钥");
    remove_keys(set, places);
    const auto count = static_cast<std::int64_t>(places.size());
    return {.message = counted("已删除 ", count, " 个自动禁用的密钥"), .data = count, .keys_removed = true};
}

struct ActionRow {
    std::string_view name;
    KeyActionFunction act;
};
constexpr std::array kActions = {
    ActionRow{"disable_key", &disable_key},         ActionRow{"enable_key", &enable_key},
    ActionRow{"enable_all_keys", &enable_all_keys}, ActionRow{"disable_all_keys", &disable_all_keys},
    ActionRow{"delete_key", &delete_key},           ActionRow{"delete_disabled_keys", &delete_disabled_keys},
};

/// Everything that is neither on nor off by itself is off by hand.
int shown_status(const KeySet& set, std::size_t index) {
    const int status = set.info.status_of(static_cast<std::int64_t>(index));
    return status == 1 || status == kByItself ? status : kByHand;
}

}    // namespace

KeyActionFunction find_key_action(std::string_view name) {
    const auto found = std::ranges::find(kActions, name, &ActionRow::name);
    return found == kActions.end() ? nullptr : found->act;
}

std::string key_preview(std::string_view key) {
    constexpr std::size_t kShown = 10, kShownOfShort = 3;
    std::size_t end = key.size() > kShown ? kShown : std::min(kShownOfShort, key.size() / 2);
    const auto continues = [&key](std::size_t at) {
        return at < key.size() && (static_cast<unsigned char>(key[at]) & 0xC0U) == 0x80U;
    };
    while (end > 0 && continues(end)) --end;
    return std::string(key.substr(0, end)) + "...";
}

KeyPage page_of_keys(const KeySet& set, const KeyPageWish& wish) {
    KeyPage page;
    std::vector<std::size_t> found;
    const bool filtered = wish.status && *wish.status >= 1 && *wish.status <= 3;
    for (std::size_t index = 0; index < set.keys.size(); ++index) {
        const int status = shown_status(set, index);
        ++(status == 1 ? page.enabled : status == kByItself ? page.auto_disabled : page.disabled);
        if (!filtered || status == *wish.status) found.push_back(index);
    }
    constexpr std::int64_t kPageSize = 50;
    page.total = static_cast<std::int64_t>(found.size());
    page.page_size = wish.page_size > 0 ? wish.page_size : kPageSize;
    page.total_pages = page.total == 0 ? 1 : (page.total - 1) / page.page_size + 1;
    page.page = std::clamp<std::int64_t>(wish.page, 1, page.total_pages);
    const std::int64_t from = (page.page - 1) * page.page_size;
    const std::int64_t to = from + std::min(page.page_size, page.total - from);
    page.places.assign(found.begin() + from, found.begin() + to);
    return page;
}

}    // namespace opusclaw::api
