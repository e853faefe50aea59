// settings/price_tables.h: the types of options that are tables (spec 01 sections 7.2 and 8.1; 05 section 2): name to
// number, group to name to number, name to text. What the numbers mean belongs to billing. Pure values.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace opusclaw::settings {

/// Look-up by string_view without making a string.
struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept {
        return std::hash<std::string_view>{}(name);
    }
};
template <class T>
using NameMap = std::unordered_map<std::string, T, NameHash, std::equal_to<>>;

/// Model or group to number. Names are case-sensitive; every number is finite and >= 0.
using NumberMap = NameMap<double>;
/// Model or group to text.
using TextMap = NameMap<std::string>;

/// The number under exactly this name. nullopt: not in the table (an explicit 0 is a value).
inline std::optional<double> find_number(const NumberMap& table, std::string_view name) {
    const auto found = table.find(name);
    return found == table.end() ? std::nullopt : std::optional<double>(found->second);
}

/// The built-in tables (src/settings/default_pricing.json), as JSON text: the defaults of the options of the same role.
/// The views live as long as the program. Thread-safe.
struct DefaultPricing {
    std::string_view model_ratio, model_price, completion_ratio, cache_ratio, create_cache_ratio;
    std::string_view image_ratio, audio_ratio, audio_completion_ratio;
    std::string_view group_ratio, group_group_ratio, group_special_usable_group, topup_group_ratio,
        tool_prices;
};
const DefaultPricing& default_pricing();
/// The whole file: rules and constants that billing reads for itself (completion_ratio_rules and the like).
std::string_view default_pricing_text();

}    // namespace opusclaw::settings
