// net/chunked.cpp: the chunked coding as a state machine over bytes (RFC 9112 section 7.1). Data is never copied; what is not
// data is looked at once and dropped.
#include "net/chunked.h"

#include <algorithm>

namespace opusclaw::net {

namespace {

constexpr std::uint32_t kMaxDigits = 16;
/// Extensions and trailers that data has not paid for yet: a byte of data pays for one of them.
constexpr std::uint32_t kMaxOverhead = 16 * 1024;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool may_stand_in_line(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

}    // namespace

ChunkedDecoder::Step ChunkedDecoder::step(std::string_view slice) {
    std::size_t used = 0;
    while (used < slice.size() && phase_ != Phase::Done && phase_ != Phase::Bad) {
        if (phase_ == Phase::Data) {
            const std::string_view data = slice.substr(
                used, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, slice.size() - used)));
            skip(data.size());
            return {State::Data, data, used + data.size()};
        }
        phase_ = after(slice[used]);
        ++used;
    }
    if (phase_ == Phase::Done) return {State::End, {}, used};
    if (phase_ == Phase::Bad) return {State::Bad, {}, used};
    return {State::NeedMore, {}, used};
}

void ChunkedDecoder::skip(std::uint64_t bytes) {
    remaining_ -= bytes;
    if (remaining_ == 0) phase_ = Phase::DataCr;
}

ChunkedDecoder::Phase ChunkedDecoder::after(char c) {
    switch (phase_) {
        case Phase::Size: return after_size(c);
        case Phase::SizeBlank:
            if (is_blank(c)) return counted(Phase::SizeBlank);
            return c == ';' ? Phase::Extension : c == '\r' ? Phase::SizeLf : Phase::Bad;
        case Phase::Extension:
            if (c == '\r') return Phase::SizeLf;
            return may_stand_in_line(c) ? counted(Phase::Extension) : Phase::Bad;
        case Phase::SizeLf: return c == '\n' ? start_chunk() : Phase::Bad;
        case Phase::DataCr: return c == '\r' ? Phase::DataLf : Phase::Bad;
        case Phase::DataLf: return c == '\n' ? Phase::Size : Phase::Bad;
        case Phase::TrailerStart:
            if (c == '\r') return Phase::EndLf;
            // A folded line, or one without a name.
            if (is_blank(c) || c == ':') return Phase::Bad;
            return may_stand_in_line(c) ? counted(Phase::Trailer) : Phase::Bad;
        case Phase::Trailer:
            if (c == '\r') return Phase::TrailerLf;
            return may_stand_in_line(c) ? counted(Phase::Trailer) : Phase::Bad;
        case Phase::TrailerLf: return c == '\n' ? Phase::TrailerStart : Phase::Bad;
        case Phase::EndLf: return c == '\n' ? Phase::Done : Phase::Bad;
        case Phase::Data:
        case Phase::Done:
        case Phase::Bad: break;
    }
    return Phase::Bad;
}

ChunkedDecoder::Phase ChunkedDecoder::after_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if (digits_ == kMaxDigits) return Phase::Bad;
        ++digits_;
        remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
        return Phase::Size;
    }
    if (digits_ == 0) return Phase::Bad;
    if (c == '\r') return Phase::SizeLf;
    if (c == ';') return Phase::Extension;
    return is_blank(c) ? counted(Phase::SizeBlank) : Phase::Bad;
}

ChunkedDecoder::Phase ChunkedDecoder::start_chunk() {
    digits_ = 0;
    if (remaining_ == 0) return Phase::TrailerStart;
    // Lengths are added up by the callers: none may come near to wrapping around.
    if (remaining_ >> 62 != 0) return Phase::Bad;
    overhead_ -= static_cast<std::uint32_t>(std::min<std::uint64_t>(overhead_, remaining_));
    return Phase::Data;
}

ChunkedDecoder::Phase ChunkedDecoder::counted(Phase next) {
    return ++overhead_ > kMaxOverhead ? Phase::Bad : next;
}

}    // namespace opusclaw::net
