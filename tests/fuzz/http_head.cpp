// tests/fuzz/http_head.cpp: heads of requests and responses. Properties: slicing never matters; an accepted request has one Host
// (HTTP/1.1), no CR or LF in any value, views into its bytes and one way to frame its body, and Boost.Beast accepts it with the same
// fields. The first byte chooses the cut.
#include "net/http_head.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http_head_reference.h"

namespace {

using namespace opusclaw::net;

constexpr HeadLimits kLimits{.bytes = 4096, .fields = 40};

void require(bool condition) {
    if (!condition) std::abort();
}

void check_field(std::string_view bytes, const Header& field) {
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
    require(is_token(field.name));
    const char* const end = bytes.data() + bytes.size();
    require(field.name.data() >= bytes.data() && field.name.data() + field.name.size() <= end);
    require(field.value.empty() ||
            (field.value.data() >= bytes.data() && field.value.data() + field.value.size() <= end));
}

void check_request(std::string_view bytes, const RequestHead& head) {
    const std::size_t codings = head.headers.count("transfer-encoding");
    const std::size_t lengths = head.headers.count("content-length");
    const std::size_t hosts = head.headers.count("host");
    require(hosts == 1 || (hosts == 0 && head.minor_version == 0));
    require(codings + lengths <= 1);
    require((head.framing == BodyFraming::Chunked) == (codings == 1));
    require(head.framing != BodyFraming::UntilClose);
    require((head.framing == BodyFraming::Length) == (head.content_length > 0));
    require(head.target == "*" || head.target.starts_with('/'));
    require(head.target.find_first_of(" #\r\n\t") == std::string_view::npos);
    require(is_token(head.method));
    require(head.headers.size() <= kLimits.fields);
    for (const Header& field : head.headers) check_field(bytes, field);
}

/// A second reader sees no other request in these bytes.
void check_second_reader(std::string_view bytes, const RequestHead& head) {
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    const auto fields = BeastParser().read(bytes);
    require(fields && fields->size() == head.headers.size());
    auto theirs = fields->begin();
    for (const Header& field : head.headers) {
        require(field.name == theirs->first && field.value == theirs->second);
        ++theirs;
    }
}

void check_response(std::string_view bytes, const ResponseHead& head) {
    require(head.status >= 100 && head.status <= 999);
    if (head.framing == BodyFraming::Chunked) require(head.headers.count("transfer-encoding") > 0);
    if (head.framing == BodyFraming::UntilClose) require(!head.keep_alive);
    for (const Header& field : head.headers) check_field(bytes, field);
}

/// Of a head with several faults, the one that a slice shows first is told: whether it is refused may not depend on the slicing.
void require_same(const HeadResult& a, const HeadResult& b) {
    require(a.state == b.state);
    require(a.state != HeadState::Complete || a.consumed == b.consumed);
}

/// Reads in steps of `step` bytes, as a connection does.
template <class Read>
HeadResult in_steps(std::string_view bytes, std::size_t step, const Read& read) {
    std::size_t scanned = 0;
    HeadResult result;
    for (std::size_t size = 0; size < bytes.size() && result.state == HeadState::Incomplete;) {
        size = std::min(bytes.size(), size + step);
        result = read(bytes.substr(0, size), scanned);
    }
    return result;
}

template <class Head, class Read>
HeadResult read_both_ways(std::string_view bytes, std::size_t step, Head& head, const Read& read) {
    const HeadResult result = in_steps(bytes, bytes.size(), [&](std::string_view part, std::size_t& scanned) {
        return read(part, scanned, head);
    });
    Head sliced;
    const HeadResult other = in_steps(bytes, step, [&](std::string_view part, std::size_t& scanned) {
        return read(part, scanned, sliced);
    });
    // Too large in one piece may be refused for another reason before it is that large.
    if (bytes.size() <= kLimits.bytes) require_same(result, other);
    if (result.state == HeadState::Complete && other.state == HeadState::Complete) {
        require(head.headers.size() == sliced.headers.size() && head.framing == sliced.framing);
        require(head.content_length == sliced.content_length && head.keep_alive == sliced.keep_alive);
    }
    return result;
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = 1 + data[0] % 64;
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    RequestHead request;
    const HeadResult asked = read_both_ways(
        bytes, step, request, [](std::string_view part, std::size_t& scanned, RequestHead& head) {
            return read_request_head(part, kLimits, scanned, head);
        });
    if (asked.state == HeadState::Complete) {
        check_request(bytes, request);
        check_second_reader(std::string_view(bytes).substr(0, asked.consumed), request);
    }
    ResponseHead response;
    const HeadResult answered = read_both_ways(
        bytes, step, response, [](std::string_view part, std::size_t& scanned, ResponseHead& head) {
            return read_response_head(part, kLimits, scanned, RequestMethodWas::Other, head);
        });
    if (answered.state == HeadState::Complete) check_response(bytes, response);
    return 0;
}
