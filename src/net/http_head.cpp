// net/http_head.cpp: heads of requests, and where their bodies end (RFC 9112 sections 2 to 6). They are read strictly: whatever
// two readers could take for two different requests is refused. The tests hold that Beast's parser takes all that is taken
// here, and sees the same fields in it. Responses are http_head_response.cpp's.
#include "net/http_head.h"

#include <array>
#include <bitset>

#include "base/text.h"
#include "net/http_head_scan.h"

namespace opusclaw::net {

namespace {

HeadResult refused(HeadRefusal refusal) {
    return {.state = HeadState::Refused, .status = refusal.status, .why = refusal.why};
}

/// What the fields say about framing and the connection, gathered field by field.
struct FieldFacts {
    std::size_t hosts = 0;
    std::string_view host;
    std::size_t codings = 0;
    std::string_view coding;
    std::size_t lengths = 0;
    std::string_view length;
    bool close = false;
    bool keep_alive = false;

    void connection(std::string_view value) {
        close = close || list_has(value, "close");
        keep_alive = keep_alive || list_has(value, "keep-alive");
    }
};

/// Fields that decide about framing and the connection, and those that mean something else when they come twice.
enum class Field { Host, Connection, ProxyConnection, ContentLength, TransferEncoding, Once };
struct KnownField {
    std::string_view name;
    Field field = Field::Once;
};
constexpr std::array<KnownField, 16> kKnownFields = {{{"host", Field::Host},
                                                      {"connection", Field::Connection},
                                                      {"proxy-connection", Field::ProxyConnection},
                                                      {"content-length", Field::ContentLength},
                                                      {"transfer-encoding", Field::TransferEncoding},
                                                      {"authorization"},
                                                      {"content-encoding"},
                                                      {"content-range"},
                                                      {"content-type"},
                                                      {"expect"},
                                                      {"if-match"},
                                                      {"if-modified-since"},
                                                      {"if-none-match"},
                                                      {"if-range"},
                                                      {"if-unmodified-since"},
                                                      {"proxy-authorization"}}};

/// Tokens with commas between them; elements may be empty (RFC 9110 section 5.6.1.2).
bool is_token_list(std::string_view value) {
    while (true) {
        const std::size_t comma = value.find(',');
        const std::string_view item = without_blanks(value.substr(0, comma));
        if (!item.empty() && !is_token(item)) return false;
        if (comma == std::string_view::npos) return true;
        value.remove_prefix(comma + 1);
    }
}

/// The place in kKnownFields; its size for all others.
std::size_t known_field(std::string_view name) {
    std::size_t i = 0;
    while (i < kKnownFields.size() && !text::iequals(kKnownFields[i].name, name)) ++i;
    return i;
}

/// The lines between the request line and the empty one. What stands in them was looked at by scan_head(): no control
/// characters, no folding, CRLF at every end.
class FieldReader {
public:
    FieldReader(RequestHead& head, const HeadLimits& limits) : head_(head), limits_(limits) {}

    HeadRefusal run(std::string_view lines) {
        while (lines.size() > kLineEnd.size()) {
            const std::size_t end = lines.find('\n');
            if (const HeadRefusal refusal = take(lines.substr(0, end + 1 - kLineEnd.size()))) return refusal;
            lines.remove_prefix(end + 1);
        }
        return {};
    }
    const FieldFacts& facts() const { return facts_; }

private:
    static constexpr std::string_view kLineEnd = "\r\n";

    HeadRefusal take(std::string_view line) {
        const std::size_t colon = line.find(':');
        // No blank may stand before the colon: one reader would take it for a part of the name, another would not.
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return {400, "malformed header field"};
        if (head_.headers.size() == limits_.fields) return {431, "too many header fields"};
        const Header field{line.substr(0, colon), without_blanks(line.substr(colon + 1))};
        head_.headers.add(field);
        const std::size_t place = known_field(field.name);
        if (place >= kKnownFields.size()) return {};
        // Readers that know blanks only see another value than those that leave out tabs too.
        if (frames(kKnownFields[place].field) && line.find('\t', colon) != std::string_view::npos)
            return {400, "a tab in a field that frames the request"};
        return take_known(place, field.value);
    }

    static bool frames(Field field) {
        return field == Field::Host || field == Field::ContentLength || field == Field::TransferEncoding;
    }

    HeadRefusal take_known(std::size_t place, std::string_view value) {
        switch (kKnownFields[place].field) {
            case Field::Host:
                ++facts_.hosts;
                facts_.host = value;
                return {};
            case Field::ContentLength:
                ++facts_.lengths;
                facts_.length = value;
                return {};
            case Field::TransferEncoding:
                ++facts_.codings;
                facts_.coding = value;
                return {};
            case Field::Connection:
            case Field::ProxyConnection:
                if (!is_token_list(value)) return {400, "malformed header field"};
                if (kKnownFields[place].field == Field::Connection) facts_.connection(value);
                return {};
            case Field::Once: break;
        }
        if (seen_.test(place)) return {400, "a header field that may come once came twice"};
        seen_.set(place);
        return {};
    }

    RequestHead& head_;
    const HeadLimits& limits_;
    FieldFacts facts_;
    std::bitset<kKnownFields.size()> seen_;
};

HeadRefusal check_host(const FieldFacts& facts, const TargetAuthority& authority, int minor_version) {
    if (facts.hosts > 1) return {400, "several Host fields"};
    if (facts.hosts == 0) {
        return minor_version == 0 ? HeadRefusal{} : HeadRefusal{400, "no Host field"};
    }
    if (!valid_authority(facts.host)) return {400, "bad Host field"};
    if (!authority.text.empty() && !same_authority(authority.text, facts.host, authority.scheme)) {
        return {400, "Host and request target disagree"};
    }
    return {};
}

HeadRefusal frame_request(const FieldFacts& facts, RequestHead& head) {
    head.framing = BodyFraming::None;
    head.content_length = 0;
    head.keep_alive = !facts.close && (head.minor_version == 1 || facts.keep_alive);
    if (facts.codings > 0) {
        if (head.minor_version == 0) return {400, "Transfer-Encoding in HTTP/1.0"};
        if (facts.lengths > 0) return {400, "both Transfer-Encoding and Content-Length"};
        if (facts.codings > 1) return {400, "several Transfer-Encoding fields"};
        if (!text::iequals(facts.coding, "chunked")) return {501, "unknown transfer coding"};
        head.framing = BodyFraming::Chunked;
        return {};
    }
    if (facts.lengths == 0) return {};
    if (facts.lengths > 1) return {400, "several Content-Length fields"};
    if (!read_content_length(facts.length, head.content_length)) return {400, "bad Content-Length"};
    if (head.content_length > 0) head.framing = BodyFraming::Length;
    return {};
}

/// A head whose end has not come, or which is larger than allowed.
HeadRefusal too_large(std::string_view bytes, const HeadScan& scan, const HeadLimits& limits) {
    const std::size_t size = scan.state == HeadScan::State::Complete ? scan.end : bytes.size();
    if (size <= limits.bytes) return {};
    const bool line_ended = bytes.substr(0, limits.bytes).find('\n', scan.start) != std::string_view::npos;
    return line_ended ? HeadRefusal{431, "header fields too large"}
                      : HeadRefusal{414, "request line too long"};
}

}    // namespace

HeadResult read_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t& scanned,
                             RequestHead& head) {
    const std::size_t before = scanned;
    const HeadScan scan = scan_head(bytes, HeadKind::Request, scanned);
    const std::size_t line_end = bytes.find('\n', scan.start);
    const bool line_is_sound = scan.state == HeadScan::State::Refused ? line_end < scan.stopped
                                                                      : line_end <= scanned;
    const bool line_is_new = line_end >= before || scan.state == HeadScan::State::Complete;
    TargetAuthority authority;
    // The request line is judged as soon as it is there, and before anything behind it: the same answer in any slicing.
    if (line_end != std::string_view::npos && line_is_sound && line_is_new) {
        const std::string_view line = bytes.substr(scan.start, line_end - 1 - scan.start);
        if (const HeadRefusal refusal = read_request_line(line, head, authority)) return refused(refusal);
    }
    if (scan.state == HeadScan::State::Refused) return refused({400, scan.why});
    if (const HeadRefusal refusal = too_large(bytes, scan, limits)) return refused(refusal);
    if (scan.state == HeadScan::State::Incomplete) return {};

    head.headers.clear();
    FieldReader fields(head, limits);
    if (const HeadRefusal refusal = fields.run(bytes.substr(line_end + 1, scan.end - line_end - 1)))
        return refused(refusal);
    if (const HeadRefusal refusal = check_host(fields.facts(), authority, head.minor_version))
        return refused(refusal);
    if (const HeadRefusal refusal = frame_request(fields.facts(), head)) return refused(refusal);
    return {.state = HeadState::Complete, .consumed = scan.end};
}

}    // namespace opusclaw::net
