// net/client_request.cpp: the head of an outgoing request (RFC 9112 section 3). Values of header lines were checked when they
// were made (HeaderLines).
#include "net/client_request.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.h"
#include "net/client_proxy.h"

namespace opusclaw::net {
namespace {

bool may_stand_in_path(char c) { return c != '\x7f' && (c > ' ' || (c & '\x80') != 0); }

bool expects_body(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

/// The proxy is the one that reads this request.
bool proxy_reads(const Target::Parts& parts) {
    return parts.proxy && !parts.tls &&
           (parts.proxy->kind == ProxyKind::Http || parts.proxy->kind == ProxyKind::Https);
}

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

iovec piece_of(std::string_view bytes) {
    // iovec is for reading and writing alike and knows no const; nothing is written through it here.
    const char* const begin = bytes.data();
    iovec piece{};
    std::memcpy(&piece.iov_base, &begin, sizeof begin);
    piece.iov_len = bytes.size();
    return piece;
}

}    // namespace

void check_request(const OutgoingRequest& request) {
    if (!is_token(request.method))
        throw_error(ErrorKind::InvalidRequest, "bad_request_line", "the method is not valid");
    if (!request.path.starts_with('/') || !std::ranges::all_of(request.path, may_stand_in_path))
        throw_error(ErrorKind::InvalidRequest, "bad_request_line",
                    "the path of the upstream address is not valid");
}

std::size_t gather_request(const Target& target, const OutgoingRequest& request, SendRoom& room) {
    const bool by_proxy = proxy_reads(target.parts());
    std::string& head = room.head;
    head.append(request.method).append(" ");
    if (by_proxy) head.append("http://").append(target.host_header());
    head.append(request.path).append(" HTTP/1.1\r\nHost: ").append(target.host_header()).append("\r\n");
    if (by_proxy) head.append(proxy_authorization(*target.parts().proxy));
    std::size_t body = 0;
    for (const std::string_view piece : request.body) body += piece.size();
    if (body > 0 || expects_body(request.method)) {
        head.append("Content-Length: ");
        append_number(head, body);
        head.append("\r\n");
    }
    if (request.headers != nullptr) head.append(request.headers->text());
    head.append("\r\n");
    room.pieces.push_back(piece_of(head));
    for (const std::string_view piece : request.body)
        if (!piece.empty()) room.pieces.push_back(piece_of(piece));
    return head.size() + body;
}

}    // namespace opusclaw::net
