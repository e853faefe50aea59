// net/client_proxy.cpp: the client's words to HTTP and SOCKS5 proxies. Connecting to the proxy, and TLS to it, are
// client_connect.cpp's.
#include "net/client_proxy.h"

#include "base/crypto.h"
#include "net/client_errors.h"
#include "net/http_head.h"

namespace opusclaw::net {
namespace {

using Outcome = TunnelResult::Outcome;

constexpr std::size_t kHeadRoom = 16 * 1024;
constexpr std::size_t kLongestField = 255;    // user, password and name have a length of one byte
constexpr char kVersion = 5;
constexpr char kNoPassword = 0;
constexpr char kPassword = 2;

TunnelResult failed(std::string why) { return {Outcome::Failed, "proxy: " + std::move(why)}; }

Task<IoResult> write_text(Stream& stream, std::string& text) {
    iovec piece{text.data(), text.size()};
    co_return co_await stream.write(std::span(&piece, 1));
}

/// Exactly `size` bytes into `into`.
Task<IoResult> read_exactly(Stream& stream, std::string& into, std::size_t size) {
    into.resize(size);
    std::size_t done = 0;
    IoResult got;
    while (done < size && got) {
        got = co_await stream.read_some(into.data() + done, size - done);
        done += got.bytes;
    }
    co_return got;
}

char byte_of(std::size_t value) { return static_cast<char>(static_cast<unsigned char>(value & 0xff)); }

void append_port(std::string& out, std::uint16_t port) {
    out += byte_of(port >> 8U);
    out += byte_of(port);
}

/// VER, CMD connect, RSV, then the destination.
std::string connect_request(const SocksDestination& to) {
    std::string out{kVersion, 1, 0};
    if (const auto* address = std::get_if<IpAddress>(&to.host)) {
        const auto& bytes = address->bytes();
        out += address->is_v4() ? '\x01' : '\x04';
        for (std::size_t i = address->is_v4() ? 12 : 0; i < bytes.size(); ++i) out += byte_of(bytes[i]);
    } else {
        const auto& name = std::get<std::string>(to.host);
        out += '\x03';
        out += byte_of(name.size());
        out += name;
    }
    append_port(out, to.port);
    return out;
}

TunnelResult reply_result(unsigned char code) {
    constexpr std::string_view kReplies[] = {"succeeded",
                                             "general failure",
                                             "not allowed by the rules",
                                             "network unreachable",
                                             "host unreachable",
                                             "connection refused",
                                             "expired",
                                             "command not supported",
                                             "address type not supported"};
    if (code == 0) return {Outcome::Open, {}};
    const std::string_view text = code < std::size(kReplies) ? kReplies[code] : "unknown reply";
    const bool other_may_work = code == 1 || (code >= 3 && code <= 6) || code == 8;
    return {other_may_work ? Outcome::Unreachable : Outcome::Failed, "proxy: " + std::string(text)};
}

/// RFC 1929. Empty when let in, else why not.
Task<std::string> log_in(Stream& stream, const ProxyAddress& proxy) {
    std::string text{'\x01'};
    text += byte_of(proxy.user.size());
    text += proxy.user;
    text += byte_of(proxy.password.size());
    text += proxy.password;
    if (const IoResult sent = co_await write_text(stream, text); !sent)
        co_return std::string(io_status_text(sent.status));
    if (const IoResult got = co_await read_exactly(stream, text, 2); !got)
        co_return std::string(io_status_text(got.status));
    co_return text[1] == 0 ? std::string() : std::string("user or password refused");
}

/// The methods, and the log-in when the proxy wants one. Empty when let in, else why not.
Task<std::string> greet(Stream& stream, const ProxyAddress& proxy) {
    const bool has_user = !proxy.user.empty();
    std::string text = has_user ? std::string{kVersion, 2, kNoPassword, kPassword}
                                : std::string{kVersion, 1, kNoPassword};
    if (const IoResult sent = co_await write_text(stream, text); !sent)
        co_return std::string(io_status_text(sent.status));
    if (const IoResult got = co_await read_exactly(stream, text, 2); !got)
        co_return std::string(io_status_text(got.status));
    if (text[0] != kVersion) co_return std::string("not a SOCKS5 proxy");
    if (text[1] == kNoPassword) co_return std::string();
    if (text[1] == kPassword && has_user) co_return co_await log_in(stream, proxy);
    co_return std::string("no login method in common");
}

}    // namespace

std::string proxy_authorization(const ProxyAddress& proxy) {
    if (proxy.user.empty() && proxy.password.empty()) return {};
    return "Proxy-Authorization: Basic " + crypto::base64_encode(proxy.user + ":" + proxy.password) + "\r\n";
}

Task<TunnelResult> tunnel_by_connect(Stream& stream, const ProxyAddress& proxy,
                                     const std::string& authority) {
    std::string text = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" +
                       proxy_authorization(proxy) + "\r\n";
    if (const IoResult sent = co_await write_text(stream, text); !sent)
        co_return failed(std::string(io_status_text(sent.status)));
    text.resize(kHeadRoom);
    std::size_t size = 0;
    std::size_t scanned = 0;
    ResponseHead head;
    for (;;) {
        const IoResult got = co_await stream.read_some(text.data() + size, text.size() - size);
        if (!got) co_return failed(std::string(io_status_text(got.status)));
        size += got.bytes;
        const HeadLimits limits{.bytes = kHeadRoom - 1};
        const HeadResult result = read_response_head(std::string_view(text).substr(0, size), limits, scanned,
                                                     RequestMethodWas::Other, head);
        if (result.state == HeadState::Refused) co_return failed(std::string(result.why));
        if (result.state == HeadState::Incomplete) continue;
        if (head.status / 100 != 2)
            co_return failed("CONNECT was answered with " + std::to_string(head.status));
        // Nobody behind the tunnel speaks before we do.
        if (result.consumed != size) co_return failed("bytes behind the answer to CONNECT");
        co_return TunnelResult{Outcome::Open, {}};
    }
}

Task<TunnelResult> tunnel_by_socks(Stream& stream, const ProxyAddress& proxy, const SocksDestination& to) {
    const auto* name = std::get_if<std::string>(&to.host);
    if (proxy.user.size() > kLongestField || proxy.password.size() > kLongestField ||
        (name != nullptr && name->size() > kLongestField))
        co_return failed("user, password or name is longer than SOCKS5 can say");
    if (std::string why = co_await greet(stream, proxy); !why.empty()) co_return failed(std::move(why));
    std::string text = connect_request(to);
    if (const IoResult sent = co_await write_text(stream, text); !sent)
        co_return failed(std::string(io_status_text(sent.status)));
    if (const IoResult got = co_await read_exactly(stream, text, 5); !got)
        co_return failed(std::string(io_status_text(got.status)));
    if (text[0] != kVersion) co_return failed("not a SOCKS5 reply");
    const TunnelResult result = reply_result(static_cast<unsigned char>(text[1]));
    if (result.outcome != Outcome::Open) co_return result;
    // The bound address and port, of which one byte was read, mean nothing to us.
    const auto first = static_cast<unsigned char>(text[4]);
    std::size_t rest = 0;
    if (text[3] == 1)
        rest = 4 - 1 + 2;
    else if (text[3] == 4)
        rest = 16 - 1 + 2;
    else if (text[3] == 3)
        rest = std::size_t{first} + 2;
    else
        co_return failed("an unknown address type in the SOCKS5 reply");
    if (const IoResult got = co_await read_exactly(stream, text, rest); !got)
        co_return failed(std::string(io_status_text(got.status)));
    co_return result;
}

}    // namespace opusclaw::net
