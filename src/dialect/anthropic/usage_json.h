// dialect/anthropic/usage_json.h: `usage` objects of Anthropic Messages to and from the neutral counts (spec 06 section 19).
#pragma once

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/usage.h"

namespace opusclaw::dialect::anthropic {

/// A later object of a stream overwrites only what it reports as more than 0. Makes `usage` one of Anthropic semantics and sane.
void take_usage(Usage& usage, const json::View& object);

/// The value of a `usage` member, from counts of either semantics: `input_tokens` is without what was cached.
void write_usage(json::Writer& writer, const Usage& usage);

}    // namespace opusclaw::dialect::anthropic
