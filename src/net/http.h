// net/http.h: HTTP/1.1 messages as the rest of the program sees them (RFC 9110, 9112): heads of requests and responses as
// views into the connection's buffer, and header lines on their way out. No I/O here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace opusclaw::net {

struct Header {
    std::string_view name;     // as spelled by the sender
    std::string_view value;    // without surrounding blanks
};

/// The header fields of a received head, in order. Views into the connection's buffer: valid while the exchange or call is.
class Headers {
public:
    /// The first field of that name, ASCII case ignored.
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    std::size_t size() const { return fields_.size(); }
    const Header* begin() const { return fields_.data(); }
    const Header* end() const { return fields_.data() + fields_.size(); }
    void add(Header header) {
        fields_.push_back(header);
        lengths_ |= length_mark(header.name);
    }
    void clear() {    // keeps the memory
        fields_.clear();
        lengths_ = 0;
    }

private:
    static std::uint64_t length_mark(std::string_view name) { return std::uint64_t{1} << (name.size() % 64); }
    std::vector<Header> fields_;
    std::uint64_t lengths_ =
        0;    // of the names: most of what is asked for is not there, and this tells at once
};

/// Where a message's body ends (RFC 9112 section 6.3).
enum class BodyFraming { None, Length, Chunked, UntilClose };

struct RequestHead {
    std::string_view method;    // a token, letter case as sent
    std::string_view target;    // as sent, origin-form (absolute-form is reduced to it), without fragment
    std::string_view path;      // before '?', as sent: percent-encoded
    std::string_view query;     // behind '?'
    int minor_version = 1;      // HTTP/1.x
    Headers headers;
    BodyFraming framing = BodyFraming::None;
    std::uint64_t content_length = 0;
    bool keep_alive = true;
    IpAddress peer;      // the other end of the connection
    IpAddress client;    // the client behind trusted proxies (net/client_address.h)
    bool tls = false;    // the connection to us is TLS
};

struct ResponseHead {
    int status = 0;
    std::string_view reason;
    int minor_version = 1;
    Headers headers;
    BodyFraming framing = BodyFraming::None;
    std::uint64_t content_length = 0;
    bool keep_alive = true;
};

/// Header lines of an outgoing message, ready to be sent. Values from outside cannot break out of their line.
class HeaderLines {
public:
    /// Appends `name: value`. Throws Error(InvalidRequest, "bad_header") when the name is no token or the value has CR, LF,
    /// NUL or another control character except TAB.
    HeaderLines& add(std::string_view name, std::string_view value);
    HeaderLines& add(std::string_view name, std::uint64_t value);
    bool has(std::string_view name) const;               // ASCII case ignored
    bool remove(std::string_view name);                  // all of that name; true when there was one
    const std::string& text() const { return text_; }    // `Name: value\r\n` ...
    void clear() { text_.clear(); }

private:
    std::string text_;
};

/// Without the spaces and tabs at both ends (RFC 9110 section 5.6.3). A view into `text`.
std::string_view without_blanks(std::string_view text);
/// RFC 9110 section 5.6.2: one or more token characters.
bool is_token(std::string_view text);
/// The standard phrase of a status code, or "Unknown".
std::string_view reason_phrase(int status);
/// True when `value`, a comma separated list such as Connection's, holds `item` (ASCII case ignored, parameters ignored).
bool list_has(std::string_view value, std::string_view item);

}    // namespace opusclaw::net
