// dialect/gpt/tokenizer.h: the tokens of a text as the GPT models count them (spec 05 section 10.2): cl100k_base and o200k_base,
// equal to tiktoken. Names of special tokens are ordinary text; an ill-formed sequence of bytes is one U+FFFD. Pure functions,
// callable from every thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dialect/gpt/rank_table.h"

namespace opusclaw::dialect::gpt {

/// The encoding of a model by its name, case ignored; nullopt for those of other families.
std::optional<Encoding> encoding_of(std::string_view model);

/// `text` is under 4 GB.
std::int64_t count(Encoding encoding, std::string_view text);
std::vector<Rank> encode(Encoding encoding, std::string_view text);

}    // namespace opusclaw::dialect::gpt
