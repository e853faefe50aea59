// relay/trace.h: what happened to a relayed request: each stage adds its decision; log row, metrics and diagnosis read it
// (DESIGN section 4). And how its stream ended (spec 04 section 19.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace opusclaw::relay {

enum class StreamEnd { None, Done, Eof, HandlerStop, Timeout, ClientGone, ScannerError, Panic, PingFail };
/// `done`, `eof`, ... as in log rows; empty for None.
std::string_view stream_end_name(StreamEnd end);
/// Done, Eof and HandlerStop are normal ends.
bool normal_end(StreamEnd end);

/// The first reason wins; soft errors are counted, the first 20 kept. Texts are cut: a provider may say anything, and what explains the
/// bill has to fit into the same row.
class StreamStatus {
public:
    static constexpr std::size_t kKept = 20;
    static constexpr std::size_t kLongestText = 2048,
                                 kLongestTexts = 6144;    // bytes of one, of all soft errors
    void end(StreamEnd reason, std::string_view error = {});
    void soft_error(std::string_view text);
    StreamEnd reason() const { return reason_; }
    const std::string& error() const { return error_; }
    std::size_t soft_errors() const { return soft_errors_; }
    const std::vector<std::string>& kept() const { return kept_; }
    bool ok() const { return normal_end(reason_) && soft_errors_ == 0; }
    /// `stream ended: reason=done ...`, the line of the server log.
    std::string log_line(std::size_t received) const;

private:
    StreamEnd reason_ = StreamEnd::None;
    std::string error_;
    std::size_t soft_errors_ = 0;
    std::vector<std::string> kept_;
    std::size_t kept_bytes_ = 0;
};

struct Trace {
    std::string request_id;
    std::string path;        // without query
    std::string ip;          // the client's
    std::string language;    // the caller's own setting, once it is known who asks
    UnixSeconds started_at{};
    SteadyTime started{};                      // when the first channel was chosen
    std::optional<SteadyTime> first_output;    // of a stream
    std::vector<ChannelId> channels;           // one per attempt; without those that were unfit
    std::size_t received = 0;                  // stream payloads of the last attempt
    std::optional<StreamStatus> stream;        // of the last attempt, when it streamed
    bool local_count = false;                  // usage was estimated here
    bool prompt_overwritten = false;           // the channel's system prompt went before the client's
    std::string note;                          // content of the log row
    std::vector<std::string> not_carried;      // of a translated request: what its provider has no place for
    std::string reject_reason;                 // how the provider refused to answer
    std::string access_token;                  // that went upstream instead of the key: nobody may read it

    /// Nothing of an earlier attempt is left but its channel.
    void begin_attempt(ChannelId channel);
};

}    // namespace opusclaw::relay
