// dialect/gpt/pieces.cpp: each function is one alternative of the regular expressions, tried in their order; what those find by
// going back is known here from the way forward. An end that equals the beginning means: does not fit.
#include "dialect/gpt/pieces.h"

#include <array>

namespace opusclaw::dialect::gpt {
namespace {

constexpr std::uint32_t bit(CharacterClass kind) { return 1U << static_cast<unsigned>(kind); }

constexpr std::uint32_t kOther = bit(CharacterClass::Other);
constexpr std::uint32_t kSpace = bit(CharacterClass::Space);
constexpr std::uint32_t kLineBreak = bit(CharacterClass::LineBreak);
constexpr std::uint32_t kNumber = bit(CharacterClass::Number);
constexpr std::uint32_t kMark = bit(CharacterClass::Mark);
constexpr std::uint32_t kLower = bit(CharacterClass::Lower);
constexpr std::uint32_t kOtherLetter = bit(CharacterClass::OtherLetter);
constexpr std::uint32_t kLetter = bit(CharacterClass::Upper) | kLower | kOtherLetter;

constexpr std::uint32_t kPrefix = kSpace | kMark | kOther;    // [^\r\n\p{L}\p{N}]
constexpr std::uint32_t kSymbol = kMark | kOther;             // [^\s\p{L}\p{N}]
constexpr std::uint32_t kBothCases = kOtherLetter | kMark;    // [\p{Lm}\p{Lo}\p{M}]
constexpr std::uint32_t kUpperLike = bit(CharacterClass::Upper) | kBothCases;
constexpr std::uint32_t kLowerLike = kLower | kBothCases;

constexpr std::size_t kLongestNumber = 3;
constexpr std::size_t kAscii = 128;

constexpr std::array<std::uint32_t, kAscii> kAsciiClasses = [] {
    std::array<std::uint32_t, kAscii> classes{};
    for (std::size_t c = 0; c < kAscii; ++c) {
        if (c == '\r' || c == '\n') {
            classes[c] = kLineBreak;
        } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
            classes[c] = kSpace;
        } else if (c >= '0' && c <= '9') {
            classes[c] = kNumber;
        } else if (c >= 'A' && c <= 'Z') {
            classes[c] = bit(CharacterClass::Upper);
        } else {
            classes[c] = c >= 'a' && c <= 'z' ? kLower : kOther;
        }
    }
    return classes;
}();

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}    // namespace

Pieces::Character Pieces::wide_character(std::size_t at) const {
    const std::uint32_t lead = byte_at(text_, at);
    const std::uint32_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    char32_t point = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) point = (point << 6) | (byte_at(text_, at + i) & 0x3FU);
    return {bit(classes_.of(point)), size};
}

inline Pieces::Character Pieces::character(std::size_t at) const {
    if (at >= text_.size()) return {0, 0};
    const unsigned char byte = byte_at(text_, at);
    if (byte < kAscii) return {kAsciiClasses[byte], 1};
    return wide_character(at);
}

inline std::size_t Pieces::run(std::size_t at, std::uint32_t classes) const {
    for (Character c = character(at); (c.in & classes) != 0; c = character(at)) at += c.size;
    return at;
}

/// (?i:'s|'t|'re|'ve|'m|'ll|'d), where a long s is an s.
std::size_t Pieces::contraction(std::size_t at) const {
    if (at + 1 >= text_.size() || text_[at] != '\'') return at;
    const std::string_view rest = text_.substr(at + 1, 2);
    const char first = lower_letter(rest[0]);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
    if (rest.size() < 2) return at;
    const char second = lower_letter(rest[1]);
    const bool fits = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l') ||
                      rest == "\xC5\xBF";
    return fits ? at + 3 : at;
}

/// [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+: where no lower case letter follows the first part, the last
/// character of it that fits both parts is the second.
std::size_t Pieces::lower_word(std::size_t at) const {
    std::size_t behind_both = at;
    Character c = character(at);
    for (; (c.in & kUpperLike) != 0; c = character(at)) {
        at += c.size;
        if ((c.in & kBothCases) != 0) behind_both = at;
    }
    return (c.in & kLower) != 0 ? run(at, kLowerLike) : behind_both;
}

/// [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*
std::size_t Pieces::upper_word(std::size_t at) const {
    const std::size_t behind = run(at, kUpperLike);
    return behind == at ? at : run(behind, kLowerLike);
}

std::size_t Pieces::o200k_word(std::size_t begin) const {
    const Character first = character(begin);
    const bool prefixed = (first.in & kPrefix) != 0;
    const std::size_t start = prefixed ? begin + first.size : begin;
    std::size_t end = lower_word(start);
    if (end != start) return contraction(end);
    if (prefixed) {    // a mark may be a prefix or a part of the word
        end = lower_word(begin);
        if (end != begin) return contraction(end);
    }
    end = upper_word(start);
    return end == start ? begin : contraction(end);
}

std::size_t Pieces::cl100k_word(std::size_t begin) const {
    const std::size_t short_form = contraction(begin);
    if (short_form != begin) return short_form;
    const Character first = character(begin);
    const std::size_t start = (first.in & kPrefix) != 0 ? begin + first.size : begin;
    const std::size_t end = run(start, kLetter);
    return end == start ? begin : end;
}

/// \p{N}{1,3}
std::size_t Pieces::number(std::size_t begin) const {
    std::size_t end = begin;
    for (std::size_t digits = 0; digits < kLongestNumber; ++digits) {
        const Character c = character(end);
        if ((c.in & kNumber) == 0) break;
        end += c.size;
    }
    return end;
}

/// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, in o200k_base with slashes among the line breaks.
std::size_t Pieces::symbols(std::size_t begin) const {
    const std::size_t start = begin + (text_[begin] == ' ' ? 1 : 0);
    std::size_t end = run(start, kSymbol);
    if (end == start) return begin;
    const bool slashes = encoding_ == Encoding::O200kBase;
    while (end < text_.size() && (text_[end] == '\n' || text_[end] == '\r' || (slashes && text_[end] == '/')))
        ++end;
    return end;
}

/// \s*[\r\n]+|\s+(?!\S)|\s+: up to the last line break; else all but the last, which belongs to what follows.
std::size_t Pieces::spaces(std::size_t begin) const {
    std::size_t end = begin, last = begin, behind_break = begin;
    for (Character c = character(end); (c.in & (kSpace | kLineBreak)) != 0; c = character(end)) {
        last = end;
        end += c.size;
        if ((c.in & kLineBreak) != 0) behind_break = end;
    }
    if (behind_break != begin) return behind_break;
    return end == text_.size() || last == begin ? end : last;
}

std::size_t Pieces::end_of_piece(std::size_t begin) const {
    std::size_t end = encoding_ == Encoding::O200kBase ? o200k_word(begin) : cl100k_word(begin);
    if (end == begin) end = number(begin);
    if (end == begin) end = symbols(begin);
    return end == begin ? spaces(begin) : end;
}

std::string_view Pieces::next() {
    if (at_ == text_.size()) return {};
    const std::size_t begin = at_;
    at_ = end_of_piece(begin);
    return text_.substr(begin, at_ - begin);
}

}    // namespace opusclaw::dialect::gpt
