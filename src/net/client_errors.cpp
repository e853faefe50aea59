// net/client_errors.cpp: kinds, codes and texts of the HTTP client's errors (spec 04 section 14.4). How they reach a caller is
// decided elsewhere.
#include "net/client_errors.h"

#include "base/error.h"

namespace opusclaw::net {
namespace {

constexpr std::string_view kRequestCode = "do_request_failed";
constexpr std::string_view kRequestText = "upstream error: do request failed";
constexpr std::string_view kBodyCode = "read_response_body_failed";
constexpr std::string_view kBodyText = "upstream error: read response body failed";

}    // namespace

void throw_request_failed(std::string cause) {
    // The contract names 500 here, not the 502 of the kind.
    throw Error(ErrorKind::UpstreamBroken, std::string(kRequestCode),
                Message::literal(std::string(kRequestText)), std::move(cause))
        .with_status(500);
}

void throw_request_timed_out(std::string cause) {
    throw_error(ErrorKind::UpstreamTimeout, kRequestCode, kRequestText, std::move(cause));
}

void throw_body_broken(std::string cause) {
    throw_error(ErrorKind::UpstreamBroken, kBodyCode, kBodyText, std::move(cause));
}

void throw_body_timed_out() {
    throw_error(ErrorKind::UpstreamTimeout, kBodyCode, kBodyText, "the upstream fell silent within the body");
}

void throw_client_gone() { throw_error(ErrorKind::ClientGone, "client_gone", "the request was cancelled"); }

std::string_view io_status_text(IoStatus status) {
    switch (status) {
        case IoStatus::Ok: return "ok";
        case IoStatus::Ended: return "the connection was closed";
        case IoStatus::Broken: return "the connection broke";
        case IoStatus::TimedOut: return "timed out";
        case IoStatus::Closed: return "closed on our side";
    }
    return "unknown";
}

}    // namespace opusclaw::net
