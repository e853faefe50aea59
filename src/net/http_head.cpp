// net/http_head.cpp: heads of requests and responses, and where their bodies end (RFC 9112 sections 2 to 6). Requests are read
// strictly, by our scan and by Beast: both must agree. Responses are split here, because Beast refuses what providers do
// send (no blank behind the status, both length headers); what could mean two things is refused in both.
#include "net/http_head.h"

#include <boost/beast/http/basic_parser.hpp>

#include "base/text.h"
#include "net/http_head_scan.h"

namespace opusclaw::net {

namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using boost::beast::string_view;

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

/// Fields that mean something else when they come twice.
constexpr http::field kOnce[] = {http::field::authorization,
                                 http::field::content_encoding,
                                 http::field::content_range,
                                 http::field::content_type,
                                 http::field::expect,
                                 http::field::if_match,
                                 http::field::if_modified_since,
                                 http::field::if_none_match,
                                 http::field::if_range,
                                 http::field::if_unmodified_since,
                                 http::field::proxy_authorization};

/// Beast's parser with callbacks that keep views and allocate nothing but the list of fields.
class RequestParser final : public http::basic_parser<true> {
public:
    RequestParser(RequestHead& head, const HeadLimits& limits) : head_(head), limits_(limits) {
        skip(true);    // the head only
        body_limit(boost::none);
        header_limit(std::numeric_limits<std::uint32_t>::max());
    }
    HeadRefusal run(std::string_view bytes) {
        ErrorCode error;
        const std::size_t used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
        if (refusal_) return refusal_;
        if (error || !is_done() || used != bytes.size()) return {400, "malformed header field"};
        return {};
    }
    const FieldFacts& facts() const { return facts_; }

private:
    void on_request_impl(http::verb, string_view, string_view, int, ErrorCode&) override {}
    void on_response_impl(int, string_view, int, ErrorCode&) override {}
    void on_field_impl(http::field field, string_view name, string_view value, ErrorCode& error) override {
        if (head_.headers.size() == limits_.fields) return refuse({431, "too many header fields"}, error);
        const std::string_view text(value.data(), value.size());
        head_.headers.add({std::string_view(name.data(), name.size()), text});
        switch (field) {
            case http::field::host:
                ++facts_.hosts;
                facts_.host = text;
                return;
            case http::field::content_length:
                ++facts_.lengths;
                facts_.length = text;
                return;
            case http::field::transfer_encoding:
                ++facts_.codings;
                facts_.coding = text;
                return;
            case http::field::connection: return facts_.connection(text);
            default: break;
        }
        for (std::size_t i = 0; i < std::size(kOnce); ++i) {
            if (field != kOnce[i]) continue;
            if ((seen_ & (1U << i)) != 0)
                return refuse({400, "a header field that may come once came twice"}, error);
            seen_ |= 1U << i;
        }
    }
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t on_body_impl(string_view, ErrorCode&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, string_view, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, ErrorCode&) override { return 0; }
    void on_finish_impl(ErrorCode&) override {}

    void refuse(HeadRefusal refusal, ErrorCode& error) {
        refusal_ = refusal;
        error = http::error::bad_field;
    }
    RequestHead& head_;
    const HeadLimits& limits_;
    FieldFacts facts_;
    HeadRefusal refusal_;
    std::uint32_t seen_ = 0;
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
    RequestParser parser(head, limits);
    if (const HeadRefusal refusal = parser.run(bytes.substr(scan.start, scan.end - scan.start)))
        return refused(refusal);
    if (const HeadRefusal refusal = check_host(parser.facts(), authority, head.minor_version))
        return refused(refusal);
    if (const HeadRefusal refusal = frame_request(parser.facts(), head)) return refused(refusal);
    return {.state = HeadState::Complete, .consumed = scan.end};
}

}    // namespace opusclaw::net
