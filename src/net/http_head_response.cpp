// net/http_head_response.cpp: heads of responses (RFC 9112 sections 4 to 6), leniently: providers leave out the blank behind
// the status, end lines with LF, repeat a length. What could end a body at two places is refused or costs the connection.
#include "base/text.h"
#include "net/http_head.h"
#include "net/http_head_scan.h"

namespace opusclaw::net {

namespace {

HeadResult refused(HeadRefusal refusal) {
    return {.state = HeadState::Refused, .status = refusal.status, .why = refusal.why};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the next line off `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

HeadRefusal read_status_line(std::string_view line, ResponseHead& head) {
    constexpr std::size_t kStatusEnd = 12;    // HTTP/1.1 200
    if (line.size() < kStatusEnd || !line.starts_with("HTTP/1.") || line[8] != ' ')
        return {400, "not HTTP/1.x"};
    if (line[7] != '0' && line[7] != '1') return {505, "unknown HTTP version"};
    if (!is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11]) || line[9] == '0')
        return {400, "bad status"};
    if (line.size() > kStatusEnd && line[kStatusEnd] != ' ') return {400, "bad status"};
    head.minor_version = line[7] - '0';
    head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    head.reason = without_blanks(line.substr(kStatusEnd));
    return {};
}

struct Framing {
    std::size_t codings = 0;
    std::string_view coding;
    bool has_length = false;
    std::uint64_t length = 0;
    bool close = false;
    bool keep_alive = false;
};

/// One Content-Length field; several with the same value, also in one field, are one.
HeadRefusal add_length(std::string_view value, Framing& framing) {
    while (true) {
        const std::size_t comma = value.find(',');
        std::uint64_t length = 0;
        if (!read_content_length(without_blanks(value.substr(0, comma)), length))
            return {400, "bad Content-Length"};
        if (framing.has_length && framing.length != length) return {400, "several Content-Lengths"};
        framing.has_length = true;
        framing.length = length;
        if (comma == std::string_view::npos) return {};
        value.remove_prefix(comma + 1);
    }
}

HeadRefusal add_field(std::string_view line, ResponseHead& head, Framing& framing) {
    if (line.front() == ' ' || line.front() == '\t') return {400, "a folded header field"};
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return {400, "a header line without colon"};
    const Header field{without_blanks(line.substr(0, colon)), without_blanks(line.substr(colon + 1))};
    if (field.name.empty()) return {400, "a header field without name"};
    // A name that is none means nothing to anybody, and must not be passed on.
    if (!is_token(field.name)) return {};
    head.headers.add(field);
    if (text::iequals(field.name, "content-length")) return add_length(field.value, framing);
    if (text::iequals(field.name, "transfer-encoding") && !text::iequals(field.value, "identity")) {
        ++framing.codings;
        framing.coding = field.value;
    } else if (text::iequals(field.name, "connection")) {
        framing.close = framing.close || list_has(field.value, "close");
        framing.keep_alive = framing.keep_alive || list_has(field.value, "keep-alive");
    }
    return {};
}

HeadRefusal frame_response(const Framing& framing, RequestMethodWas method, ResponseHead& head) {
    head.content_length = 0;
    head.keep_alive = !framing.close && (head.minor_version == 1 || framing.keep_alive);
    if (framing.codings > 0) {
        if (framing.codings > 1 || !text::iequals(framing.coding, "chunked"))
            return {501, "unknown transfer coding"};
        // Somebody on the way may have believed the other reading.
        if (framing.has_length || head.minor_version == 0) head.keep_alive = false;
    }
    const bool bodiless = method == RequestMethodWas::Head || head.status < 200 || head.status == 204 ||
                          head.status == 304;
    if (bodiless) {
        head.framing = BodyFraming::None;
    } else if (framing.codings > 0) {
        head.framing = BodyFraming::Chunked;
    } else if (framing.has_length) {
        head.framing = framing.length > 0 ? BodyFraming::Length : BodyFraming::None;
        head.content_length = framing.length;
    } else {
        head.framing = BodyFraming::UntilClose;
        head.keep_alive = false;
    }
    return {};
}

}    // namespace

HeadResult read_response_head(std::string_view bytes, const HeadLimits& limits, std::size_t& scanned,
                              RequestMethodWas method, ResponseHead& head) {
    // What does not begin like HTTP will never become a head: say so now rather than at the deadline.
    constexpr std::string_view kBegin = "HTTP/1.";
    if (!kBegin.starts_with(bytes.substr(0, kBegin.size()))) return refused({400, "not HTTP/1.x"});
    const HeadScan scan = scan_head(bytes, HeadKind::Response, scanned);
    if (scan.state == HeadScan::State::Refused) return refused({400, scan.why});
    const std::size_t size = scan.state == HeadScan::State::Complete ? scan.end : bytes.size();
    if (size > limits.bytes) return refused({431, "header fields too large"});
    if (scan.state == HeadScan::State::Incomplete) return {};
    head.headers.clear();
    std::string_view rest = bytes.substr(0, scan.end);
    if (const HeadRefusal refusal = read_status_line(take_line(rest), head)) return refused(refusal);
    Framing framing;
    for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
        if (head.headers.size() == limits.fields) return refused({431, "too many header fields"});
        if (const HeadRefusal refusal = add_field(line, head, framing)) return refused(refusal);
    }
    if (const HeadRefusal refusal = frame_response(framing, method, head)) return refused(refusal);
    return {.state = HeadState::Complete, .consumed = scan.end};
}

}    // namespace opusclaw::net
