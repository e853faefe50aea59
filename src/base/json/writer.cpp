// base/json/writer.cpp: repair of ill-formed text, numbers and the writer's keeping of commas (RFC 8259). Escapes are escape.cpp's.
#include "base/json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/json/escape.h"
#include "base/json/scan.h"
#include "base/short_decimal.h"

namespace opusclaw::json {
namespace {

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

/// A key of plain ASCII in one append: a row of the log has thirty. False: it is none, and nothing is written.
bool append_short_key(std::string& out, KeyPlace place, std::string_view name) {
    std::array<char, kShortKey + 4> text;
    if (name.size() > kShortKey || !detail::is_plain(name)) return false;
    std::size_t size = 0;
    if (place == KeyPlace::Later) text[size++] = ',';
    text[size++] = '"';
    size += name.copy(text.data() + size, kShortKey);
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
    if (detail::is_plain(text)) {
        out.append(text);
    } else if (detail::valid_utf8(text)) {
        detail::append_escaped(out, text);
    } else {
        detail::append_escaped(out, repaired(text));
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

void Writer::reserve(std::size_t bytes) {
    const std::size_t wanted = out_.size() + bytes;
    // At least twice as much, so that many small requests do not copy everything each time.
    if (wanted > out_.capacity()) out_.reserve(std::max(wanted, 2 * out_.capacity()));
}

}    // namespace opusclaw::json
