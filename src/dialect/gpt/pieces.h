// dialect/gpt/pieces.h: how the GPT encodings cut a text before tokens are sought: the same pieces as the regular expressions of
// tiktoken's cl100k_base and o200k_base give, by one scan forward. A token never crosses the end of a piece.
#pragma once

#include <cstdint>
#include <string_view>

#include "dialect/gpt/rank_table.h"
#include "dialect/unicode_classes.h"

namespace opusclaw::dialect::gpt {

/// Hands out the pieces of one text in order; together they are the text. Linear in it. Of one thread.
class Pieces {
public:
    /// `text` is well-formed UTF-8 and outlives this.
    Pieces(Encoding encoding, std::string_view text)
        : classes_(CharacterClasses::get()), text_(text), encoding_(encoding) {}
    /// Empty at the end of the text.
    std::string_view next();

private:
    /// `in` is the bit of the class (1 << class); at the end of the text no bit, and size 0.
    struct Character {
        std::uint32_t in;
        std::uint32_t size;
    };

    Character character(std::size_t at) const;
    Character wide_character(std::size_t at) const;
    std::size_t run(std::size_t at, std::uint32_t classes) const;
    std::size_t contraction(std::size_t at) const;
    std::size_t lower_word(std::size_t at) const;
    std::size_t upper_word(std::size_t at) const;
    std::size_t o200k_word(std::size_t begin) const;
    std::size_t cl100k_word(std::size_t begin) const;
    std::size_t number(std::size_t begin) const;
    std::size_t symbols(std::size_t begin) const;
    std::size_t spaces(std::size_t begin) const;
    std::size_t end_of_piece(std::size_t begin) const;

    const CharacterClasses& classes_;
    std::string_view text_;
    Encoding encoding_;
    std::size_t at_ = 0;
};

}    // namespace opusclaw::dialect::gpt
