// dialect/unicode_classes.h: what kind of character a code point is, as far as token counting asks (spec 05 section 10). By
// Unicode 16.0, as the tokenizers of GPT models split; the data is made by scripts/make-unicode-classes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace opusclaw::dialect {

enum class CharacterClass : std::uint8_t {
    Other,
    Space,          // White_Space but LineBreak
    LineBreak,      // \r and \n
    Number,         // N*
    Mark,           // M*
    Upper,          // Lu, Lt
    Lower,          // Ll
    OtherLetter,    // Lm, Lo
};

/// Classes of all code points in two steps, 50 KB; made on first use. Read-only then, for all threads.
class CharacterClasses {
public:
    static const CharacterClasses& get();

    /// `point` is at most U+10FFFF.
    CharacterClass of(char32_t point) const {
        return blocks_[block_of_[point >> kBlockBits]][point & (kBlock - 1)];
    }

private:
    static constexpr unsigned kBlockBits = 7;
    static constexpr char32_t kBlock = 1U << kBlockBits;
    static constexpr char32_t kPoints = 0x110000;
    using Block = std::array<CharacterClass, kBlock>;

    CharacterClasses();

    std::array<std::uint16_t, kPoints / kBlock> block_of_{};
    std::vector<Block> blocks_;
};

/// Categories L* and N*.
bool is_letter(char32_t point);
bool is_number(char32_t point);

}    // namespace opusclaw::dialect
