// catalog/channel_keys.h: the keys in a channel's column `key` and what its column `channel_info` says of them (spec 03 sections
// 2.4, 2.5; 04 section 9). Pure. Which key a request takes is in catalog/channel.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::catalog {

/// The keys of a multi-key channel in order, also blank ones: states go by the index. The items of a JSON array (texts
/// decoded, everything else compact), else the lines between the line feeds at both ends, each trimmed.
std::vector<std::string> stored_keys(std::string_view text);
/// The text that stored_keys() reads as these: lines, or an array where a key has lines of its own. Of blank keys those at the
/// ends are lost.
std::string keys_text(const std::vector<std::string>& keys);

enum class KeyStatus : int { Enabled = 1, Disabled = 2, AutoDisabled = 3 };

/// Why a key is off.
struct KeyState {
    int status = 2;           // as stored; everything but 1 is off
    std::string reason;       // may be empty
    std::int64_t time = 0;    // unix seconds; 0: not known
};

struct ChannelInfo {
    bool multi_key = false;
    std::int64_t size = 0;                      // number of keys
    std::map<std::int64_t, KeyState> states;    // by index; a key that is missing is enabled
    std::int64_t polling_index = 0;             // the next one to try
    std::string mode;                           // `random`, `polling`, or another text: the first enabled
    bool has_states = false;                    // the list was ever set: `{}` is written instead of null

    /// Text that is no JSON object counts as empty. Never throws.
    static ChannelInfo parse(std::string_view text);
    std::string text() const;

    int status_of(std::int64_t index) const;
    bool enabled(std::int64_t index) const { return status_of(index) == 1; }
    void disable(std::int64_t index, KeyState state);
    /// False when it was enabled already.
    bool enable(std::int64_t index);
    /// States follow the text of their keys to its new place; those of keys that are gone go too. Sets the size.
    void follow(const std::vector<std::string>& before, const std::vector<std::string>& after);
};

}    // namespace opusclaw::catalog
