// net/server_body.h: the body of one request (RFC 9112 section 6, RFC 9110 section 10.1.1; spec 04 section 3.3): read straight
// into its padded buffer, chunk framing and content coding removed, limits held. Only for net/server*.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "net/chunked.h"
#include "net/content_coding.h"
#include "net/server.h"
#include "net/server_input.h"
#include "net/stream.h"

namespace opusclaw::net {

/// What a body is read with; everything outlives it.
struct ServerBodyParts {
    Stream& stream;
    ServerInput& input;
    const RequestHead& head;
    const ServerLimits& limits;
    ThreadPool* workers;
};

/// Belongs to one exchange on one loop.
class ServerBody {
public:
    explicit ServerBody(ServerBodyParts parts);
    /// As Exchange::body.
    Task<PaddedBuffer*> read(BodyRules rules);
    /// No byte of the body is left on the connection.
    bool complete() const { return state_ == State::Complete; }
    /// The client waits for `100 Continue` before it sends anything.
    bool awaits_continue() const;
    /// What is left is announced and so little that reading it costs less than a new connection.
    bool small_rest() const;
    /// Reads the small rest away. False: it did not come.
    Task<bool> drain();

private:
    enum class State { Untouched, Reading, Complete, Broken };
    Coding coding_for(const BodyRules& rules) const;
    /// A body that came with its head. False: it did not, and nothing was done.
    bool take_buffered();
    Task<> read_raw(std::uint64_t limit);
    Task<> send_continue();
    Task<> read_length();
    Task<> read_chunked(std::uint64_t limit);
    /// Decodes what stands in `slice`; data is moved to the end of the buffer, which may be where the slice lies.
    bool take_chunks(std::string_view slice, std::size_t& size, std::string_view& rest);
    Task<std::size_t> receive(char* into, std::size_t room);
    Task<> decode(Coding coding, std::uint64_t limit);
    [[noreturn]] void fail(IoStatus status);
    [[noreturn]] static void too_large(std::uint64_t limit);
    [[noreturn]] static void broken(std::string_view text, std::string_view detail);

    ServerBodyParts parts_;
    State state_ = State::Untouched;
    bool decoded_ = false;
    bool decoding_failed_ = false;    // the body is off the connection and of no use
    PaddedBuffer buffer_;
    std::uint64_t left_ = 0;           // of a body with a length
    std::size_t until_rearmed_ = 0;    // bytes that must come before the deadline moves
    ChunkedDecoder chunks_;
};

}    // namespace opusclaw::net
