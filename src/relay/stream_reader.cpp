// relay/stream_reader.cpp: text goes straight through; a binary message becomes an event with the payload that the protocol read.
#include "relay/stream_reader.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace opusclaw::relay {

AnswerSource AnswerSource::of(const Answering& answering) {
    return {.protocol = answering.route.provider->protocol,
            .request_id = answering.trace.request_id,
            .model = std::string(answering.route.model.name),
            .created = to_unix(answering.services.clock.unix_now())};
}

void AnswerSource::restore(PaddedBuffer& body) const {
    if (protocol == nullptr || protocol->whole_answer == nullptr) return;
    body = PaddedBuffer(protocol->whole_answer(body.view(), reply()));
}

bool AnswerSource::is_binary_stream(const net::ResponseHead& head) const {
    constexpr std::string_view kType = "application/vnd.amazon.eventstream";
    if (protocol == nullptr || protocol->read_message == nullptr) return false;
    const auto type = head.headers.find("Content-Type");
    return type && text::iequals(type->substr(0, kType.size()), kType);
}

StreamReader::StreamReader(AnswerSource source, std::size_t largest_event)
    : source_(std::move(source)), text_(largest_event) {
    if (source_.protocol != nullptr && source_.protocol->read_message != nullptr) binary_.emplace();
}

void StreamReader::feed(std::string_view slice) {
    if (binary_) {
        binary_->feed(slice);
    } else {
        text_.feed(slice);
    }
}

std::optional<net::SseEvent> StreamReader::next() { return binary_ ? next_message() : text_.next(); }

std::optional<net::SseEvent> StreamReader::finish() {
    if (!binary_) return text_.finish();
    if (!binary_->clean() && !error_)
        throw_error(ErrorKind::UpstreamBroken, "bad_event_stream", "the upstream sent a broken event stream",
                    "the stream ends within a message");
    return std::nullopt;
}

std::optional<net::SseEvent> StreamReader::next_message() {
    while (!error_) {
        const auto message = binary_->next();
        if (!message) return std::nullopt;
        provider::StreamPiece piece = source_.protocol->read_message(
            {.message_type = message->text(":message-type"),
             .event_type = message->text(":event-type"),
             .exception_type = message->text(":exception-type"),
             .error_code = message->text(":error-code"),
             .error_message = message->text(":error-message"),
             .payload = message->payload},
            source_.reply(), state_);
        error_ = std::move(piece.error);
        if (error_ || piece.payload.empty()) continue;
        payload_ = std::move(piece.payload);
        net::SseEvent event;
        event.data = payload_;
        return event;
    }
    return std::nullopt;
}

}    // namespace opusclaw::relay
