// net/http_head_scan.cpp: the strict reading of head bytes and request lines (RFC 9112 sections 2.2 and 3). Wherever two
// readers could see two different requests in the same bytes, there is no request.
#include "net/http_head_scan.h"

#include <array>
#include <charconv>

#include "base/ip.h"
#include "base/swar.h"
#include "base/text.h"

namespace opusclaw::net {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Bytes that may stand in a line: everything but control characters; TAB may.
constexpr std::array<bool, 256> make_line_table() {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        table[byte] = (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    }
    return table;
}
constexpr std::array<bool, 256> kLineTable = make_line_table();

/// Behind most of the bytes that may stand in a line; the rest is looked at one by one.
std::size_t skip_plain(std::string_view bytes, std::size_t at) {
    for (; at + swar::kBytes <= bytes.size(); at += swar::kBytes) {
        const std::uint64_t word = swar::load(bytes.data() + at);
        const std::uint64_t marks = swar::control_bytes(word) | swar::bytes_equal(word, '\x7f');
        if (marks != 0) return at + swar::first_marked(marks);
    }
    return at;
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Whether the LF at `at` ends a line with nothing in it.
bool ends_empty_line(std::string_view bytes, std::size_t at) {
    if (at == 0 || bytes[at - 1] == '\n') return true;
    return bytes[at - 1] == '\r' && (at == 1 || bytes[at - 2] == '\n');
}

HeadScan refused(std::size_t start, std::size_t at, std::string_view why) {
    return {.state = HeadScan::State::Refused, .start = start, .stopped = at, .why = why};
}

/// A path whose escapes are whole, which holds no NUL, and which does not climb above its root, however that is spelled.
class PathCheck {
public:
    HeadRefusal run(std::string_view path) {
        for (std::size_t i = 0; i < path.size(); ++i) {
            char c = path[i];
            if (c == '%') {
                const int high = i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
                const int low = i + 2 < path.size() ? hex_value(path[i + 2]) : -1;
                if (high < 0 || low < 0) return {400, "broken escape in the path"};
                c = static_cast<char>(high * 16 + low);
                if (c == '\0') return {400, "NUL in the path"};
                i += 2;
            }
            if (!take(c)) return above_root();
        }
        return take('/') ? HeadRefusal{} : above_root();
    }

private:
    static HeadRefusal above_root() { return {400, "the path leaves its root"}; }
    bool take(char c) {
        if (c == '/') {
            if (dots_ == 2 && length_ == 2) {
                if (--depth_ < 0) return false;
            } else if (length_ > 0 && !(dots_ == 1 && length_ == 1)) {
                ++depth_;
            }
            length_ = dots_ = 0;
        } else {
            ++length_;
            dots_ += c == '.' ? 1 : 0;
        }
        return true;
    }
    std::size_t length_ = 0;    // of the segment so far
    std::size_t dots_ = 0;
    long depth_ = 0;
};

HeadRefusal read_version(std::string_view text, RequestHead& head) {
    if (text == "HTTP/1.1" || text == "HTTP/1.0") {
        head.minor_version = text.back() - '0';
        return {};
    }
    const bool other = text.size() >= 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
                       is_digit(text[7]);
    return other && text.size() == 8 ? HeadRefusal{505, "not HTTP/1.1 or HTTP/1.0"}
                                     : HeadRefusal{400, "bad HTTP version"};
}

/// Takes scheme and authority off an absolute-form target.
HeadRefusal reduce_absolute(std::string_view& target, TargetAuthority& authority) {
    const std::size_t colon = target.find("://");
    if (colon == std::string_view::npos) return {400, "bad request target"};
    authority.scheme = target.substr(0, colon);
    if (!text::iequals(authority.scheme, "http") && !text::iequals(authority.scheme, "https")) {
        return {400, "the request target has an unknown scheme"};
    }
    const std::size_t begin = colon + 3;
    const std::size_t end = target.find_first_of("/?", begin);
    authority.text = target.substr(begin, end - begin);
    if (!valid_authority(authority.text)) return {400, "bad authority in the request target"};
    if (end == std::string_view::npos) {
        target = "/";
        return {};
    }
    // The reduced target is a view into these bytes, and there is no '/' to start it with.
    if (target[end] == '?') return {400, "the request target has no path"};
    target.remove_prefix(end);
    return {};
}

HeadRefusal read_target(std::string_view target, RequestHead& head, TargetAuthority& authority) {
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7f) return {400, "the request target has a byte that must be escaped"};
        if (c == '#') return {400, "the request target has a fragment"};
    }
    if (target == "*") {
        if (head.method != "OPTIONS") return {400, "`*` is for OPTIONS only"};
    } else if (target.front() != '/') {
        if (const HeadRefusal refusal = reduce_absolute(target, authority)) return refusal;
    }
    const std::size_t mark = target.find('?');
    head.target = target;
    head.path = target.substr(0, mark);
    head.query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    return target == "*" ? HeadRefusal{} : PathCheck().run(head.path);
}

}    // namespace

HeadScan scan_head(std::string_view bytes, HeadKind kind, std::size_t& scanned) {
    const std::size_t start = kind == HeadKind::Request && bytes.starts_with("\r\n") ? 2 : 0;
    std::size_t i = scanned;
    for (; i < bytes.size(); ++i) {
        i = skip_plain(bytes, i);
        if (i == bytes.size()) break;
        if (kLineTable[static_cast<unsigned char>(bytes[i])]) continue;
        if (bytes[i] == '\r') {
            if (i + 1 == bytes.size()) break;
            if (bytes[i + 1] != '\n') return refused(start, i, "a CR without LF");
        } else if (bytes[i] == '\n') {
            if (kind == HeadKind::Request && (i == 0 || bytes[i - 1] != '\r'))
                return refused(start, i, "a LF without CR");
            if (i + 1 == start) continue;
            if (!ends_empty_line(bytes, i)) {
                // What follows tells whether the line goes on.
                if (i + 1 == bytes.size()) break;
                if (bytes[i + 1] == ' ' || bytes[i + 1] == '\t')
                    return refused(start, i + 1, "a folded header field");
                continue;
            }
            if (i < start + 2) return refused(start, i, "an empty line where a message should start");
            scanned = i + 1;
            return {.state = HeadScan::State::Complete, .start = start, .end = i + 1};
        } else {
            return refused(start, i, "a control character");
        }
    }
    scanned = i;
    return {.start = start};
}

HeadRefusal read_request_line(std::string_view line, RequestHead& head, TargetAuthority& authority) {
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    head.method = line.substr(0, first);
    for (const char c : head.method) {
        if ((c < 'A' || c > 'Z') && c != '_' && c != '-') return {400, "bad method"};
    }
    if (head.method.empty() || second == std::string_view::npos || second == first + 1)
        return {400, "bad request line"};
    if (const HeadRefusal refusal = read_version(line.substr(second + 1), head)) return refusal;
    if (head.method == "CONNECT" || head.method == "TRACE") return {405, "method not allowed"};
    return read_target(line.substr(first + 1, second - first - 1), head, authority);
}

bool valid_authority(std::string_view text) {
    constexpr std::size_t kLongestName = 255;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return false;
        const std::string_view address = text.substr(1, end - 1);
        if (address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
        if (address.find(':') == std::string_view::npos || !IpAddress::parse(address)) return false;
        port = text.substr(end + 1);
    } else {
        const std::string_view name = text.substr(0, text.find(':'));
        if (name.empty() || name.size() > kLongestName || name == "." ||
            name.find("..") != std::string_view::npos) {
            return false;
        }
        for (const char c : name) {
            if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.' && c != '_' && c != '~') return false;
        }
        port = text.substr(name.size());
    }
    if (port.empty() || port == ":") return true;
    std::uint64_t number = 0;
    return port.front() == ':' && read_content_length(port.substr(1), number) && number <= 65535;
}

bool same_authority(std::string_view a, std::string_view b, std::string_view scheme) {
    const std::string_view own = text::iequals(scheme, "https") ? ":443" : ":80";
    const auto reduce = [own](std::string_view& text) {
        if (text.ends_with(own)) {
            text.remove_suffix(own.size());
        } else if (text.ends_with(':')) {
            text.remove_suffix(1);
        }
    };
    reduce(a);
    reduce(b);
    return text::iequals(a, b);
}

bool read_content_length(std::string_view text, std::uint64_t& length) {
    if (text.empty()) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    return error == std::errc() && end == text.data() + text.size();
}

}    // namespace opusclaw::net
