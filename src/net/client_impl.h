// net/client_impl.h: what a client of one loop holds, and the state of one of its calls. Only for the client.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "net/client.h"
#include "net/client_attempt.h"
#include "net/client_body.h"
#include "net/client_buffer.h"
#include "net/client_pool.h"
#include "net/client_shared.h"

namespace opusclaw::net {

/// One request and its answer. Reused by later calls of the loop, so that a call costs few allocations.
struct Call::State {
    explicit State(Client::Impl& impl);

    /// Awaits the head, 1xx answers skipped, into `head`. Ok, or how the connection failed. Throws Error(UpstreamBroken)
    /// when what came is no acceptable HTTP.
    Task<IoStatus> read_head(Connection& from, const OutgoingRequest& request);
    /// Reads once from the connection into `buffer`.
    /// Prepares the buffer and reads into its room; the caller tells it what it received.
    Task<IoResult> receive(Connection& from);
    /// The same for TLS, which asks the socket first anyhow: an idle stream holds no buffer.
    Task<IoResult> receive_when_ready(Stream& stream);
    /// The next bytes of the body, empty at its end (the connection then goes back to the pool), nullopt: await more.
    std::optional<std::string_view> take();
    /// Awaits more bytes of the body. Throws as Call::read().
    Task<> more();
    /// The same, straight into `into`, which may become one byte larger than `most`: then it throws.
    Task<> more_directly(PaddedBuffer& into, std::size_t most);
    Task<> read_rest(PaddedBuffer& into, std::size_t limit);
    /// Throws for what ended a read of the body. Afterwards the body counts as broken.
    void received(IoResult result);
    /// After the body's last byte: keeps the connection if that may serve another request.
    void release_connection();
    /// As the call is dropped: the pool, if the body is over but for what lies in the buffer; else closed.
    void let_go() noexcept;
    void reset();

    Client::Impl& owner;
    std::unique_ptr<Connection> connection;    // null after it went back
    ReadBuffer buffer;
    BodyReader body;
    ResponseHead head;
    std::string head_text;    // what `head` views
    std::chrono::milliseconds idle{0};
    enum class Broken { No, Aborted, Failed } broken = Broken::No;
    bool reused = false;
    bool got_bytes = false;    // of any answer to this request
    bool sent_whole = false;
    bool answered = false;    // `head` and `body` are of this call

    // A call dropped while a read of it is pending: the state then belongs to that read until it resumes.
    bool reading = false;
    std::unique_ptr<State> orphan;

private:
    void keep_head(std::string_view bytes);
    Headers spare_headers_;
};

struct Client::Impl {
    Impl(Loop& on, std::shared_ptr<ClientShared> with, IdleConnections idle);
    ~Impl();

    std::unique_ptr<Call::State> take_state();
    void give_state(std::unique_ptr<Call::State> state) noexcept;
    PoolLimits limits() const;

    Loop& loop;
    std::shared_ptr<ClientShared> shared;
    const IdleConnections idle;
    BufferStock stock;
    ConnectionPool pool;
    std::vector<std::unique_ptr<Call::State>> spare_states;
};

/// What send() was asked for.
struct Outgoing {
    const Target& target;
    const OutgoingRequest& request;
    const Timeouts& timeouts;
};
enum class Exchanged { Answered, Stale };    // Stale: a reused connection was dead before any byte came
/// Sends the request on state.connection and reads the head of its answer. Throws Error otherwise.
Task<Exchanged> exchange(Call::State& state, const Outgoing& out, Attempt& attempt);

}    // namespace opusclaw::net
