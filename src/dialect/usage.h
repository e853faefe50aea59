// dialect/usage.h: token counts as providers report them, in one neutral form (spec 05 section 9; 06 section 19).
#pragma once

#include <cstdint>

namespace opusclaw::dialect {

/// `openai`: prompt includes what was cached; `anthropic`: it does not.
enum class UsageSemantics { Openai, Anthropic };

/// Counts are >= 0 after clamp(). A member that the provider did not report is 0.
struct Usage {
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t total = 0;
    std::int64_t cached_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t cache_write_5m = 0;
    std::int64_t cache_write_1h = 0;
    std::int64_t image_input = 0;
    std::int64_t image_output = 0;
    std::int64_t audio_input = 0;
    std::int64_t audio_output = 0;
    std::int64_t text_input = 0;
    std::int64_t text_output = 0;
    std::int64_t reasoning = 0;
    UsageSemantics semantics = UsageSemantics::Openai;
    bool semantics_told = false;    // by the provider itself
    bool reduced = false;           // what was told is not nothing, though nothing may be left of it
    bool clamped = false;           // clamp() found nonsense
    double cost = 0;                // USD, as resellers tell it
    /// The whole prompt, as gateways tell it that say where they have it from (`usage_source`; spec 03 section 14.3).
    std::int64_t sourced_input = 0;

    bool operator==(const Usage&) const = default;
    /// Tokens written to a cache, and of them for 5 minutes; what a provider did not split counts as 5 minutes (spec 06 19.3).
    std::int64_t written_to_cache() const;
    std::int64_t written_for_5m() const;
    bool empty() const { return prompt == 0 && completion == 0 && !reduced; }
    /// The provider told something of the prompt; what was cached is not in `prompt` under `anthropic`.
    bool tells_prompt() const { return prompt > 0 || cached_read > 0 || written_to_cache() > 0; }
    /// A later report of the same answer: its figures take the place of earlier ones, those that it has (> 0).
    void take_later(const Usage& later);
    /// Makes a broken provider's numbers sane: none negative or beyond 10^12; under `openai` the parts of the prompt do not exceed it, reduced
    /// in the order audio, image, cache write, cached read (spec 05 section 9.2). What was changed shows in `clamped`.
    void clamp();
};

}    // namespace opusclaw::dialect
