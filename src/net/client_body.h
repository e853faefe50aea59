// net/client_body.h: a response body out of the bytes of its connection: framing and content coding removed (RFC 9112 section
// 6, RFC 9110 section 8.4). No I/O: says when it needs more bytes. Only for the client.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "net/chunked.h"
#include "net/client_buffer.h"
#include "net/content_coding.h"
#include "net/http.h"

namespace opusclaw::net {

class BodyReader {
public:
    explicit BodyReader(BufferStock& stock) : stock_(stock) {}
    ~BodyReader() { give_back(); }
    BodyReader(const BodyReader&) = delete;
    BodyReader& operator=(const BodyReader&) = delete;

    /// Forgets the last response.
    void start(const ResponseHead& head);
    /// The next bytes of the body, valid until the next call and the buffer's next change; empty at its end; nullopt when
    /// `buffer` has no more of it. Throws Error(UpstreamBroken): bad framing or coding, or a coded body without its end.
    std::optional<std::string_view> take(ReadBuffer& buffer);
    /// The connection ended in an orderly way. Throws Error(UpstreamBroken) unless that is how this body ends.
    void source_ended();
    /// Whether the framing has said that the body is over.
    bool ended() const { return ended_; }
    /// Drops what `buffer` has of the body, and says whether that was the rest.
    bool skip_rest(ReadBuffer& buffer) noexcept;
    /// How many bytes may now be read from the connection straight to where the caller wants them: none when they are coded,
    /// or the next ones are framing. Told by received_directly().
    std::uint64_t direct() const;
    void received_directly(std::uint64_t bytes);
    /// What is left to come by the announced length, for reserving; 0 when unknown.
    std::uint64_t announced() const { return framing_ == BodyFraming::Length && !decoder_ ? remaining_ : 0; }
    /// Gives the memory of decoded bytes back; the last view dies.
    void give_back();

private:
    std::optional<std::string_view> take_framed(ReadBuffer& buffer);
    std::optional<std::string_view> take_decoded(ReadBuffer& buffer);

    BufferStock& stock_;
    BodyFraming framing_ = BodyFraming::None;
    std::uint64_t remaining_ = 0;    // Length
    ChunkedDecoder chunks_;
    bool ended_ = true;

    std::optional<Decoder> decoder_;
    BufferStock::Block decoded_;
    std::string_view coded_;    // framed bytes the decoder has not taken yet
    enum class Coded { Nothing, More, Complete } coded_state_ = Coded::Nothing;
    bool output_pending_ = false;    // the decoder may have more without new input
};

}    // namespace opusclaw::net
