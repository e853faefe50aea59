// billing/price.h: the one place that computes a price (DESIGN section 10; spec 05 sections 2 to 6). Plain functions over values: the
// same serve the hold before a request and the bill after it. Every factor is in the quote, so that the log row can explain it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "dialect/usage.h"
#include "settings/settings.h"

namespace opusclaw::billing {

/// What a model costs a caller: resolved once a request, before it is sent.
struct Price {
    bool fixed = false;         // per call: model_price; else by ratios
    double model_price = -1;    // USD; -1 none
    double model_ratio = 0;
    bool built_in_ratio = false;    // it is the one that the program comes with
    double completion_ratio = 1;
    double cache_ratio = 1;
    double cache_write_ratio = 1.25;
    double cache_write_1h_ratio = 2;
    double image_ratio = 1;
    double audio_ratio = 1;
    double audio_completion_ratio = 1;
    bool has_audio_prices = false;    // the model stands in AudioRatio or AudioCompletionRatio
    bool always_by_audio = false;     // the audio formula makes the bill, whatever the usage has
    double group_ratio = 1;
    double user_group_ratio = -1;    // the special ratio of (user group, using group); -1 none
    double quota_per_unit = 500'000;
    std::optional<double> audio_input_usd_per_million;    // Gemini's separate audio price
};

enum class UnsetPrice { Refused, AcceptedByUser };

struct PriceRequest {
    std::string_view model;    // as requested
    std::string_view user_group;
    std::string_view using_group;
    UnsetPrice unset =
        UnsetPrice::Refused;    // AcceptedByUser: the user's setting; self-use mode is in the settings
    enum class Audience { User, Administrator } audience = Audience::User;
};
/// Throws Error(InvalidRequest, "model_price_error") with the text of spec 05 section 2.4 for a model without a price.
Price resolve_price(const settings::Settings& settings, const PriceRequest& request);
/// Whether a model has a billing configuration: a fixed price, a ratio, or a billing expression (spec 05 section 2.4).
bool has_price(const settings::Settings& settings, std::string_view model);
/// Spec 05 section 3, evaluated anew when a retry changes the group.
void apply_group_ratio(Price& price, const settings::Settings& settings, std::string_view user_group,
                       std::string_view using_group);
/// The completion ratio and whether an administrator may change it (spec 05 section 2.3).
struct CompletionRatio {
    double ratio = 1;
    bool locked = false;
};
CompletionRatio completion_ratio(const settings::Settings& settings, std::string_view model);

/// What to hold before sending: spec 05 sections 4.1, 4.2.
Quota hold_amount(const Price& price, std::int64_t estimated_prompt, std::int64_t max_output,
                  std::int64_t pre_consumed_floor);

struct Bill {
    Quota quota;
    bool by_audio = false;    // the audio formula was used (a fixed price is cut, not rounded)
};
/// Of spec 05 section 6.3.
enum class Delivered { Nothing, Output };
/// What the bill and its log row go by: under the audio formula, usage without any parts is text (spec 05 section 6.4).
dialect::Usage with_audio_parts(const Price& price, dialect::Usage usage);
/// Spec 05 sections 6.1 to 6.4, of such usage: decimal arithmetic, one final round half away from zero.
Bill settle_text(const Price& price, const dialect::Usage& usage, Delivered delivered);
/// What of such a bill is for audio input that has a price of its own, in quota units before they are rounded, as a log row tells it;
/// `0` in a group that pays nothing. Empty: there is no such input.
std::string separate_audio_amount(const Price& price, const dialect::Usage& usage);

/// Usage of a reseller that says it counts as `anthropic`, and counts what was cached as prompt and tells what a call cost: what was read from the cache
/// leaves the prompt, and what was written to it is inferred from the cost where nobody told it (spec 05 section 6.8).
dialect::Usage with_cache_writes_by_cost(const Price& price, dialect::Usage usage);

/// Quota as people read it, by the display type (spec 05 section 1), e.g. `＄2.000000`.
std::string format_quota(const settings::Settings& settings, Quota quota);

}    // namespace opusclaw::billing
