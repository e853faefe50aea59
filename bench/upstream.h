// A very cheap simulated upstream: one thread, raw epoll. Answers every POST with a canned body, or with a stream when the
// request wants one, in the format that is spoken at its path. What it answers is in answers.h, how it speaks TLS in tls.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "answers.h"
#include "tls.h"
#include "wire.h"

namespace opusclaw::bench {

struct UpstreamOptions {
    std::uint16_t port = 0;
    std::size_t body_bytes = 1024;
    std::int64_t chunks = 50;    // content events of a stream
    std::int64_t interval_ns =
        0;                // between two events of a stream; 0: as soon as all others had their turn
    bool hold = false;    // streams send one event and then nothing
    bool tls = false;
};

class Upstream {
public:
    /// Listens on 127.0.0.1. Throws std::system_error when it cannot.
    explicit Upstream(const UpstreamOptions& options);
    /// Serves without end.
    [[noreturn]] void run();

private:
    struct Connection {
        explicit Connection(ByteStream bytes) : stream(std::move(bytes)) {}

        ByteStream stream;
        std::string head;    // of the request, while it is incomplete
        bool in_body = false;
        BodyReader body;
        Format format = Format::Chat;
        bool streams = false;    // the request's target says so
        std::string body_start, body_end;
        std::string unsent;    // what the socket did not take yet
        std::int64_t events_left = 0;
        bool waits_for_turn = false;
    };
    struct Answers {
        std::string json;
        StreamAnswer stream;
    };
    struct Turn {
        std::int64_t due;
        std::uint64_t connection;
    };

    void accept_all();
    void serve(std::uint64_t id);
    bool read_all(std::uint64_t id, Connection& connection);
    static bool take_head(Connection& connection, std::string_view& bytes);
    void take(std::uint64_t id, Connection& connection, std::string_view bytes);
    Answers& answers_in(Format format) { return answers_[static_cast<std::size_t>(format)]; }
    void answer(std::uint64_t id, Connection& connection);
    bool send(Connection& connection, std::string_view bytes);
    bool flush(Connection& connection);
    void run_due_turns();
    bool send_event(std::uint64_t id, Connection& connection);

    UpstreamOptions options_;
    TlsContext tls_;
    Poller poller_;
    Fd listener_;
    std::vector<Answers> answers_;    // by format
    std::vector<char> scratch_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::uint64_t next_id_ = 1;
    std::deque<Turn> turns_;    // in order of their time: all streams have the same interval
};

}    // namespace opusclaw::bench
