// base/json/writer.cpp: escaping, numbers and the writer's keeping of commas (RFC 8259). Runs of ordinary bytes are found
// eight at a time and appended whole, since most of what is written is long text.
#include "base/json/writer.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/json/scan.h"

namespace opusclaw::json {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

/// Bytes from `at` on that are written as they are; bytes above 127 count as such.
std::size_t plain_run(std::string_view text, std::size_t at) {
    static_assert(std::endian::native == std::endian::little);
    std::size_t end = at;
    for (; end + 8 <= text.size(); end += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + end, 8);
        // A byte below 0x20 has none of the three upper bits that the mask keeps.
        const std::uint64_t special = zero_bytes(word & kOnes * 0xE0) | zero_bytes(word ^ kOnes * '"') |
                                      zero_bytes(word ^ kOnes * '\\');
        // A borrow can only flag bytes above a true hit, so the lowest flag is always right.
        if (special != 0) return end - at + static_cast<std::size_t>(std::countr_zero(special) / 8);
    }
    for (; end < text.size(); ++end) {
        const auto c = static_cast<unsigned char>(text[end]);
        if (c < 0x20 || c == '"' || c == '\\') break;
    }
    return end - at;
}

void append_escape(std::string& out, char c) {
    constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto code = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kHex[code >> 4];
    out += kHex[code & 15];
}

void append_escaped(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t plain = plain_run(text, at);
        out.append(text.substr(at, plain));
        at += plain;
        if (at < text.size()) append_escape(out, text[at++]);
    }
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The range that the second byte of a sequence must be in, and its length, after the Unicode standard's table 3-7.
struct Lead {
    std::size_t length;
    unsigned char low;
    unsigned char high;
};

Lead lead_of(unsigned char c) {
    if (c < 0x80) return {1, 0x80, 0xBF};
    if (c < 0xC2) return {0, 0, 0};
    if (c < 0xE0) return {2, 0x80, 0xBF};
    if (c < 0xF0) {
        return {3, static_cast<unsigned char>(c == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(c == 0xED ? 0x9F : 0xBF)};
    }
    if (c < 0xF5) {
        return {4, static_cast<unsigned char>(c == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(c == 0xF4 ? 0x8F : 0xBF)};
    }
    return {0, 0, 0};
}

/// `text` with every longest piece that cannot belong to a character replaced by one U+FFFD.
std::string repaired(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t at = 0; at < text.size();) {
        const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
        std::size_t good = lead.length == 0 ? 0 : 1;
        while (good > 0 && good < lead.length && at + good < text.size()) {
            const char next = text[at + good];
            const auto byte = static_cast<unsigned char>(next);
            if (good == 1 ? byte < lead.low || byte > lead.high : !continues(next)) break;
            ++good;
        }
        if (lead.length > 0 && good == lead.length) {
            out.append(text.substr(at, good));
            at += good;
        } else {
            out.append("\xEF\xBF\xBD");
            at += good == 0 ? 1 : good;
        }
    }
    return out;
}

[[noreturn]] void misused(std::string_view what) {
    throw_error(ErrorKind::Internal, "json_writer_misused", what);
}

// States of an open container, one character each.
constexpr char kEmptyObject = 'O';
constexpr char kObject = 'o';
constexpr char kEmptyArray = 'A';
constexpr char kArray = 'a';

}    // namespace

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    if (detail::valid_utf8(text)) {
        append_escaped(out, text);
    } else {
        append_escaped(out, repaired(text));
    }
    out.push_back('"');
}

void append_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    // The range in which people write a number in full, as JavaScript does.
    constexpr double kFullFrom = 1e-6;
    constexpr double kFullBelow = 1e21;
    const double size = std::fabs(value);
    const bool full = size == 0 || (size >= kFullFrom && size < kFullBelow);
    std::array<char, 64> digits;
    const auto format = full ? std::chars_format::fixed : std::chars_format::scientific;
    const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value, format);
    if (failed != std::errc()) misused("a number did not fit");
    out.append(digits.data(), end);
}

void Writer::separate() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (open_.empty()) {
        if (done_) misused("a second value at the top");
        done_ = true;
        return;
    }
    char& state = open_.back();
    if (state == kEmptyArray) {
        state = kArray;
    } else if (state == kArray) {
        out_.push_back(',');
    } else {
        misused("a value where a key belongs");
    }
}

void Writer::close(char empty, char filled, char bracket) {
    if (open_.empty() || after_key_ || (open_.back() != empty && open_.back() != filled)) {
        misused("an end that does not fit");
    }
    open_.pop_back();
    out_.push_back(bracket);
}

Writer& Writer::begin_object() {
    separate();
    out_.push_back('{');
    open_.push_back(kEmptyObject);
    return *this;
}

Writer& Writer::end_object() {
    close(kEmptyObject, kObject, '}');
    return *this;
}

Writer& Writer::begin_array() {
    separate();
    out_.push_back('[');
    open_.push_back(kEmptyArray);
    return *this;
}

Writer& Writer::end_array() {
    close(kEmptyArray, kArray, ']');
    return *this;
}

Writer& Writer::key(std::string_view name) {
    if (open_.empty() || after_key_) misused("a key where a value belongs");
    char& state = open_.back();
    if (state == kObject) {
        out_.push_back(',');
    } else if (state == kEmptyObject) {
        state = kObject;
    } else {
        misused("a key in an array");
    }
    append_quoted(out_, name);
    out_.push_back(':');
    after_key_ = true;
    return *this;
}

Writer& Writer::value(std::string_view text) {
    separate();
    append_quoted(out_, text);
    return *this;
}

Writer& Writer::value(bool truth) { return raw(truth ? "true" : "false"); }

Writer& Writer::value(std::int64_t number) {
    std::array<char, 24> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return raw({digits.data(), written.ptr});
}

Writer& Writer::value(std::uint64_t number) {
    std::array<char, 24> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return raw({digits.data(), written.ptr});
}

Writer& Writer::value(double number) {
    separate();
    append_number(out_, number);
    return *this;
}

Writer& Writer::null() { return raw("null"); }

Writer& Writer::raw(std::string_view json) {
    if (json.empty()) misused("an empty text as a value");
    separate();
    out_.append(json);
    return *this;
}

}    // namespace opusclaw::json
