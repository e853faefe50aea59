// base/json/escape.cpp: escapes read and written. A text is copied whole blocks at a time into room that is there already; the block
// in which something special stands counts up to it.
#include "base/json/escape.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/block.h"
#include "base/json/scan.h"
#include "base/swar.h"

namespace opusclaw::json::detail {
namespace {

std::optional<unsigned> hex4(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + 4, value, 16);
    if (failed != std::errc() || end != text.data() + 4) return std::nullopt;
    return value;
}

char* put_utf8(char* to, unsigned code) {
    const auto put = [&to](unsigned byte) { *to++ = static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
    return to;
}

constexpr unsigned kReplacement = 0xFFFD;

/// What stands behind the backslash of a short escape, by what it means; 0: it has none.
using Letters = std::array<char, 256>;
constexpr std::size_t index_of(char c) { return static_cast<unsigned char>(c); }
constexpr std::array<std::pair<char, char>, 7> kShort = {
    {{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}}};
constexpr Letters kLetters = [] {
    Letters letters{};
    for (const auto& [meant, letter] : kShort) letters[index_of(meant)] = letter;
    return letters;
}();
/// The other way round; a slash may be escaped, too.
constexpr Letters kMeant = [] {
    Letters meant{};
    for (const auto& [character, letter] : kShort) meant[index_of(letter)] = character;
    meant['/'] = '/';
    return meant;
}();

char simple_escape(char letter) { return kMeant[index_of(letter)]; }

/// What `\u` at the front of `rest` stands for, with a surrogate's other half; removed from `rest`. nullopt: no escape.
std::optional<unsigned> take_code(std::string_view& rest) {
    const auto first = hex4(rest.substr(2));
    if (!first) return std::nullopt;
    rest.remove_prefix(6);
    if (*first < 0xD800 || *first > 0xDFFF) return first;
    if (*first < 0xDC00 && rest.starts_with("\\u")) {
        const auto second = hex4(rest.substr(2));
        if (!second) return std::nullopt;
        if (*second >= 0xDC00 && *second <= 0xDFFF) {
            rest.remove_prefix(6);
            return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
        }
    }
    return kReplacement;
}

/// Writes what the escape with a code at the front of `rest` (a backslash) stands for, never more bytes than it has, and removes it
/// from `rest`. The end of what was written; nullptr: it is none.
char* take_coded(std::string_view& rest, char* to) {
    const auto code = rest.starts_with("\\u") ? take_code(rest) : std::nullopt;
    return code ? put_utf8(to, *code) : nullptr;
}

/// Behind the bytes that are no backslash.
const char* to_backslash(const char* from, const char* end) {
    for (; end - from >= static_cast<std::ptrdiff_t>(block::kBytes); from += block::kBytes) {
        const std::uint32_t marks = block::bits(block::load(from) == '\\');
        if (marks != 0) return from + std::countr_zero(marks);
    }
    while (from != end && *from != '\\') ++from;
    return from;
}

block::Marks marks_to_escape(block::Bytes bytes) { return bytes < 0x20 | bytes == '"' | bytes == '\\'; }

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

bool plain(char c) { return static_cast<unsigned char>(c) < 0x80 && !needs_escape(c); }

bool plain(std::uint64_t word) {
    const std::uint64_t marks = swar::control_bytes(word) | swar::bytes_equal(word, '"') |
                                swar::bytes_equal(word, '\\') | (word & swar::kHighs);
    return marks == 0;
}

bool plain(block::Bytes bytes) { return block::bits(marks_to_escape(bytes) | (bytes >= 0x80)) == 0; }

/// Behind what is written in place of `c`: at most kLongestEscape bytes.
constexpr std::size_t kLongestEscape = 6;
char* put_escape(char* to, char c) {
    constexpr char kHex[] = "0123456789abcdef";
    *to++ = '\\';
    if (const char letter = kLetters[index_of(c)]; letter != '\0') {
        *to++ = letter;
        return to;
    }
    for (const char part : {'u', '0', '0', kHex[index_of(c) >> 4], kHex[index_of(c) & 15]}) *to++ = part;
    return to;
}

}    // namespace

std::string unescape(std::string_view inner) {
    std::string out(inner.size(), '\0');    // nothing becomes longer
    char* to = out.data();
    while (true) {
        // A block may reach beyond the escape in it: what it brought too much is written over.
        while (inner.size() >= block::kBytes) {
            const block::Bytes bytes = block::load(inner.data());
            block::store(to, bytes);
            const std::uint32_t marks = block::bits(bytes == '\\');
            const std::size_t count = marks != 0 ? static_cast<std::size_t>(std::countr_zero(marks))
                                                 : block::kBytes;
            to += count;
            inner.remove_prefix(count);
            if (marks != 0) break;
        }
        while (!inner.empty() && inner.front() != '\\') {
            *to++ = inner.front();
            inner.remove_prefix(1);
        }
        if (inner.empty()) break;
        const char meant = inner.size() >= 2 ? simple_escape(inner[1]) : '\0';
        if (meant != '\0') {
            *to++ = meant;
            inner.remove_prefix(2);
            continue;
        }
        to = take_coded(inner, to);
        if (to == nullptr) refuse("a string holds an unknown escape");
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
    return out;
}

void check_escapes(std::string_view inner, std::size_t at) {
    const char* const end = inner.data() + inner.size();
    for (const char* from = to_backslash(inner.data(), end); from != end; from = to_backslash(from, end)) {
        if (end - from >= 2 && simple_escape(from[1]) != '\0') {
            from += 2;
            continue;
        }
        char meant[4];
        std::string_view rest(from, static_cast<std::size_t>(end - from));
        if (take_coded(rest, meant) == nullptr)
            refuse("a string holds an unknown escape", at + (inner.size() - rest.size()));
        from = rest.data();
    }
}

bool is_plain(std::string_view text) {
    if (text.size() < swar::kBytes) return std::ranges::all_of(text, [](char c) { return plain(c); });
    const char* at = text.data();
    const char* const end = at + text.size();
    for (; end - at > static_cast<std::ptrdiff_t>(block::kBytes); at += block::kBytes)
        if (!plain(block::load(at))) return false;
    // What is left is looked at from both sides.
    if (text.size() >= block::kBytes) return plain(block::load(end - block::kBytes));
    return plain(swar::load(at)) && plain(swar::load(end - swar::kBytes));
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::size_t kRoom = block::kBytes + kLongestEscape;
    std::size_t used = out.size();
    const char* from = text.data();
    const char* const end = from + text.size();
    while (from != end) {
        // For one character in eight to be escaped; what has more comes here again.
        const auto left = static_cast<std::size_t>(end - from);
        out.resize(used + left + left / 8 + kRoom);
        char* to = out.data() + used;
        const char* const full = out.data() + out.size() - kRoom;
        while (end - from >= static_cast<std::ptrdiff_t>(block::kBytes) && to <= full) {
            const block::Bytes bytes = block::load(from);
            block::store(to, bytes);
            const std::uint32_t marks = block::bits(marks_to_escape(bytes));
            if (marks == 0) {
                from += block::kBytes;
                to += block::kBytes;
                continue;
            }
            const int count = std::countr_zero(marks);
            from += count;
            to = put_escape(to + count, *from++);
        }
        // Less than a block is left, or the room is used up.
        for (; from != end && end - from < static_cast<std::ptrdiff_t>(block::kBytes) && to <= full; ++from) {
            if (needs_escape(*from)) {
                to = put_escape(to, *from);
            } else {
                *to++ = *from;
            }
        }
        used = static_cast<std::size_t>(to - out.data());
    }
    out.resize(used);
}

}    // namespace opusclaw::json::detail
