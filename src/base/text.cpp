// base/text.cpp: ASCII text, strict numbers and UTF-8 (Unicode 15 section 3.9, table 3-7). Masking is in text_mask.cpp.
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/swar.h"

namespace opusclaw::text {
namespace {

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// from_chars knows no plus sign, which Go and people write.
std::string_view without_plus(std::string_view text) {
    const bool plus = text.size() >= 2 && text[0] == '+' && (is_digit(text[1]) || text[1] == '.');
    return plus ? text.substr(1) : text;
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
    text = without_plus(text);
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// One step through a text: a well-formed sequence, or the longest beginning of one that does not go on.
struct Step {
    std::size_t size;
    bool valid;
};

struct Lead {
    std::size_t following;
    unsigned char low, high;    // range of the first following byte
};

Lead lead_of(unsigned char byte) {
    if (byte >= 0xc2 && byte <= 0xdf) return {1, 0x80, 0xbf};
    if (byte == 0xe0) return {2, 0xa0, 0xbf};
    if (byte == 0xed) return {2, 0x80, 0x9f};
    if (byte >= 0xe1 && byte <= 0xef) return {2, 0x80, 0xbf};
    if (byte == 0xf0) return {3, 0x90, 0xbf};
    if (byte >= 0xf1 && byte <= 0xf3) return {3, 0x80, 0xbf};
    if (byte == 0xf4) return {3, 0x80, 0x8f};
    return {0, 0, 0};
}

Step step(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return {1, true};
    const Lead lead = lead_of(first);
    if (lead.following == 0) return {1, false};
    for (std::size_t i = 1; i <= lead.following; ++i) {
        if (at + i >= text.size()) return {i, false};
        const auto byte = static_cast<unsigned char>(text[at + i]);
        const bool fits = i == 1 ? byte >= lead.low && byte <= lead.high : (byte & 0xc0) == 0x80;
        if (!fits) return {i, false};
    }
    return {lead.following + 1, true};
}

/// Where the run of ASCII that begins at `at` is known to go on to; eight bytes at a time.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
    while (at + 8 <= text.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        if ((word & 0x8080808080808080U) != 0) break;
        at += 8;
    }
    return at;
}

}    // namespace

bool same_but_for_case(std::string_view a, std::string_view b) {
    constexpr std::uint64_t kCaseBits = swar::kOnes * 0x20;
    std::size_t i = 0;
    for (; i + swar::kBytes <= a.size(); i += swar::kBytes) {
        const std::uint64_t difference = swar::load(a.data() + i) ^ swar::load(b.data() + i);
        if (difference == 0) continue;
        if ((difference & ~kCaseBits) != 0) return false;
        break;    // letters in another case, or other bytes that differ by the same bit
    }
    for (; i < a.size(); ++i) {
        if (a[i] != b[i] && lower_letter(a[i]) != lower_letter(b[i])) return false;
    }
    return true;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower_letter);
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find(separator, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

std::optional<std::int64_t> parse_int(std::string_view text) { return parse_whole<std::int64_t>(text); }

std::optional<double> parse_double(std::string_view text) {
    const std::optional<double> value = parse_whole<double>(text);
    if (!value || !std::isfinite(*value)) return std::nullopt;
    return value;
}

bool valid_utf8(std::string_view text) {
    for (std::size_t at = skip_ascii(text, 0); at < text.size();) {
        const Step next = step(text, at);
        if (!next.valid) return false;
        at = next.size == 1 ? skip_ascii(text, at + 1) : at + next.size;
    }
    return true;
}

std::string well_formed_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Step next = step(text, at);
        out += next.valid ? text.substr(at, next.size) : "\xef\xbf\xbd";
        at += next.size;
    }
    return out;
}

std::string clean_utf8(std::string_view text) {
    std::string out = well_formed_utf8(text);
    std::erase(out, '\0');
    return out;
}

std::string_view cut_utf8(std::string_view text, std::size_t max_characters) {
    std::size_t at = 0;
    for (std::size_t count = 0; count < max_characters && at < text.size(); ++count) {
        const Step next = step(text, at);
        at += next.valid ? next.size : 1;
    }
    return text.substr(0, at);
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        const Step next = step(text, at);
        at += next.valid ? next.size : 1;
    }
    return count;
}

std::string mask_key(std::string_view key) {
    if (key.size() <= 4) return std::string(key.size(), '*');
    const std::size_t shown = key.size() <= 8 ? 2 : 4;
    std::string out(key.substr(0, shown));
    out.append(key.size() <= 8 ? 4 : 10, '*');
    out += key.substr(key.size() - shown);
    return out;
}

}    // namespace opusclaw::text
