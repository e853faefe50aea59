// net/client_exchange.cpp: one request out and the head of its answer in, on a connection that stands. Which connection, and
// whether to try again, is client.cpp's to decide.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>

#include "net/client_errors.h"
#include "net/client_impl.h"
#include "net/client_request.h"
#include "net/http_head.h"
#include "net/wake_up.h"

namespace opusclaw::net {
namespace {

// What the sockets of both ends take without anybody reading, for all we know. A larger request is written while we listen: the
// answer may come, and the other side stop reading, before the request is out.
constexpr std::size_t kSentAtOnce = 32 * 1024;
constexpr int kMostInformational = 16;
// The answer to a request that could not be sent is there already, or never comes.
constexpr std::chrono::milliseconds kAnswerAfterBrokenWrite{5'000};

/// A large request under way. Both coroutines hold it: a loop that dies frees them in any order.
struct Sending {
    Sending(std::unique_ptr<Connection> on, Loop& loop) : connection(std::move(on)), finished(loop) {}
    std::unique_ptr<Connection> connection;
    std::vector<iovec> pieces;
    IoResult result;
    WakeUp finished;
};

Task<> write_pieces(std::shared_ptr<Sending> sending) {
    sending->result = co_await sending->connection->stream.write(sending->pieces);
    sending->finished.set();
}

void limit_head(Stream& stream, const Timeouts& timeouts) {
    if (timeouts.head)
        stream.deadline(*timeouts.head);
    else
        stream.no_deadline();
}

/// The head came while the request is still going out. An error ends the sending; another answer lets it go on, as long as the
/// other side takes it.
void settle_early_answer(Stream& stream, int status, const Timeouts& timeouts) {
    if (status >= 300) stream.shutdown_socket();
    stream.deadline(timeouts.idle);
}

Task<IoStatus> send_small(Call::State& state, const Outgoing& out, std::span<iovec> pieces) {
    Stream& stream = state.connection->stream;
    const IoResult sent = co_await stream.write(pieces);
    state.sent_whole = sent.status == IoStatus::Ok;
    if (sent.status == IoStatus::TimedOut || sent.status == IoStatus::Closed) co_return sent.status;
    if (!sent)
        stream.deadline(
            std::min(out.timeouts.head.value_or(kAnswerAfterBrokenWrite), kAnswerAfterBrokenWrite));
    const IoStatus got = co_await state.read_head(*state.connection, out.request);
    // Silence after a broken write is the broken write.
    co_return !sent && got == IoStatus::TimedOut ? sent.status : got;
}

Task<IoStatus> send_large(Call::State& state, const Outgoing& out, SendRoom& room) {
    Loop& loop = state.owner.loop;
    const auto sending = std::make_shared<Sending>(std::move(state.connection), loop);
    sending->pieces.swap(room.pieces);
    Stream& stream = sending->connection->stream;
    boost::asio::co_spawn(loop.context(), write_pieces(sending), boost::asio::detached);
    IoStatus status = IoStatus::Ok;
    std::exception_ptr problem;
    try {
        status = co_await state.read_head(*sending->connection, out.request);
    } catch (...) {
        problem = std::current_exception();
    }
    if (!sending->finished.is_set()) {
        if (problem || status != IoStatus::Ok)
            stream.close();
        else
            settle_early_answer(stream, state.head.status, out.timeouts);
        co_await sending->finished.wait();
    }
    sending->pieces.swap(room.pieces);
    state.sent_whole = sending->result.status == IoStatus::Ok;
    state.connection = std::move(sending->connection);
    if (problem) std::rethrow_exception(problem);
    co_return status;
}

}    // namespace

void Call::State::keep_head(std::string_view bytes) {
    head_text.assign(bytes);
    const auto moved = [this, bytes](std::string_view part) {
        if (part.empty()) return std::string_view();
        return std::string_view(head_text).substr(static_cast<std::size_t>(part.data() - bytes.data()),
                                                  part.size());
    };
    spare_headers_.clear();
    for (const Header& field : head.headers) spare_headers_.add({moved(field.name), moved(field.value)});
    std::swap(head.headers, spare_headers_);
    head.reason = moved(head.reason);
}

Task<IoStatus> Call::State::read_head(Connection& from, const OutgoingRequest& request) {
    const HeadLimits limits{.bytes = static_cast<std::size_t>(request.max_buffered_head)};
    const RequestMethodWas method = request.method == "HEAD" ? RequestMethodWas::Head
                                                             : RequestMethodWas::Other;
    std::size_t scanned = 0;
    int informational = 0;
    for (;;) {
        if (buffer.empty()) scanned = 0;
        const HeadResult result = buffer.empty()
                                      ? HeadResult{}
                                      : read_response_head(buffer.view(), limits, scanned, method, head);
        if (result.state == HeadState::Refused)
            throw_request_failed(from.target->parts().host +
                                 " sent no acceptable HTTP: " + std::string(result.why));
        if (result.state == HeadState::Complete) {
            if (head.status >= 200) {
                keep_head(buffer.view().substr(0, result.consumed));
                buffer.consume(result.consumed);
                co_return IoStatus::Ok;
            }
            // 101 would be the end of HTTP on this connection, and nobody asked for it.
            if (head.status == 101 || ++informational > kMostInformational)
                throw_request_failed(from.target->parts().host + " sent status " +
                                     std::to_string(head.status));
            buffer.consume(result.consumed);
            scanned = 0;
            continue;
        }
        const IoResult got = co_await receive(from);
        if (!got) co_return got.status;
        buffer.received(got.bytes);
        got_bytes = true;
    }
}

Task<Exchanged> exchange(Call::State& state, const Outgoing& out, Attempt& attempt) {
    SendRoom room = state.owner.stock.take_send_room();
    const std::size_t total = gather_request(out.target, out.request, room);
    limit_head(state.connection->stream, out.timeouts);
    IoStatus status = IoStatus::Ok;
    {
        StreamStop stop(state.connection->stream);
        const Attempt::Holding holding(attempt, stop);
        std::span<iovec> pieces = room.pieces;
        if (total > kSentAtOnce) {
            status = co_await send_large(state, out, room);
        } else if (state.connection->stream.try_write(pieces)) {
            state.sent_whole = true;
            status = co_await state.read_head(*state.connection, out.request);
        } else {
            status = co_await send_small(state, out, pieces);
        }
    }
    state.owner.stock.give(std::move(room));
    attempt.check("waiting for the answer");
    if (status == IoStatus::Ok) {
        state.connection->stream.no_deadline();
        state.idle = out.timeouts.idle;
        state.body.start(state.head);
        state.answered = true;
        co_return Exchanged::Answered;
    }
    const std::string& host = out.target.parts().host;
    if (status == IoStatus::TimedOut)
        throw_request_timed_out("timed out while waiting for the answer of " + host);
    if (state.reused && !state.got_bytes) co_return Exchanged::Stale;
    throw_request_failed(host + ": " + std::string(io_status_text(status)) + " before the answer's head");
}

}    // namespace opusclaw::net
