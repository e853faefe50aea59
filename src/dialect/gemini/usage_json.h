// dialect/gemini/usage_json.h: the `usageMetadata` object (spec 06 sections 19.2, 19.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/usage.h"

namespace opusclaw::dialect::gemini {

/// Thoughts count as completion, the prompts of tools as prompt. nullopt when the value is no object.
std::optional<Usage> read_usage(const json::View& metadata);
/// Each of the images that a stream brings and does not count.
inline constexpr std::int64_t kTokensOfMedia = 1400;
/// The provider does not count images that it streams: so many tokens each (19.4).
void count_media(Usage& usage, std::size_t media);

/// The value of a `usageMetadata` member, from counts of either semantics.
void write_usage(json::Writer& writer, const Usage& usage);

}    // namespace opusclaw::dialect::gemini
