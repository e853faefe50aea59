// settings/option_texts.h: which texts are in force, from the rows that are stored: defaults, twins, what may be shown (spec 01
// sections 6.1, 6.4, 7.2; 02 section 22.1). Pure. Internal to settings/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw::settings {

using OptionTexts = std::map<std::string, std::string, std::less<>>;

/// Keys whose values never leave the server (spec 02 section 22.1).
bool is_hidden_key(std::string_view key);

/// The rows that have to change together with `key` (spec 01 section 7.2: both spellings of a group table hold the same
/// text; DisplayInCurrencyEnabled sets the display type). `key` itself is the first.
std::vector<std::pair<std::string, std::string>> rows_to_store(std::string_view key, std::string_view text);

/// The stored texts, and of each pair of spellings with only the old one stored the new one too. Of two stored spellings the
/// newer one counts for both.
OptionTexts with_twins(OptionTexts stored);

}    // namespace opusclaw::settings
