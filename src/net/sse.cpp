// net/sse.cpp: the event stream reader and writer. A block is found first, by its line ends alone and looking at each byte once
// however it was sliced, then read line by line; what lies within one slice is never copied. JSON in the data is for others.
#include "net/sse.h"

#include <cassert>
#include <cstring>

#include "base/error.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kKeptCapacity = 64 * 1024;    // of buffers between events; a huge one is given back

/// The first CR or LF at or behind `from`, or the end.
std::size_t line_end(std::string_view text, std::size_t from) {
    if (from >= text.size()) return text.size();
    const char* begin = text.data() + from;
    const void* lf = std::memchr(begin, '\n', text.size() - from);
    const std::size_t until = lf == nullptr
                                  ? text.size()
                                  : static_cast<std::size_t>(static_cast<const char*>(lf) - text.data());
    const void* cr = std::memchr(begin, '\r', until - from);
    return cr == nullptr ? until : static_cast<std::size_t>(static_cast<const char*>(cr) - text.data());
}

void give_back(std::string& buffer) {
    buffer.clear();
    if (buffer.capacity() > kKeptCapacity) std::string().swap(buffer);
}

}    // namespace

SseDecoder::SseDecoder(std::size_t max_pending) : max_pending_(max_pending) {}

void SseDecoder::feed(std::string_view slice) {
    assert(slice_.empty() && "call next() until it returns nothing");
    drop_used();
    slice_ = slice;
}

void SseDecoder::drop_used() {
    if (pending_used_) give_back(pending_);
    pending_used_ = false;
}

void SseDecoder::too_large() {
    throw_error(ErrorKind::UpstreamBroken, "event_too_large", "the upstream sent an event that is too large");
}

/// Handles what may be a line break at `at` in the slice. The block's end when it ends there.
std::optional<std::size_t> SseDecoder::line_break(std::size_t at) {
    const char byte = slice_[at];
    const bool blank = line_empty_ && has_line_;
    line_empty_ = true;
    if (byte == '\n') {
        bare_cr_ = false;
        return blank ? std::optional(at + 1) : std::nullopt;
    }
    // A stream of bare CRs has its blocks at once; otherwise the LF of a blank CRLF is waited for, it is on its way.
    if (blank && bare_cr_) return at + 1;
    after_cr_ = true;
    block_done_ = blank;
    return std::nullopt;
}

/// The end of the block in the slice, or kNone when all of it was looked at and the block goes on.
std::size_t SseDecoder::scan() {
    for (std::size_t at = 0; at < slice_.size();) {
        if (after_cr_) {
            after_cr_ = false;
            const bool pair = slice_[at] == '\n';
            bare_cr_ = !pair;
            at += pair ? 1 : 0;
            if (block_done_) return at;
            continue;
        }
        if (slice_[at] == '\n' || slice_[at] == '\r') {
            if (const auto end = line_break(at)) return *end;
            ++at;
        } else {
            line_empty_ = false;
            has_line_ = true;
            at = line_end(slice_, at);
        }
    }
    return kNone;
}

SseEvent SseDecoder::take(std::size_t end) {
    std::string_view raw = slice_.substr(0, end);
    if (!pending_.empty()) {
        pending_.append(raw);
        raw = pending_;
        pending_used_ = true;
    }
    slice_.remove_prefix(end);
    line_empty_ = true;
    has_line_ = after_cr_ = bare_cr_ = block_done_ = false;
    if (raw.size() > max_pending_) too_large();
    return parse(raw);
}

std::optional<SseEvent> SseDecoder::next() {
    drop_used();
    if (slice_.empty()) return std::nullopt;
    const std::size_t end = scan();
    if (end != kNone) return take(end);
    if (pending_.size() + slice_.size() > max_pending_) too_large();
    pending_.append(slice_);
    slice_ = {};
    return std::nullopt;
}

std::optional<SseEvent> SseDecoder::finish() {
    drop_used();
    assert(slice_.empty() && "call next() until it returns nothing");
    if (pending_.empty()) return std::nullopt;
    return take(0);
}

SseEvent SseDecoder::parse(std::string_view raw) {
    SseEvent event;
    event.raw = raw;
    give_back(joined_);
    if (!started_ && raw.starts_with(kByteOrderMark)) raw.remove_prefix(kByteOrderMark.size());
    started_ = true;
    while (!raw.empty()) {
        const std::size_t end = line_end(raw, 0);
        const std::string_view line = raw.substr(0, end);
        if (!line.empty() && line.front() != ':') add_field(line, event);
        raw.remove_prefix(end < raw.size() ? end + 1 : end);
    }
    return event;
}

void SseDecoder::add_field(std::string_view line, SseEvent& event) {
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == kNone ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "data") {
        if (!event.data) {
            event.data = value;
            return;
        }
        if (joined_.empty()) joined_ = *event.data;    // an empty first line stays empty
        joined_ += '\n';
        joined_ += value;
        event.data = joined_;
    } else if (name == "event") {
        event.event = value;
    } else if (name == "id" && value.find('\0') == kNone) {
        event.id = value;
    }
}

void append_sse(std::string& out, std::string_view event, std::string_view data) {
    if (!event.empty()) {
        out += "event: ";
        out += event;
        out += '\n';
    }
    for (;;) {
        const std::size_t end = line_end(data, 0);
        out += "data: ";
        out += data.substr(0, end);
        out += '\n';
        if (end == data.size()) break;
        data.remove_prefix(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    out += '\n';
}

}    // namespace opusclaw::net
