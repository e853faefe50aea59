// net/client_body.cpp: framing first, then content coding. Reading from the connection, and deadlines, are client_call.cpp's.
#include "net/client_body.h"

#include "net/client_errors.h"

namespace opusclaw::net {

void BodyReader::start(const ResponseHead& head) {
    framing_ = head.framing;
    remaining_ = head.framing == BodyFraming::Length ? head.content_length : 0;
    ended_ = framing_ == BodyFraming::None || (framing_ == BodyFraming::Length && remaining_ == 0);
    chunks_.reset();
    decoder_.reset();
    coded_ = {};
    coded_state_ = Coded::Nothing;
    output_pending_ = false;
    if (ended_) return;
    const std::optional<std::string_view> encoding = head.headers.find("content-encoding");
    if (!encoding) return;
    // An unknown coding is the caller's to understand: it sees the header and the bytes as they are.
    const Coding coding = parse_coding(*encoding).value_or(Coding::Identity);
    if (coding != Coding::Identity) decoder_.emplace(coding);
}

std::optional<std::string_view> BodyReader::take(ReadBuffer& buffer) {
    return decoder_ ? take_decoded(buffer) : take_framed(buffer);
}

std::optional<std::string_view> BodyReader::take_framed(ReadBuffer& buffer) {
    while (!ended_ && !buffer.empty()) {
        const std::string_view bytes = buffer.view();
        if (framing_ == BodyFraming::UntilClose) {
            buffer.consume(bytes.size());
            return bytes;
        }
        if (framing_ == BodyFraming::Length) {
            const std::string_view data = bytes.substr(
                0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
            received_directly(data.size());
            buffer.consume(data.size());
            return data;
        }
        const ChunkedDecoder::Step step = chunks_.step(bytes);
        buffer.consume(step.consumed);
        if (step.state == ChunkedDecoder::State::Data) return step.data;
        if (step.state == ChunkedDecoder::State::Bad) throw_body_broken("bad chunked framing");
        if (step.state == ChunkedDecoder::State::End) ended_ = true;
    }
    if (ended_) return std::string_view();
    return std::nullopt;
}

std::optional<std::string_view> BodyReader::take_decoded(ReadBuffer& buffer) {
    for (;;) {
        while (!coded_.empty() || output_pending_) {
            if (!decoded_) decoded_ = stock_.take(BufferStock::kLarge);
            std::size_t written = 0;
            const std::size_t before = coded_.size();
            const Decoder::State state = decoder_->step(coded_, decoded_.get(), BufferStock::kLarge, written);
            if (state == Decoder::State::Bad) throw_body_broken("bad content coding");
            const bool stuck = written == 0 && coded_.size() == before;
            if (stuck && (state == Decoder::State::Output || !coded_.empty()))
                throw_body_broken("bytes behind the end of the content coding");
            output_pending_ = state == Decoder::State::Output;
            coded_state_ = state == Decoder::State::End ? Coded::Complete : Coded::More;
            if (written > 0) return std::string_view(decoded_.get(), written);
        }
        const std::optional<std::string_view> framed = take_framed(buffer);
        if (!framed) return std::nullopt;
        if (framed->empty()) {
            if (coded_state_ == Coded::More) throw_body_broken("the content coding was cut");
            return framed;
        }
        coded_ = *framed;
    }
}

void BodyReader::source_ended() {
    if (framing_ != BodyFraming::UntilClose) throw_body_broken("the connection ended within the body");
    ended_ = true;
}

bool BodyReader::skip_rest(ReadBuffer& buffer) noexcept {
    try {
        while (!ended_ && take_framed(buffer)) continue;
        return ended_;
    } catch (const std::exception&) {
        return false;
    }
}

std::uint64_t BodyReader::direct() const {
    if (ended_ || decoder_) return 0;
    if (framing_ == BodyFraming::Length) return remaining_;
    if (framing_ == BodyFraming::Chunked) return chunks_.remaining();
    return std::numeric_limits<std::uint64_t>::max();
}

void BodyReader::received_directly(std::uint64_t bytes) {
    if (framing_ == BodyFraming::Length) {
        remaining_ -= bytes;
        ended_ = remaining_ == 0;
    } else if (framing_ == BodyFraming::Chunked) {
        chunks_.skip(bytes);
    }
}

void BodyReader::give_back() {
    if (decoded_) stock_.give(std::move(decoded_), BufferStock::kLarge);
}

}    // namespace opusclaw::net
