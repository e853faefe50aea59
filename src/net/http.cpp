// net/http.cpp: header fields and header lines (RFC 9110 sections 5 and 15). The one gate through which values from outside
// reach an outgoing message: a value with a line end in it never becomes a line.
#include "net/http.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "base/swar.h"
#include "base/text.h"

namespace opusclaw::net {

namespace {

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr std::array<bool, 256> kTokenTable = make_token_table();

constexpr std::size_t kUsualLines = 320;    // bytes of all header lines of one message

bool clean_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || byte == '\t') && byte != 0x7f;
}

/// A word at a time; what has a tab or worse is looked at byte by byte.
bool clean_value(std::string_view value) {
    if (value.size() < swar::kBytes) return std::ranges::all_of(value, clean_byte);
    const std::size_t last = value.size() - swar::kBytes;    // may overlap with the one before
    for (std::size_t at = 0;; at = std::min(at + swar::kBytes, last)) {
        const std::uint64_t word = swar::load(value.data() + at);
        if ((swar::control_bytes(word) | swar::bytes_equal(word, '\x7f')) != 0)
            return std::ranges::all_of(value, clean_byte);
        if (at == last) return true;
    }
}

/// `name: value\r\n`, as a rule in one append.
void append_line(std::string& lines, std::string_view name, std::string_view value) {
    constexpr std::string_view kBetween = ": ";
    constexpr std::string_view kEnd = "\r\n";
    std::array<char, 256> line;
    if (name.size() + kBetween.size() + value.size() + kEnd.size() > line.size()) {
        lines.append(name).append(kBetween).append(value).append(kEnd);
        return;
    }
    char* end = std::copy(name.begin(), name.end(), line.data());
    end = std::copy(kBetween.begin(), kBetween.end(), end);
    end = std::copy(value.begin(), value.end(), end);
    end = std::copy(kEnd.begin(), kEnd.end(), end);
    lines.append(line.data(), static_cast<std::size_t>(end - line.data()));
}

/// The line at `at` of the form `Name: value\r\n`: its name, and where the next one starts.
struct Line {
    std::string_view name;
    std::size_t next;
};
Line line_at(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return {text.substr(at, text.find(':', at) - at), end + 1};
}

/// Sorted by status.
struct Phrase {
    int status;
    std::string_view text;
};
constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

}    // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const {
    if ((lengths_ & length_mark(name)) == 0) return std::nullopt;
    for (const Header& field : fields_) {
        if (text::iequals(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    std::size_t found = 0;
    for (const Header& field : fields_) found += text::iequals(field.name, name) ? 1 : 0;
    return found;
}

HeaderLines& HeaderLines::add(std::string_view name, std::string_view value) {
    if (!is_token(name) || !clean_value(value)) {
        throw_error(ErrorKind::InvalidRequest, "bad_header", "a header field has a bad name or value");
    }
    if (text_.capacity() < kUsualLines) text_.reserve(kUsualLines);
    append_line(text_, name, value);
    return *this;
}

HeaderLines& HeaderLines::add(std::string_view name, std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return add(name, std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

bool HeaderLines::has(std::string_view name) const {
    for (std::size_t at = 0; at < text_.size();) {
        const Line line = line_at(text_, at);
        if (text::iequals(line.name, name)) return true;
        at = line.next;
    }
    return false;
}

bool HeaderLines::remove(std::string_view name) {
    bool removed = false;
    for (std::size_t at = 0; at < text_.size();) {
        const Line line = line_at(text_, at);
        if (text::iequals(line.name, name)) {
            text_.erase(at, line.next - at);
            removed = true;
        } else {
            at = line.next;
        }
    }
    return removed;
}

bool is_token(std::string_view text) {
    for (const char c : text) {
        if (!kTokenTable[static_cast<unsigned char>(c)]) return false;
    }
    return !text.empty();
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool list_has(std::string_view value, std::string_view item) {
    while (true) {
        const std::size_t comma = value.find(',');
        const std::string_view part = value.substr(0, comma);
        if (text::iequals(without_blanks(part.substr(0, part.find(';'))), item)) return true;
        if (comma == std::string_view::npos) return false;
        value.remove_prefix(comma + 1);
    }
}

std::string_view reason_phrase(int status) {
    const auto* found = std::ranges::lower_bound(kPhrases, status, {}, &Phrase::status);
    return found != std::end(kPhrases) && found->status == status ? found->text : "Unknown";
}

}    // namespace opusclaw::net
