// relay/trace.cpp: names and texts of stream ends (spec 04 section 19.4).
#include "relay/trace.h"

#include <fmt/format.h>

#include <array>

#include "base/text_mask.h"

namespace opusclaw::relay {

std::string_view stream_end_name(StreamEnd end) {
    constexpr std::array<std::string_view, 9> kNames = {
        "", "done", "eof", "handler_stop", "timeout", "client_gone", "scanner_error", "panic", "ping_fail"};
    return kNames.at(static_cast<std::size_t>(end));
}

bool normal_end(StreamEnd end) {
    return end == StreamEnd::Done || end == StreamEnd::Eof || end == StreamEnd::HandlerStop;
}

void StreamStatus::end(StreamEnd reason, std::string_view error) {
    if (reason_ != StreamEnd::None) return;
    reason_ = reason;
    error_ = text::cut_bytes(error, kLongestText);
}

void StreamStatus::soft_error(std::string_view text) {
    ++soft_errors_;
    const std::string_view kept = text::cut_bytes(text, kLongestText);
    if (kept_.size() == kKept || kept_bytes_ + kept.size() > kLongestTexts) return;
    kept_bytes_ += kept.size();
    kept_.emplace_back(kept);
}

void Trace::begin_attempt(ChannelId channel) {
    channels.push_back(channel);
    first_output.reset();
    received = 0;
    stream.reset();
    local_count = prompt_overwritten = false;
    note.clear();
    not_carried.clear();
    reject_reason = {};
    access_token.clear();
}

std::string StreamStatus::log_line(std::size_t received) const {
    std::string line = fmt::format("stream ended: reason={}", stream_end_name(reason_));
    if (!error_.empty()) line += fmt::format(" end_error=\"{}\"", error_);
    if (soft_errors_ > 0) line += fmt::format(" soft_errors={}", soft_errors_);
    if (!ok()) line += fmt::format(", received={}", received);
    return line;
}

}    // namespace opusclaw::relay
