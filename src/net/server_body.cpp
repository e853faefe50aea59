// net/server_body.cpp: reading request bodies. Slow senders, lying lengths and decompression bombs end here, as errors that the
// handler shows in its own language. What follows a refused body on the connection is the connection's business.
#include "net/server_body.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace opusclaw::net {

namespace {

constexpr std::size_t kFirstReserve = 1 << 20;    // memory follows the bytes, not the announcement
constexpr std::size_t kChunkedRoom = 16 * 1024;
constexpr std::size_t kRearmBytes = 1024;    // a sender must do better than this per body_idle
constexpr std::uint64_t kSmallRest = 64 * 1024;
constexpr std::chrono::milliseconds kDrainTime{5'000};
/// Decoding more than this takes over a millisecond: a worker does it.
constexpr std::uint64_t kDecodeHere = 1 << 20;
constexpr std::string_view kReadFailed = "read_request_body_failed";

}    // namespace

ServerBody::ServerBody(ServerBodyParts parts) : parts_(parts), left_(parts.head.content_length) {
    if (parts.head.framing == BodyFraming::None) state_ = State::Complete;
}

bool ServerBody::awaits_continue() const {
    return state_ == State::Untouched && parts_.head.minor_version == 1 &&
           parts_.head.headers.find("expect") && parts_.input.unread().empty();
}

bool ServerBody::small_rest() const {
    if (state_ == State::Complete) return true;
    return state_ == State::Untouched && parts_.head.framing == BodyFraming::Length && left_ <= kSmallRest &&
           !awaits_continue();
}

Task<bool> ServerBody::drain() {
    std::array<char, 4096> sink;
    if (state_ == State::Complete) co_return true;
    if (!small_rest()) co_return false;
    const auto here = std::min<std::uint64_t>(left_, parts_.input.unread().size());
    parts_.input.consume(static_cast<std::size_t>(here));
    left_ -= here;
    parts_.stream.deadline(kDrainTime);
    while (left_ > 0) {
        const IoResult got = co_await parts_.stream.read_some(
            sink.data(), static_cast<std::size_t>(std::min<std::uint64_t>(left_, sink.size())));
        if (!got) co_return false;
        left_ -= got.bytes;
    }
    parts_.stream.no_deadline();
    state_ = State::Complete;
    co_return true;
}

Task<PaddedBuffer*> ServerBody::read(BodyRules rules) {
    if (decoded_) co_return &buffer_;
    if (state_ == State::Reading || state_ == State::Broken || decoding_failed_)
        broken("the request body could not be read", "read twice");
    const Coding coding = coding_for(rules);
    if (parts_.head.framing == BodyFraming::Length && parts_.head.content_length > rules.limit)
        too_large(rules.limit);
    if (state_ == State::Complete) {
        buffer_.set_size(0);
    } else {
        if (!take_buffered()) co_await read_raw(rules.limit);
        decoding_failed_ = true;    // until it has not
        if (coding != Coding::Identity) co_await decode(coding, rules.limit);
        decoding_failed_ = false;
    }
    decoded_ = true;
    co_return &buffer_;
}

Coding ServerBody::coding_for(const BodyRules& rules) const {
    const std::optional<std::string_view> named = parts_.head.headers.find("content-encoding");
    if (!named || !rules.decode || parts_.head.framing == BodyFraming::None) return Coding::Identity;
    const std::optional<Coding> coding = parse_coding(*named);
    if (!coding)
        throw_error(ErrorKind::UnsupportedMedia, "bad_request_body",
                    "unsupported Content-Encoding of the request body");
    return *coding;
}

bool ServerBody::take_buffered() {
    const std::string_view unread = parts_.input.unread();
    const std::uint64_t length = parts_.head.content_length;
    if (parts_.head.framing != BodyFraming::Length || unread.size() < length) return false;
    const std::string_view body = unread.substr(0, static_cast<std::size_t>(length));
    buffer_.append(body);
    parts_.input.consume(body.size());
    left_ = 0;
    state_ = State::Complete;
    return true;
}

Task<> ServerBody::read_raw(std::uint64_t limit) {
    if (awaits_continue()) co_await send_continue();
    state_ = State::Reading;
    parts_.stream.deadline(parts_.limits.body_idle);
    until_rearmed_ = kRearmBytes;
    if (parts_.head.framing == BodyFraming::Chunked) {
        co_await read_chunked(limit);
    } else {
        co_await read_length();
    }
    parts_.stream.no_deadline();
    state_ = State::Complete;
}

Task<> ServerBody::send_continue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    std::array<char, kContinue.size()> text{};
    std::ranges::copy(kContinue, text.begin());
    iovec piece{text.data(), text.size()};
    parts_.stream.deadline(parts_.limits.write_idle);
    const IoResult sent = co_await parts_.stream.write({&piece, 1});
    if (!sent) fail(IoStatus::Broken);
}

Task<> ServerBody::read_length() {
    const std::uint64_t length = parts_.head.content_length;
    buffer_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(length, kFirstReserve)));
    const std::string_view unread = parts_.input.unread();
    const std::string_view here = unread.substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(length, unread.size())));
    buffer_.append(here);
    parts_.input.consume(here.size());
    std::size_t size = here.size();
    while (size < length) {
        if (size == buffer_.capacity()) {
            buffer_.set_size(size);
            buffer_.reserve(
                static_cast<std::size_t>(std::min<std::uint64_t>(length, std::uint64_t{size} * 4)));
        }
        const std::size_t room =
            static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer_.capacity())) - size;
        size += co_await receive(buffer_.data() + size, room);
    }
    buffer_.set_size(size);
    left_ = 0;
}

Task<> ServerBody::read_chunked(std::uint64_t limit) {
    std::size_t size = 0;
    std::string_view rest;
    const std::string_view unread = parts_.input.unread();
    buffer_.reserve(std::max(kChunkedRoom, unread.size()));
    bool ended = take_chunks(unread, size, rest);
    parts_.input.consume(unread.size() - rest.size());
    while (!ended) {
        if (size + chunks_.remaining() > limit) too_large(limit);
        buffer_.set_size(size);
        // Within a chunk there is nothing to read too much of; between chunks a later request may follow.
        const std::size_t pipeline = std::min(kChunkedRoom, parts_.limits.buffered_pipeline);
        const std::size_t room = std::max(
            pipeline, static_cast<std::size_t>(std::min<std::uint64_t>(chunks_.remaining(), kFirstReserve)));
        if (size + room > buffer_.capacity()) buffer_.reserve(std::max(size + room, buffer_.capacity() * 2));
        const std::size_t got = co_await receive(buffer_.data() + size, room);
        ended = take_chunks({buffer_.data() + size, got}, size, rest);
        if (!rest.empty()) parts_.input.keep_for_later(rest);
    }
    if (size > limit) too_large(limit);
    buffer_.set_size(size);
}

bool ServerBody::take_chunks(std::string_view slice, std::size_t& size, std::string_view& rest) {
    rest = {};
    while (!slice.empty()) {
        const ChunkedDecoder::Step step = chunks_.step(slice);
        slice.remove_prefix(step.consumed);
        switch (step.state) {
            case ChunkedDecoder::State::Data:
                std::memmove(buffer_.data() + size, step.data.data(), step.data.size());
                size += step.data.size();
                break;
            case ChunkedDecoder::State::End: rest = slice; return true;
            case ChunkedDecoder::State::Bad:
                state_ = State::Broken;
                broken("the request body is malformed", "bad chunked coding");
            case ChunkedDecoder::State::NeedMore: break;
        }
    }
    return false;
}

Task<std::size_t> ServerBody::receive(char* into, std::size_t room) {
    const IoResult got = co_await parts_.stream.read_some(into, room);
    if (!got) fail(got.status);
    if (got.bytes >= until_rearmed_) {
        parts_.stream.deadline(parts_.limits.body_idle);
        until_rearmed_ = kRearmBytes;
    } else {
        until_rearmed_ -= got.bytes;
    }
    co_return got.bytes;
}

Task<> ServerBody::decode(Coding coding, std::uint64_t limit) {
    const PaddedBuffer raw = std::move(buffer_);
    buffer_ = PaddedBuffer();
    ThreadPool* const workers = parts_.workers;
    const bool try_here = workers == nullptr || raw.size() <= kDecodeHere / 4;
    const std::uint64_t here = workers == nullptr ? limit : std::min(limit, kDecodeHere);
    DecodeOutcome outcome = DecodeOutcome::TooLarge;
    if (try_here) outcome = decode_all(coding, raw.view(), here, buffer_);
    if (outcome == DecodeOutcome::TooLarge && (!try_here || here < limit)) {
        PaddedBuffer& out = buffer_;
        out.clear();
        outcome = co_await workers->run(
            [coding, &raw, limit, &out] { return decode_all(coding, raw.view(), limit, out); });
    }
    if (outcome == DecodeOutcome::TooLarge) too_large(limit);
    if (outcome == DecodeOutcome::Bad) broken("the request body does not decode", "bad content coding");
    buffer_.set_size(buffer_.size());
}

void ServerBody::fail(IoStatus status) {
    state_ = State::Broken;
    if (status == IoStatus::TimedOut) {
        throw Error(ErrorKind::InvalidRequest, std::string(kReadFailed),
                    Message::literal("the request body did not arrive in time"))
            .with_status(408);
    }
    if (status == IoStatus::Ended)
        broken("the request body ended too early", "connection closed within the body");
    throw_error(ErrorKind::ClientGone, "client_gone", "the client has left");
}

void ServerBody::too_large(std::uint64_t limit) {
    constexpr std::uint64_t kMegabyte = 1 << 20;
    const std::string size = limit % kMegabyte == 0 ? std::to_string(limit / kMegabyte) + " MB"
                                                    : std::to_string(limit) + " bytes";
    throw_error(ErrorKind::TooLarge, kReadFailed,
                "request body exceeds " + size + ": request body too large");
}

void ServerBody::broken(std::string_view text, std::string_view detail) {
    throw_error(ErrorKind::InvalidRequest, kReadFailed, text, std::string(detail));
}

}    // namespace opusclaw::net
