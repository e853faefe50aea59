// One keep-alive connection of the load generator and the request/response exchange that runs on it. Knows when a
// response is complete and what it saw on the way; when to start the next exchange is the generator's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "histogram.h"
#include "wire.h"

namespace opusclaw::bench {

/// What was seen in all exchanges together. Latencies are recorded only while `recording`.
struct Observed {
    bool recording = false;
    std::uint64_t bytes = 0;     // of responses
    std::uint64_t chunks = 0;    // stamped events of streams
    std::uint64_t reads = 0;     // reads that brought at least one such event
    Histogram first;             // from the intended start to the first byte of the response
    Histogram chunk;             // from the upstream's stamp to the read that brought it
    std::string first_error;     // what the first failed exchange looked like
};

class Exchange {
public:
    enum class Outcome { Idle, Running, Done, Failed };

    /// Starts connecting to 127.0.0.1. `request` (head and body) outlives the exchange.
    Exchange(std::uint16_t port, std::string_view request);

    int socket() const { return socket_.get(); }
    bool running() const { return running_; }
    bool streaming() const { return saw_chunk_; }    // the current response has brought a stamped event
    std::int64_t intended() const { return intended_; }

    /// Sends the request; `intended` (ns) is when it should have left, from which latency counts.
    Outcome begin(std::int64_t intended, Observed& seen);
    /// Goes on after the socket became readable or writable. Failed: the connection is of no use any more.
    Outcome advance(Observed& seen);

private:
    bool send_rest();
    Outcome receive(Observed& seen);
    bool take(std::string_view bytes, std::int64_t now, Observed& seen);
    std::uint64_t find_stamps(std::string_view payload, std::int64_t now, Observed& seen);
    Outcome fail(std::string_view why, Observed& seen);

    Fd socket_;
    std::string_view request_;
    std::size_t sent_ = 0;
    bool running_ = false;
    std::int64_t intended_ = 0;
    bool saw_byte_ = false;
    bool saw_chunk_ = false;
    std::string head_;    // of the response, while it is incomplete
    bool in_body_ = false;
    BodyReader body_;
    bool in_stamp_ = false;
    std::int64_t stamp_ = 0;
    std::int64_t last_stamp_ = 0;
};

}    // namespace opusclaw::bench
