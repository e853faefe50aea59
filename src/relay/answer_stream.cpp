// relay/answer_stream.cpp: forwards events as they come, in the provider's own bytes wherever nothing has to change; decides the
// bill before the end goes out.
#include "relay/answer_stream.h"

#include <list>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/sse.h"
#include "relay/chat_shape.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/stream_bill.h"
#include "relay/stream_reader.h"

namespace opusclaw::relay {
namespace {

using dialect::ChunkFacts;

/// One stream. Lives in the coroutine of answer_stream().
class StreamAnswer {
public:
    StreamAnswer(net::Call& call, Answering answering)
        : call_(call),
          to_(answering),
          reader_(*answering.facts.form->reader),
          raw_(passes_body_on(answering.route, answering.facts, answering.settings)),
          decoder_(AnswerSource::of(answering), answering.services.environment.stream_line_bytes),
          counter_(to_.route.model.name),
          shape_(chat_shape(answering.facts, answering.route)),
          reshaper_(shape_) {
        to_.trace.received = 0;
        to_.trace.stream.emplace();
    }

    Task<std::optional<Failure>> run();

private:
    Task<> pump();
    Task<> read_slice();
    void take(const net::SseEvent& event);
    void take_normal(const net::SseEvent& event);
    void take_payload(const net::SseEvent& event, const ChunkFacts& facts);
    void forward(std::string_view bytes);
    void forward_copy(std::string bytes);
    void forward_event(const net::SseEvent& event, std::string_view name);
    Task<> send();
    void remember(const dialect::Usage& usage);
    Task<> close();
    std::string closing_text();
    bool named() const { return reader_.framing == dialect::Framing::NamedEvents; }
    StreamStatus& status() { return *to_.trace.stream; }

    net::Call& call_;
    Answering to_;
    const dialect::AnswerReader& reader_;
    const bool raw_;    // the request went as it came, and so does the answer
    StreamReader decoder_;
    dialect::OutputCounter counter_;
    const dialect::openai_chat::Shape shape_;
    dialect::openai_chat::StreamReshaper reshaper_;
    std::string_view slice_;
    std::vector<std::string_view> pieces_;
    std::list<std::string> own_;    // bytes of pieces that are not in the slice
    StreamFindings found_;
    std::string opening_;     // what the reader keeps of the first payload
    std::string terminal_;    // the event that ends the stream: sent when the bill is on record
    bool opened_ = false;     // a payload was taken
    bool usage_forwarded_ = false;
    bool done_ = false;       // nothing more is read
    bool started_ = false;    // the client's head was prepared
};

Task<std::optional<Failure>> StreamAnswer::run() {
    co_await pump();
    tell_end(to_);
    if (may_bill(to_, found_)) {
        co_await complete_usage(to_, found_, counter_);
        settle_stream(to_, found_);
        co_await close();
        co_return std::nullopt;
    }
    if (!found_.error) found_.error = no_output();
    if (started_) {
        to_.settler.release();
        co_await close();
    }
    co_return found_.error;
}

/// Reads until [DONE], the end of the body or a fault; every complete event goes out with the slice that completed it.
Task<> StreamAnswer::pump() {
    try {
        while (!done_) {
            co_await read_slice();
            co_await send();
        }
    } catch (const Error& error) {
        end_with(to_, error);
    }
}

Task<> StreamAnswer::read_slice() {
    slice_ = co_await call_.read();
    if (slice_.empty()) {
        if (const auto rest = decoder_.finish()) take(*rest);
        status().end(StreamEnd::Eof);
        done_ = true;
        co_return;
    }
    decoder_.feed(slice_);
    while (!done_) {
        const auto event = decoder_.next();
        if (!event) break;
        take(*event);
    }
    if (decoder_.error() && !done_) {
        take_error(to_, found_, *decoder_.error());
        done_ = true;
    }
}

void StreamAnswer::take(const net::SseEvent& event) {
    if (!event.data || event.data->empty()) return;
    if (event.data->starts_with("[DONE]")) {
        status().end(StreamEnd::Done);
        done_ = true;
        return;
    }
    ++to_.trace.received;
    if (!to_.trace.first_output) to_.trace.first_output = to_.services.clock.steady();
    try {
        take_normal(event);
    } catch (const Error& error) {
        if (reader_.broken_payload == dialect::BrokenPayload::IsSkipped) return note_fault(to_, error.what());
        found_.error = Failure::of(error, Language::English);
        stop_with(to_, error.what());
        done_ = true;
    }
}

/// The event as its provider's row has it: what is shown of it, and what it is billed by.
void StreamAnswer::take_normal(const net::SseEvent& event) {
    const auto shown = shown_payload(to_.route, *event.data, provider::Payload::StreamEvent);
    const std::string_view payload = shown ? std::string_view(*shown) : *event.data;
    ChunkFacts facts = reader_.read_chunk(payload, counter_);
    if (facts.usage || facts.finished)
        find_usage(to_.route, payload, provider::Payload::StreamEvent, facts.usage);
    if (!shown || raw_) return take_payload(event, facts);
    net::SseEvent changed = event;
    changed.data = payload;
    changed.raw = {};
    take_payload(changed, facts);
}

void StreamAnswer::remember(const dialect::Usage& usage) {
    if (reader_.usage_of_stream == dialect::UsageOfStream::EachFigureOverwrites) {
        if (!found_.usage) found_.usage.emplace();
        found_.usage->take_later(usage);
    } else if (!usage.empty()) {
        found_.usage = usage;
    }
}

void StreamAnswer::take_payload(const net::SseEvent& event, const ChunkFacts& facts) {
    const bool unwanted = reader_.without_usage != nullptr && !to_.facts.wants_usage;
    // May throw: a chunk that is left out counts for nothing.
    std::string bare;
    if (facts.usage_beside_choices && unwanted) bare = reader_.without_usage(*event.data);
    found_.output = found_.output || facts.output;
    // A failed answer that brought output is sent on and billed by what it tells.
    if (facts.error) {
        Failure failure = error_inside(to_.route, facts.error_body.empty() ? *event.data : facts.error_body);
        stop_with(to_, failure.client.message);
        done_ = true;
        if (!facts.terminal || !found_.output) {
            found_.error = std::move(failure);
            return;
        }
    }
    if (!std::exchange(opened_, true)) opening_ = reader_.keep_opening(*event.data);
    found_.answer_without_output = found_.answer_without_output || facts.answer_without_output;
    found_.finished = found_.finished || facts.finished;
    found_.media += facts.media;
    if (!facts.reject_reason.empty()) found_.reject_reason = facts.reject_reason;
    if (facts.usage) {
        remember(*facts.usage);
        if (reader_.complete_usage != nullptr && !raw_)
            bare = reader_.complete_usage(*event.data, *found_.usage);
    }
    if (facts.terminal) {
        found_.ended = true;
        net::append_sse(terminal_, facts.name, *event.data);
        status().end(StreamEnd::Done);
        done_ = true;
        return;
    }
    if (facts.usage_only && unwanted) return;
    if (shape_.changes()) {
        usage_forwarded_ = usage_forwarded_ || (bare.empty() && facts.usage && !facts.usage->empty());
        std::string frames;
        reshaper_.payload(bare.empty() ? *event.data : std::string_view(bare), frames);
        return forward_copy(std::move(frames));
    }
    if (!bare.empty()) {
        std::string event_text;
        net::append_sse(event_text, named() ? facts.name : std::string_view(), bare);
        forward_copy(std::move(event_text));
        return;
    }
    usage_forwarded_ = usage_forwarded_ || (facts.usage && !facts.usage->empty());
    forward_event(event, facts.name);
}

/// In the provider's own bytes where they are framed as the client's dialect frames them.
void StreamAnswer::forward_event(const net::SseEvent& event, std::string_view name) {
    const bool named = this->named() && !name.empty();
    constexpr std::size_t kDataFrame = 8,
                          kNameFrame = 8;    // "data: " with a blank line; "event: " with a line end
    const std::size_t frame = named ? name.size() + kNameFrame + kDataFrame : kDataFrame;
    const bool plain = event.raw.size() == event.data->size() + frame && event.raw.ends_with("\n\n") &&
                       event.raw.starts_with(named ? "event: " : "data: ") && (!named || event.event == name);
    if (plain) {
        forward(event.raw);
        return;
    }
    std::string event_text;
    net::append_sse(event_text, named ? name : std::string_view(), *event.data);
    forward_copy(std::move(event_text));
}

/// Neighbours in the slice become one piece; what is not in the slice is copied, for it may change with the next event.
void StreamAnswer::forward(std::string_view bytes) {
    const bool in_slice = bytes.data() >= slice_.data() &&
                          bytes.data() + bytes.size() <= slice_.data() + slice_.size();
    if (!in_slice) {
        forward_copy(std::string(bytes));
        return;
    }
    if (!pieces_.empty() && pieces_.back().data() + pieces_.back().size() == bytes.data()) {
        pieces_.back() = {pieces_.back().data(), pieces_.back().size() + bytes.size()};
        return;
    }
    pieces_.push_back(bytes);
}

void StreamAnswer::forward_copy(std::string bytes) {
    own_.push_back(std::move(bytes));
    pieces_.push_back(own_.back());
}

Task<> StreamAnswer::send() {
    if (pieces_.empty()) co_return;
    if (!started_) {
        started_ = true;
        to_.exchange.start_stream(200, stream_headers(to_, call_.head().headers));
    }
    co_await to_.exchange.write(pieces_);
    pieces_.clear();
    own_.clear();
}

/// The end of the client's stream: an error event where the provider's stream broke off, a usage chunk where one is owed, [DONE].
Task<> StreamAnswer::close() {
    const std::string text = closing_text();
    if (!text.empty()) forward_copy(text);
    try {
        if (!started_) co_await send();
        co_await to_.exchange.finish(pieces_);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;
    }
}

std::string StreamAnswer::closing_text() {
    name_break(to_, found_);
    dialect::StreamEnding ending{
        .opening = opening_, .payloads = to_.trace.received, .request_id = to_.trace.request_id};
    ending.has_terminal = !terminal_.empty();
    if (found_.error) {
        ending.error = &found_.error->client;
    } else if (to_.facts.wants_usage && found_.usage && !usage_forwarded_) {
        ending.owed_usage = &*found_.usage;
    }
    return (ending.error == nullptr ? terminal_ : std::string()) + reader_.end_stream(ending);
}

}    // namespace

Task<std::optional<Failure>> answer_stream(net::Call& call, const Answering& answering) {
    StreamAnswer stream(call, answering);
    co_return co_await stream.run();
}

}    // namespace opusclaw::relay
