// api/multi_key_actions.h: what administrators do to single keys of a channel (spec 03 section 6): plain functions over the keys
// and their states. What is stored of it is decided in channel_multi_key.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/channel_keys.h"

namespace opusclaw::api {

struct KeySet {
    std::vector<std::string> keys;
    catalog::ChannelInfo info;
};

struct KeyAction {
    std::optional<std::int64_t> index;    // of the key
    std::int64_t now = 0;                 // unix seconds
};
struct KeyActionResult {
    std::string message;
    std::optional<std::int64_t> data;
    bool keys_removed = false;
    bool keys_enabled = false;
};
/// Each changes `set`. Throws Error(InvalidRequest) with the text of the specification.
using KeyActionFunction = KeyActionResult (*)(KeySet& set, const KeyAction& action);
/// nullptr: no such action.
KeyActionFunction find_key_action(std::string_view name);

/// The beginning of a key, never the whole of it.
std::string key_preview(std::string_view key);

/// One page of `get_key_status`.
struct KeyPage {
    std::vector<std::size_t> places;    // indexes of the keys shown
    std::int64_t total = 0, page = 1, page_size = 0, total_pages = 1;
    std::int64_t enabled = 0, disabled = 0, auto_disabled = 0;    // of all keys
};
struct KeyPageWish {
    std::int64_t page = 1, page_size = 50;
    std::optional<std::int64_t> status;    // 1, 2 or 3; anything else: all
};
KeyPage page_of_keys(const KeySet& set, const KeyPageWish& wish);

}    // namespace opusclaw::api
