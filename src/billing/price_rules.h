// billing/price_rules.h: the built-in rules of prices that are no options: completion ratios by name, Gemini's audio prices (spec
// 05 sections 2.3, 6.2). Read once from the embedded default prices.
#pragma once

#include <optional>
#include <string_view>

#include "billing/price.h"

namespace opusclaw::billing {

/// The first rule that fits a normalised name; the last one fits all.
CompletionRatio completion_rule(std::string_view name);
/// USD per million audio tokens, by the first prefix that fits the requested name.
std::optional<double> gemini_audio_price(std::string_view model);

}    // namespace opusclaw::billing
