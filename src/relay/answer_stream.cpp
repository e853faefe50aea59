// relay/answer_stream.cpp: forwards events as they come, in the provider's own bytes wherever nothing has to change; decides the
// bill before the end goes out.
#include "relay/answer_stream.h"

#include <list>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "net/sse.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

using dialect::ChunkFacts;

Failure interrupted() {
    Failure failure;
    failure.client.status = 500;
    failure.client.code = "do_request_failed";
    failure.client.message = "upstream stream interrupted: received prompt tokens but no completion output";
    return failure;
}

/// One stream. Lives in the coroutine of answer_stream().
class StreamAnswer {
public:
    StreamAnswer(net::Call& call, Answering answering)
        : call_(call),
          to_(answering),
          reader_(*answering.facts.form->reader),
          decoder_(answering.services.environment.stream_line_bytes),
          counter_(to_.route.model.name) {
        to_.trace.received = 0;
        to_.trace.stream.emplace();
    }

    Task<std::optional<Failure>> run();

private:
    Task<> pump();
    Task<> read_slice();
    void take(const net::SseEvent& event);
    void take_payload(const net::SseEvent& event, const ChunkFacts& facts);
    void forward(std::string_view bytes);
    void forward_copy(std::string bytes);
    void forward_event(const net::SseEvent& event, std::string_view name);
    Task<> send();
    Task<> bill();
    Task<> close();
    std::string closing_text();
    bool may_bill() const;
    StreamStatus& status() { return *to_.trace.stream; }

    net::Call& call_;
    Answering to_;
    const dialect::AnswerReader& reader_;
    net::SseDecoder decoder_;
    dialect::OutputCounter counter_;
    std::string_view slice_;
    std::vector<std::string_view> pieces_;
    std::list<std::string> own_;    // bytes of pieces that are not in the slice
    std::optional<dialect::Usage> usage_;
    std::string opening_;     // what the reader keeps of the first payload
    std::string terminal_;    // the event that ends the stream: sent when the bill is on record
    std::optional<Failure> upstream_error_;    // an error event instead of a chunk
    bool opened_ = false;                      // a payload was taken
    bool usage_forwarded_ = false;
    bool output_ = false;
    bool answer_without_output_ = false;
    bool finished_ = false;    // a finish_reason was seen
    bool done_ = false;        // nothing more is read
    bool started_ = false;     // the client's head was prepared
};

Task<std::optional<Failure>> StreamAnswer::run() {
    co_await pump();
    log::debug("{}", status().log_line(to_.trace.received));
    if (may_bill()) {
        co_await bill();
        co_await close();
        co_return std::nullopt;
    }
    if (!upstream_error_) upstream_error_ = interrupted();
    if (started_) {
        to_.settler.release();
        co_await close();
    }
    co_return upstream_error_;
}

/// Reads until [DONE], the end of the body or a fault; every complete event goes out with the slice that completed it.
Task<> StreamAnswer::pump() {
    try {
        while (!done_) {
            co_await read_slice();
            co_await send();
        }
    } catch (const Error& error) {
        const bool timed_out = error.kind == ErrorKind::UpstreamTimeout;
        const bool gone = error.kind == ErrorKind::ClientGone || to_.exchange.client_gone();
        status().end(gone        ? StreamEnd::ClientGone
                     : timed_out ? StreamEnd::Timeout
                                 : StreamEnd::ScannerError,
                     error.what());
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
        take_payload(event, reader_.read_chunk(*event.data, counter_));
    } catch (const Error& error) {
        status().soft_error(error.what());    // a chunk that is no JSON is skipped (spec 06 section 16.3)
    }
}

void StreamAnswer::take_payload(const net::SseEvent& event, const ChunkFacts& facts) {
    const bool unwanted = reader_.without_usage != nullptr && !to_.facts.wants_usage;
    // May throw: a chunk that is left out counts for nothing.
    std::string bare;
    if (facts.usage_beside_choices && unwanted) bare = reader_.without_usage(*event.data);
    output_ = output_ || facts.output;
    // A failed answer that brought output is sent on and billed by what it tells.
    if (facts.error && !(facts.terminal && output_)) {
        upstream_error_ = Failure::of_answer(facts.error_body.empty() ? *event.data : facts.error_body, 502);
        status().end(StreamEnd::HandlerStop, upstream_error_->client.message);
        done_ = true;
        return;
    }
    if (!std::exchange(opened_, true)) opening_ = reader_.keep_opening(*event.data);
    answer_without_output_ = answer_without_output_ || facts.answer_without_output;
    finished_ = finished_ || facts.finished;
    if (facts.usage && !facts.usage->empty()) usage_ = facts.usage;
    if (facts.terminal) {
        net::append_sse(terminal_, facts.name, *event.data);
        status().end(facts.error ? StreamEnd::HandlerStop : StreamEnd::Done);
        done_ = true;
        return;
    }
    if (facts.usage_only && unwanted) return;
    if (!bare.empty()) {
        std::string event_text;
        net::append_sse(event_text, {}, bare);
        forward_copy(std::move(event_text));
        return;
    }
    usage_forwarded_ = usage_forwarded_ || (facts.usage && !facts.usage->empty());
    forward_event(event, facts.name);
}

/// In the provider's own bytes where they are framed as the client's dialect frames them.
void StreamAnswer::forward_event(const net::SseEvent& event, std::string_view name) {
    const bool named = reader_.framing == dialect::Framing::NamedEvents && !name.empty();
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
        net::HeaderLines headers = answer_headers(to_, call_.head().headers);
        headers.remove("Content-Type");
        headers.remove("Cache-Control");
        headers.add("Content-Type", "text/event-stream")
            .add("Cache-Control", "no-cache")
            .add("X-Accel-Buffering", "no");
        to_.exchange.start_stream(200, headers);
    }
    co_await to_.exchange.write(pieces_);
    pieces_.clear();
    own_.clear();
}

/// Spec 05 section 7.3.
bool StreamAnswer::may_bill() const {
    if (output_) return true;
    if (upstream_error_) return false;
    if (answer_without_output_) return true;
    const bool clean = reader_.clean_end == dialect::CleanEnd::IsNormal &&
                       normal_end(to_.trace.stream->reason());
    const bool ended = finished_ || clean;
    return ended && usage_ && usage_->completion > 0;
}

Task<> StreamAnswer::bill() {
    dialect::Usage usage = usage_.value_or(dialect::Usage{});
    const bool each = reader_.estimated_figures == dialect::EstimatedFigures::EachThatIsMissing;
    const bool missing = usage.empty() || (each && (usage.completion == 0 || usage.prompt == 0));
    if (output_ && missing) {
        usage = co_await estimate_usage(to_, usage, counter_);
        usage_ = usage;
    } else if (!output_ && usage.empty()) {
        to_.trace.note = "上游没有返回计费信息，无法扣费（可能是上游超时）";
    }
    to_.settler.settle(to_.route, usage, output_ ? billing::Delivered::Output : billing::Delivered::Nothing);
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
    const bool clean = reader_.clean_end == dialect::CleanEnd::IsNormal && normal_end(status().reason());
    if (!clean && !finished_ && terminal_.empty() && !upstream_error_) {
        upstream_error_ = interrupted();
        upstream_error_->client.code = "upstream_stream_interrupted";
        upstream_error_->client.message = "upstream stream interrupted";
    }
    dialect::StreamEnding ending{
        .opening = opening_, .payloads = to_.trace.received, .request_id = to_.trace.request_id};
    if (upstream_error_) {
        const std::string_view secrets[] = {to_.route.key};
        mask(*upstream_error_, secrets);
        ending.error = &upstream_error_->client;
    } else if (to_.facts.wants_usage && usage_ && !usage_forwarded_) {
        ending.owed_usage = &*usage_;
    }
    return (ending.error == nullptr ? terminal_ : std::string()) + reader_.end_stream(ending);
}

}    // namespace

Task<std::optional<Failure>> answer_stream(net::Call& call, Answering answering) {
    StreamAnswer stream(call, answering);
    co_return co_await stream.run();
}

}    // namespace opusclaw::relay
