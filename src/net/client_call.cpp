// net/client_call.cpp: a response on its way in: reading its body, ending it, dropping it. Framing and codings are
// client_body.cpp's, the way to the head client_exchange.cpp's.
#include <openssl/ssl.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "net/client_errors.h"
#include "net/client_impl.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kGrowth = 64 * 1024;    // room for a read of a body of unknown length
constexpr std::size_t kWorthDirect = 512;     // less of a chunk goes through the buffer

using Broken = Call::State::Broken;

/// Marks a state as in use by a read; a call dropped meanwhile leaves its state here.
class Reading {
public:
    explicit Reading(Call::State& state) : state_(state) { state_.reading = true; }
    ~Reading() {
        state_.reading = false;
        if (!state_.orphan) return;
        Client::Impl& owner = state_.owner;
        owner.give_state(std::move(state_.orphan));
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

private:
    Call::State& state_;
};

Task<IoResult> ended(IoStatus status) { co_return IoResult{status, 0}; }

[[noreturn]] void too_large() {
    throw_error(ErrorKind::UpstreamBroken, "body_too_large", "the upstream's answer is too large");
}

}    // namespace

Call::State::State(Client::Impl& impl) : owner(impl), buffer(impl.stock), body(impl.stock) {}

Task<IoResult> Call::State::receive_when_ready(Stream& stream) {
    buffer.give_back();
    const IoResult ready = co_await stream.wait_readable();
    if (!ready) co_return ready;
    buffer.prepare();
    co_return co_await stream.read_some(buffer.room(), buffer.room_size());
}

Task<IoResult> Call::State::receive(Connection& from) {
    Stream& stream = from.stream;
    if (stream.tls() && !from.tls_in_tls && buffer.empty()) return receive_when_ready(stream);
    buffer.prepare();
    // The inner engine does not see what the outer one holds; a look makes it fetch that.
    if (from.tls_in_tls && stream.idle_state() == Stream::IdleState::Gone)
        return ended(SSL_get_shutdown(stream.ssl()) != 0 ? IoStatus::Ended : IoStatus::Broken);
    return stream.read_some(buffer.room(), buffer.room_size());
}

std::optional<std::string_view> Call::State::take() {
    if (broken == Broken::Aborted) throw_client_gone();
    if (broken == Broken::Failed) throw_body_broken("read again after a failure");
    try {
        std::optional<std::string_view> bytes = body.take(buffer);
        if (bytes && bytes->empty()) release_connection();
        return bytes;
    } catch (const Error&) {
        broken = Broken::Failed;
        connection.reset();
        throw;
    }
}

void Call::State::received(IoResult result) {
    if (broken == Broken::Aborted) throw_client_gone();
    if (result.status == IoStatus::Ok) return;
    try {
        if (result.status == IoStatus::TimedOut) throw_body_timed_out();
        if (result.status != IoStatus::Ended) throw_body_broken(std::string(io_status_text(result.status)));
        body.source_ended();
    } catch (const Error&) {
        broken = Broken::Failed;
        connection.reset();
        throw;
    }
}

Task<> Call::State::more() {
    body.give_back();
    Stream& stream = connection->stream;
    stream.deadline(idle);
    const IoResult got = co_await receive(*connection);
    if (got) buffer.received(got.bytes);
    // Only silence of the upstream counts, not the time the caller takes.
    stream.no_deadline();
    received(got);
}

Task<> Call::State::more_directly(PaddedBuffer& into, std::size_t most) {
    const std::size_t size = into.size();
    if (into.capacity() == size) into.reserve(size + std::max(kGrowth, size));
    // One byte above the limit is room enough to see that it is broken.
    const std::uint64_t wanted = std::min<std::uint64_t>(body.direct(), std::uint64_t{most - size} + 1);
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, into.capacity() - size));
    Stream& stream = connection->stream;
    stream.deadline(idle);
    const IoResult got = co_await stream.read_some(into.data() + size, room);
    stream.no_deadline();
    received(got);
    if (!got) co_return;
    body.received_directly(got.bytes);
    into.set_size(size + got.bytes);
    if (into.size() > most) too_large();
}

Task<> Call::State::read_rest(PaddedBuffer& into, std::size_t limit) {
    const std::size_t start = into.size();
    const std::size_t most = start + std::min(limit, std::numeric_limits<std::size_t>::max() / 2);
    if (const std::uint64_t announced = body.announced(); announced > 0) {
        if (announced > most - start) too_large();
        into.reserve(start + static_cast<std::size_t>(announced));
    }
    for (;;) {
        const std::optional<std::string_view> bytes = take();
        if (bytes && bytes->empty()) co_return;
        if (bytes) {
            if (bytes->size() > most - into.size()) too_large();
            into.append(*bytes);
            continue;
        }
        // Little, or what is not plain body, goes through the buffer.
        const std::uint64_t worth = body.announced() > 0 ? 1 : kWorthDirect;
        if (body.direct() >= worth && !connection->tls_in_tls)
            co_await more_directly(into, most);
        else
            co_await more();
    }
}

void Call::State::release_connection() {
    if (!connection) return;
    connection->stream.no_deadline();
    const bool reusable = head.keep_alive && head.framing != BodyFraming::UntilClose && sent_whole &&
                          body.ended() && buffer.empty() && broken == Broken::No && connection->stream.open();
    if (reusable)
        owner.pool.put(std::move(connection), owner.limits());
    else
        connection.reset();
}

void Call::State::let_go() noexcept {
    if (connection && answered && broken == Broken::No && body.skip_rest(buffer)) release_connection();
    connection.reset();
}

void Call::State::reset() {
    connection.reset();
    buffer.reset();
    body.give_back();
    head.headers.clear();
    constexpr std::size_t kKeptHead = 4096;
    if (head_text.capacity() > kKeptHead) head_text = std::string();
    broken = Broken::No;
    reused = got_bytes = sent_whole = answered = false;
}

Call::Call(std::unique_ptr<State> state) : state_(std::move(state)) {}

Call::Call(Call&&) noexcept = default;

Call& Call::operator=(Call&& other) noexcept {
    if (this != &other) {
        const Call old(std::move(*this));
        state_ = std::move(other.state_);
    }
    return *this;
}

Call::~Call() {
    if (!state_) return;
    if (state_->reading) {
        abort();
        State& state = *state_;
        state.orphan = std::move(state_);
        return;
    }
    Client::Impl& owner = state_->owner;
    owner.give_state(std::move(state_));
}

const ResponseHead& Call::head() const { return state_->head; }

bool Call::connection_reused() const { return state_->reused; }

Task<std::string_view> Call::read() {
    State& state = *state_;
    const Reading reading(state);
    for (;;) {
        if (const std::optional<std::string_view> bytes = state.take()) co_return *bytes;
        co_await state.more();
    }
}

Task<> Call::read_all(PaddedBuffer& into, std::size_t limit) {
    State& state = *state_;
    const Reading reading(state);
    co_await state.read_rest(into, limit);
}

bool Call::try_read_all(PaddedBuffer& into, std::size_t limit) {
    State& state = *state_;
    if (state.body.announced() != state.buffer.view().size() || state.buffer.empty()) return false;
    const Reading reading(state);
    while (const std::optional<std::string_view> bytes = state.take()) {
        if (bytes->empty()) return true;
        if (bytes->size() > limit) too_large();
        into.append(*bytes);
    }
    return false;
}

void Call::abort() noexcept {
    if (!state_ || state_->broken == State::Broken::Aborted) return;
    state_->broken = State::Broken::Aborted;
    if (state_->connection) state_->connection->stream.close();
}

}    // namespace opusclaw::net
