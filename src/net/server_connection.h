// net/server_connection.h: one connection of a client: one request after the other, each answered before the next is read
// (RFC 9112 section 9). Lives in its own coroutine's frame. Only for net/server*.
#pragma once

#include <string>

#include "net/http_head.h"
#include "net/server_exchange.h"
#include "net/server_input.h"
#include "net/server_loop.h"
#include "net/server_watch.h"
#include "net/stream.h"

namespace opusclaw::net {

/// Belongs to one loop.
class ServerConnection {
public:
    ServerConnection(ServerLoop& server, Descriptor socket, const IpAddress& peer);
    ~ServerConnection();
    /// From the handshake to the end of the connection.
    Task<> run();
    /// Closes the connection if it is between requests.
    void close_idle();
    /// Closes it now; its handler sees that the client is gone.
    void cut();

private:
    enum class Next { Request, Close, CloseLingering };
    Task<bool> handshake();
    Task<Next> serve_one();
    /// Before a wait for a request, which holds no buffer. False: there will be none.
    bool prepare_to_wait();
    HeadResult parse_head();
    /// Reads the head if it is here, without waiting.
    HeadResult read_ready_head();
    /// Goes on where read_ready_head() found too little. Request: `head_` is read.
    Task<Next> read_head();
    Task<Next> receive_head_bytes();
    /// Logs, once for the whole server, that forwarding headers are not believed, and what to set.
    void tell_ignored_forwarding();
    Task<Next> exchange();
    /// For what the handler threw, inside of its catch.
    void take_exception(ServerExchange& exchange);
    /// The usual end: answered, and the next request may come.
    bool goes_on(ServerExchange& exchange);
    Task<Next> after_answer(ServerExchange& exchange);
    Task<Next> refuse(int status, std::string_view why);
    Task<> linger();

    ServerLoop& server_;
    Stream stream_;
    ServerWatch watch_;
    ServerInput input_;
    RequestHead head_;
    std::string head_text_;
    std::size_t scanned_ = 0;
    bool head_read_ = false;    // `head_` is of the request at hand, and whole
    bool idle_ = false;
    bool fresh_ = true;                     // no request was read yet
    ServerExchange* exchange_ = nullptr;    // at hand
    bool unasked_ = false;     // nobody would miss an answer: before the first request, or after the last one
    unsigned in_a_row_ = 0;    // requests answered since the last wait
};

}    // namespace opusclaw::net
