// net/server_exchange.cpp: answers, whole and streamed, each step one gathered write (DESIGN section 5). What becomes of the
// connection afterwards is decided in server_connection.cpp.
#include "net/server_exchange.h"

#include <array>
#include <charconv>

#include "base/error.h"

namespace opusclaw::net {

namespace {

/// A client must take this much per write_idle; more at once would make slow clients look gone.
constexpr std::size_t kSlice = 256 * 1024;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::size_t size_of(std::span<const std::string_view> pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces) size += piece.size();
    return size;
}

/// `1f4\r\n`
class ChunkLine {
public:
    explicit ChunkLine(std::size_t size) {
        char* end = std::to_chars(text_.data(), text_.data() + 16, size, 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        length_ = static_cast<std::size_t>(end - text_.data());
    }
    std::string_view view() const { return {text_.data(), length_}; }

private:
    std::array<char, 18> text_;
    std::size_t length_;
};

/// A broken invariant of the handler: ends its request only.
[[noreturn]] void throw_misuse(std::string detail) {
    throw_error(ErrorKind::Internal, "broken_invariant", "internal error", std::move(detail));
}

[[noreturn]] void throw_gone() { throw_error(ErrorKind::ClientGone, "client_gone", "the client has left"); }

}    // namespace

Task<bool> send_within(Stream& stream, std::span<iovec> pieces, std::chrono::milliseconds idle) {
    while (!pieces.empty()) {
        std::size_t count = 0;
        std::size_t bytes = 0;
        while (count < pieces.size() && bytes + pieces[count].iov_len <= kSlice)
            bytes += pieces[count++].iov_len;
        stream.deadline(idle);
        IoResult sent;
        if (count > 0) {
            sent = co_await stream.write(pieces.first(count));
            pieces = pieces.subspan(count);
        } else {
            iovec part{pieces.front().iov_base, kSlice};
            pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + kSlice;
            pieces.front().iov_len -= kSlice;
            sent = co_await stream.write({&part, 1});
        }
        if (!sent) co_return false;
    }
    stream.no_deadline();
    co_return true;
}

ServerExchange::ServerExchange(ServerExchangeParts parts)
    : parts_(parts),
      body_({parts.stream, parts.input, parts.head, parts.server.options.limits,
             parts.server.options.workers}) {}

ServerExchange::~ServerExchange() { parts_.watch.set(nullptr); }

bool ServerExchange::bodiless(int status) const {
    return parts_.head.method == "HEAD" || status == 204 || status == 304;
}

void ServerExchange::begin(int status, const HeaderLines& headers, AnswerFraming framing,
                           std::uint64_t length) {
    if (stage_ != Stage::Unanswered || status < 200 || status > 599)
        throw_misuse("a second answer, or a status that is none");
    keep_alive_ = parts_.head.keep_alive && !parts_.server.draining && framing != AnswerFraming::UntilClose &&
                  body_.small_rest();
    framing_ = bodiless(status) ? AnswerFraming::None : framing;
    // HEAD tells the length that GET would have; 204 and 304 have none to tell.
    const bool tell = parts_.head.method == "HEAD" && status != 204 && status != 304;
    write_answer_head(parts_.head_text,
                      {.status = status,
                       .lines = headers.text(),
                       .framing = tell ? framing : framing_,
                       .length = length,
                       .keep_alive = keep_alive_,
                       .minor_version = parts_.head.minor_version},
                      parts_.server.date());
}

Task<> ServerExchange::respond(int status, const HeaderLines& headers,
                               std::span<const std::string_view> body) {
    begin(status, headers, AnswerFraming::Length, size_of(body));
    stage_ = Stage::Streaming;
    WritePieces pieces;
    pieces.add(parts_.head_text);
    if (framing_ != AnswerFraming::None) pieces.add(body);
    std::span<iovec> left = pieces.all();
    if (!send_now(left)) co_await send(left);
    stage_ = Stage::Finished;
}

void ServerExchange::start_stream(int status, const HeaderLines& headers) {
    begin(status, headers,
          parts_.head.minor_version == 0 ? AnswerFraming::UntilClose : AnswerFraming::Chunked, 0);
    stage_ = Stage::HeadPending;
}

Task<> ServerExchange::write(std::span<const std::string_view> pieces) { co_await stream_piece(pieces, {}); }

Task<> ServerExchange::finish(std::span<const std::string_view> last) {
    co_await stream_piece(last, framing_ == AnswerFraming::Chunked ? kLastChunk : std::string_view());
    stage_ = Stage::Finished;
}

Task<> ServerExchange::stream_piece(std::span<const std::string_view> data, std::string_view end) {
    if (stage_ != Stage::HeadPending && stage_ != Stage::Streaming)
        throw_misuse("a piece of an answer that was not started");
    WritePieces pieces;
    if (stage_ == Stage::HeadPending) pieces.add(parts_.head_text);
    stage_ = Stage::Streaming;
    const std::size_t size = framing_ == AnswerFraming::None ? 0 : size_of(data);
    const ChunkLine line(size);
    if (size > 0) {
        body_started_ = true;
        if (framing_ == AnswerFraming::Chunked) pieces.add(line.view());
        pieces.add(data);
        if (framing_ == AnswerFraming::Chunked) pieces.add(kLineEnd);
    }
    pieces.add(end);
    std::span<iovec> left = pieces.all();
    if (!send_now(left)) co_await send(left);
}

bool ServerExchange::send_now(std::span<iovec>& pieces) {
    if (parts_.watch.gone()) throw_gone();
    return parts_.stream.try_write(pieces);
}

Task<> ServerExchange::send(std::span<iovec> pieces) {
    if (co_await send_within(parts_.stream, pieces, parts_.server.options.limits.write_idle)) co_return;
    parts_.watch.mark_gone();
    throw_gone();
}

}    // namespace opusclaw::net
