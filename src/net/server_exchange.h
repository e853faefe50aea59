// net/server_exchange.h: one request and its answer on a server connection: the Exchange that handlers see. Only for
// net/server*.
#pragma once

#include <string>

#include "net/server_body.h"
#include "net/server_loop.h"
#include "net/server_watch.h"

namespace opusclaw::net {

/// The parts of its connection that an exchange works with; all outlive it.
struct ServerExchangeParts {
    ServerLoop& server;
    Stream& stream;
    ServerInput& input;
    ServerWatch& watch;
    const RequestHead& head;
    std::string& head_text;    // memory for the answer's head, used again by the next exchange
};

class ServerExchange final : public Exchange {
public:
    explicit ServerExchange(ServerExchangeParts parts);
    ~ServerExchange() override;

    Loop& loop() override { return parts_.server.loop; }
    const RequestHead& request() const override { return parts_.head; }
    Task<PaddedBuffer*> body(BodyRules rules) override { return body_.read(rules); }
    using Exchange::respond;
    Task<> respond(int status, const HeaderLines& headers, std::span<const std::string_view> body) override;
    void start_stream(int status, const HeaderLines& headers) override;
    Task<> write(std::span<const std::string_view> pieces) override;
    Task<> finish(std::span<const std::string_view> last) override;
    bool answered() const override { return stage_ != Stage::Unanswered; }
    bool body_started() const override { return body_started_; }
    void watch_client(std::function<void()> on_gone) override { parts_.watch.set(std::move(on_gone)); }
    bool client_gone() const override { return parts_.watch.gone(); }

    /// The whole answer was handed to the socket.
    bool finished() const { return stage_ == Stage::Finished; }
    /// The answer promised that the connection goes on.
    bool keep_alive() const { return keep_alive_; }
    /// The end of the connection is the only end that the answer has.
    bool ends_with_connection() const { return framing_ == AnswerFraming::UntilClose; }
    /// The connection ends with this exchange, whatever else would allow.
    void end_connection() { keep_alive_ = false; }
    ServerBody& request_body() { return body_; }

private:
    enum class Stage { Unanswered, HeadPending, Streaming, Finished };
    void begin(int status, const HeaderLines& headers, AnswerFraming framing, std::uint64_t length);
    bool bodiless(int status) const;
    /// Everything, without waiting. False: `pieces` are left for send(). Both throw when the client has left.
    bool send_now(std::span<iovec>& pieces);
    Task<> send(std::span<iovec> pieces);
    Task<> stream_piece(std::span<const std::string_view> pieces, std::string_view end);

    ServerExchangeParts parts_;
    ServerBody body_;
    Stage stage_ = Stage::Unanswered;
    AnswerFraming framing_ = AnswerFraming::None;
    bool keep_alive_ = false;
    bool body_started_ = false;
};

/// Sends all pieces, giving the client `idle` for each slice of them. False: the client has left or takes nothing.
Task<bool> send_within(Stream& stream, std::span<iovec> pieces, std::chrono::milliseconds idle);

}    // namespace opusclaw::net
