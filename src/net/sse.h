// net/sse.h: text/event-stream framing (WHATWG HTML, "Server-sent events") as providers send it and as we send it. Reads any
// slicing, LF, CR and CRLF, comments, several data lines, a byte-order mark; bytes that are not UTF-8 pass through. Knows
// nothing of JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::net {

/// One event or block between blank lines. Views valid until the following call of next(), feed() or finish().
struct SseEvent {
    std::optional<std::string_view>
        data;                  // the data lines joined by LF; absent: no data line, not the same as empty
    std::string_view event;    // empty: none given
    std::string_view id;
    std::string_view raw;    // the block's own bytes with its blank line, for forwarding as it came; blank
                             // lines before it belong to it too, so that all raws together are the stream
};

class SseDecoder {
public:
    /// Bytes of one event; more throws Error(UpstreamBroken, "event_too_large"), after which the decoder is of no more use.
    explicit SseDecoder(std::size_t max_pending = 128ULL << 20);
    /// Any slice; it must live and stay unchanged until next() has returned nothing (and its events are done with).
    void feed(std::string_view slice);
    /// The next complete block (comments alone are one too, with no data), or nothing until more is fed. The blocks do not
    /// depend on how the stream was sliced.
    std::optional<SseEvent> next();
    /// At the end of the stream: what is half-read as a block of its own (many providers leave out the last blank line).
    std::optional<SseEvent> finish();
    /// True when nothing is half-read.
    bool clean() const { return !has_line_ || block_done_; }

private:
    std::size_t scan();
    std::optional<std::size_t> line_break(std::size_t at);
    SseEvent take(std::size_t end);
    SseEvent parse(std::string_view raw);
    void add_field(std::string_view line, SseEvent& event);
    void drop_used();
    [[noreturn]] void too_large();

    std::size_t max_pending_;
    std::string pending_;    // start of an unfinished block from earlier slices
    std::string_view slice_;
    std::string joined_;           // several data lines
    bool started_ = false;         // the byte-order mark has been looked for
    bool pending_used_ = false;    // the last event's views are into pending_
    // Where the scan stands within the unfinished block.
    bool line_empty_ = true;     // at the start of a line
    bool has_line_ = false;      // a line that is not blank was seen
    bool after_cr_ = false;      // the byte before was a CR; an LF now belongs to it
    bool bare_cr_ = false;       // the last line ended with CR alone
    bool block_done_ = false;    // the blank line was seen, its CR may be followed by LF
};

/// Appends `event: <event>` (when not empty), a `data:` line for each line of `data`, and the blank line.
void append_sse(std::string& out, std::string_view event, std::string_view data);
inline constexpr std::string_view kSseDone = "data: [DONE]\n\n";
inline constexpr std::string_view kSsePing = ": PING\n\n";

}    // namespace opusclaw::net
