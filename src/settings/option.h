// settings/option.h: what a row of the option table is: key, default, how a text becomes a member of Settings, what is refused.
// Reading, writing, checking and listing all work from these rows. Internal to settings/.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "settings/decode.h"

namespace opusclaw::settings {

/// Gives the refusal's text for a value, or nothing.
template <class T>
using ValueCheck = std::function<std::optional<std::string>(const T&)>;

/// Shown by GET /api/option/ before it was ever stored? († in spec 01 section 7 is WhenStored.)
enum class Listed { Always, WhenStored };

struct Option {
    std::string key;
    std::string default_text;
    Listed listed = Listed::Always;
    /// Puts the text's value into the settings; leaves them as they are where decode.h says so. Throws BadValue.
    std::function<void(Settings&, std::string_view, Decoding)> apply;
    /// Looks at the settings as they would be. Throws BadValue with the text for the person who set the option.
    std::function<void(const Settings&)> check;

    Option&& checked(std::function<void(const Settings&)> what) && {
        check = std::move(what);
        return std::move(*this);
    }
    Option&& when_stored() && {
        listed = Listed::WhenStored;
        return std::move(*this);
    }
};

/// An option with a member of its own.
template <class T>
Option option(std::string_view key, T Settings::*member, Decoder<T> decode, std::string_view default_text) {
    return {.key = std::string(key),
            .default_text = std::string(default_text),
            .apply = [member, decode](Settings& settings, std::string_view text, Decoding how) {
                if (auto value = decode(text, how)) settings.*member = std::move(*value);
            },
            .check = nullptr};
}

/// An option that the program stores and lists, whose reader asks for its text.
inline Option text_only(std::string_view key, std::string_view default_text) {
    return {.key = std::string(key), .default_text = std::string(default_text), .apply = nullptr, .check = nullptr};
}

/// Refuses the new settings with `text` when `bad` says so.
template <class Predicate>
std::function<void(const Settings&)> refuse_when(Predicate bad, std::string text) {
    return [bad, text = std::move(text)](const Settings& settings) {
        if (bad(settings)) throw BadValue(text);
    };
}

// The rows, by area (spec 01 sections 7 and 8). Appended to `rows`.
void add_site_options(std::vector<Option>& rows);
void add_account_options(std::vector<Option>& rows);
void add_quota_options(std::vector<Option>& rows);
void add_relay_options(std::vector<Option>& rows);
void add_module_options(std::vector<Option>& rows);
void add_text_options(std::vector<Option>& rows);

/// All rows. Lives as long as the program. Thread-safe.
const std::vector<Option>& all_options();
/// nullptr: no such row.
const Option* find_option(std::string_view key);
KeyKind kind_of(std::string_view key);

}    // namespace opusclaw::settings
