// dialect/openai_chat/usage_json.h: the `usage` object that Chat clients read (spec 06 section 19.3). read.h reads it.
#pragma once

#include "base/json/writer.h"
#include "dialect/usage.h"

namespace opusclaw::dialect::openai_chat {

/// The value of a `usage` member, from counts of either semantics: `prompt_tokens` is with what was cached.
void write_usage(json::Writer& writer, const Usage& usage);

}    // namespace opusclaw::dialect::openai_chat
