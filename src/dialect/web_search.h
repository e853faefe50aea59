// dialect/web_search.h: what the dialects say alike of a hosted web search (spec 06 section 9.2). Only for the codecs.
#pragma once

#include <string_view>

#include "base/json/writer.h"
#include "dialect/chat.h"

namespace opusclaw::dialect {

/// The size that was told, else what the allowed number of searches amounts to; empty: neither was told.
std::string_view context_size_of(const chat::WebSearch& search);

/// Whether anything is known of where the user is, and the members that say it.
bool has_place(const chat::WebSearch& search);
void write_place(json::Writer& writer, const chat::WebSearch& search);

}    // namespace opusclaw::dialect
