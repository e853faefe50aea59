// base/json/writer.cpp: escaping, numbers and the writer's keeping of commas (RFC 8259). Runs of ordinary bytes are found
// eight at a time and appended whole, since most of what is written is long text.
#include "base/json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/json/scan.h"
#include "base/short_decimal.h"
#include "base/swar.h"

namespace opusclaw::json {
namespace {

std::uint64_t marks_to_escape(std::uint64_t word) {
    return swar::control_bytes(word) | swar::bytes_equal(word, '"') | swar::bytes_equal(word, '\\');
}

/// Bytes from `at` on that are written as they are; bytes above 127 count as such.
std::size_t plain_run(std::string_view text, std::size_t at) {
    std::size_t end = at;
    for (; end + swar::kBytes <= text.size(); end += swar::kBytes) {
        const std::uint64_t special = marks_to_escape(swar::load(text.data() + end));
        if (special != 0) return end - at + swar::first_marked(special);
    }
    for (; end < text.size(); ++end) {
        const auto c = static_cast<unsigned char>(text[end]);
        if (c < 0x20 || c == '"' || c == '\\') break;
    }
    return end - at;
}

bool plain_ascii(std::uint64_t word) { return (marks_to_escape(word) | (word & swar::kHighs)) == 0; }

/// Nothing to escape and nothing that could be ill-formed: most keys and names.
bool plain_ascii(std::string_view text) {
    if (text.size() < swar::kBytes) {
        return std::ranges::all_of(text,
                                   [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
    }
    const char* const last = text.data() + text.size() - swar::kBytes;    // may overlap with the one before
    for (const char* at = text.data(); at < last; at += swar::kBytes)
        if (!plain_ascii(swar::load(at))) return false;
    return plain_ascii(swar::load(last));
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

void append_whole(std::string& out, std::int64_t number) {
    std::array<char, 20> digits;
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

/// As the shortest text of the number it was made from.
void append_decimal(std::string& out, const ShortDecimal& decimal) {
    std::array<char, 20> digits;
    const std::int64_t size = decimal.mantissa < 0 ? -decimal.mantissa : decimal.mantissa;
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), size).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    if (decimal.mantissa < 0) out.push_back('-');
    const std::size_t whole = text.size() > decimal.scale ? text.size() - decimal.scale : 0;
    out.append(whole > 0 ? text.substr(0, whole) : "0");
    if (decimal.scale == 0) return;
    out.push_back('.');
    if (whole == 0) out.append(decimal.scale - text.size(), '0');
    out.append(text.substr(whole));
}

constexpr std::size_t kShortKey = 40;
enum class KeyPlace { First, Later };

/// Copies it a word at a time, as long as it is plain; false: it is not.
bool copy_plain(char* into, std::string_view text) {
    if (text.size() < swar::kBytes) {
        std::ranges::copy(text, into);
        return plain_ascii(text);
    }
    const std::size_t last = text.size() - swar::kBytes;    // may overlap with the one before
    for (std::size_t at = 0;; at = std::min(at + swar::kBytes, last)) {
        const std::uint64_t word = swar::load(text.data() + at);
        if (!plain_ascii(word)) return false;
        std::memcpy(into + at, &word, sizeof word);
        if (at == last) return true;
    }
}

/// A key of plain ASCII in one append: a row of the log has thirty. False: it is none, and nothing is written.
bool append_short_key(std::string& out, KeyPlace place, std::string_view name) {
    std::array<char, kShortKey + 4> text;
    if (name.size() > kShortKey) return false;
    std::size_t size = 0;
    if (place == KeyPlace::Later) text[size++] = ',';
    text[size++] = '"';
    if (!copy_plain(text.data() + size, name)) return false;
    size += name.size();
    text[size++] = '"';
    text[size++] = ':';
    out.append(text.data(), size);
    return true;
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
    if (plain_ascii(text)) {
        out.append(text);
    } else if (detail::valid_utf8(text)) {
        append_escaped(out, text);
    } else {
        append_escaped(out, repaired(text));
    }
    out.push_back('"');
}

std::string quoted(std::string_view text) {
    std::string json;
    append_quoted(json, text);
    return json;
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
    constexpr double kExactBelow = 1e15;
    if (size < kExactBelow && !std::signbit(value) &&
        static_cast<double>(static_cast<std::int64_t>(value)) == value) {
        append_whole(out, static_cast<std::int64_t>(value));
        return;
    }
    const bool full = size == 0 || (size >= kFullFrom && size < kFullBelow);
    std::array<char, 64> digits;
    if (const auto decimal = full ? short_decimal(value) : std::nullopt) {
        append_decimal(out, *decimal);
        return;
    }
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
    const bool first = state == kEmptyObject;
    if (!first && state != kObject) misused("a key in an array");
    state = kObject;
    after_key_ = true;
    if (append_short_key(out_, first ? KeyPlace::First : KeyPlace::Later, name)) return *this;
    if (!first) out_.push_back(',');
    append_quoted(out_, name);
    out_.push_back(':');
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
