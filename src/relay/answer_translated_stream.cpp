// relay/answer_translated_stream.cpp: a stream, event by event: what one payload gives goes out with the slice that completed it; what
// ends the client's stream waits for the bill.
#include <utility>

#include "base/error.h"
#include "dialect/translate.h"
#include "net/sse.h"
#include "relay/answer_translated.h"
#include "relay/chat_shape.h"
#include "relay/conversion.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/stream_bill.h"
#include "relay/stream_reader.h"

namespace opusclaw::relay {
namespace {

// Shorter prompts are counted in passing: the estimator takes some nanoseconds a byte.
constexpr std::size_t kCountedOnLoop = std::size_t{64} << 10;

/// What the first event shows of the prompt until the provider tells (spec 06 section 17.2).
Task<std::int64_t> shown_estimate(const Answering& answering) {
    const RequestForm& form = *answering.facts.form;
    if (!form.shows_estimate || !answering.services.environment.count_token) co_return 0;
    const std::string_view body = answering.request_body.view();
    const auto count = [&] {
        return form.estimate_prompt(answering.facts.model, body, dialect::Counting::Fast);
    };
    std::int64_t tokens = 0;
    try {
        if (body.size() <= kCountedOnLoop) {
            tokens = count();
        } else {
            tokens = co_await answering.services.workers.run(count);
        }
    } catch (const Error&) {
        // Only shown: without it the stream goes on.
    }
    co_return tokens;
}

/// The JSON of the first event in `frames`.
std::string_view first_payload(std::string_view frames) {
    constexpr std::string_view kData = "data: ";
    const std::size_t begin = frames.find(kData);
    if (begin == std::string_view::npos) return {};
    const std::string_view behind = frames.substr(begin + kData.size());
    return behind.substr(0, behind.find("\n\n"));
}

std::size_t count_frames(std::string_view frames) {
    std::size_t count = 0;
    for (std::size_t at = frames.find("\n\n"); at != std::string_view::npos; at = frames.find("\n\n", at + 2))
        ++count;
    return count;
}

/// One stream. Lives in the coroutine of answer_translated_stream().
class TranslatedStream {
public:
    TranslatedStream(net::Call& call, Answering answering, const dialect::Reply& reply)
        : call_(call),
          to_(answering),
          provider_(*answering.route.form->reader),
          client_(*answering.facts.form->reader),
          decoder_(AnswerSource::of(answering), answering.services.environment.stream_line_bytes),
          translation_(answering.conversion->pair, answering.conversion->tools, reply),
          counter_(answering.route.model.name),
          shape_(chat_shape(answering.facts, answering.route)),
          reshaper_(shape_) {
        to_.trace.received = 0;
        to_.trace.stream.emplace();
    }

    Task<std::optional<Failure>> run();

private:
    Task<> pump();
    Task<> read_slice();
    void take(std::string_view payload);
    void take_findings(const dialect::AnswerFindings& findings);
    Task<> send();
    std::string closing_text(bool counted_here);
    void reshape(std::string& text, std::size_t from);
    Task<> close(std::string text);
    StreamStatus& status() { return *to_.trace.stream; }

    net::Call& call_;
    Answering to_;
    const dialect::AnswerReader& provider_;
    const dialect::AnswerReader& client_;
    StreamReader decoder_;
    dialect::StreamTranslation translation_;
    dialect::OutputCounter counter_;
    const dialect::openai_chat::Shape shape_;
    dialect::openai_chat::StreamReshaper reshaper_;
    StreamFindings found_;
    std::string out_;           // for the client, not sent yet
    std::string opening_;       // what the client's format keeps of its first event
    std::size_t frames_ = 0;    // made so far
    bool done_ = false;         // nothing more is read
    bool started_ = false;      // the client's head was prepared
};

Task<std::optional<Failure>> TranslatedStream::run() {
    co_await pump();
    tell_end(to_);
    if (may_bill(to_, found_)) {
        const bool counted_here = co_await complete_usage(to_, found_, counter_);
        settle_stream(to_, found_);    // first: what was delivered is billed, whatever becomes of its end
        co_await close(closing_text(counted_here));
        co_return std::nullopt;
    }
    if (!found_.error) found_.error = no_output();
    if (started_) {
        to_.settler.release();
        co_await close(closing_text(false));
    }
    co_return found_.error;
}

Task<> TranslatedStream::pump() {
    try {
        while (!done_) {
            co_await read_slice();
            co_await send();
        }
    } catch (const Error& error) {
        end_with(to_, error);
    }
}

Task<> TranslatedStream::read_slice() {
    const std::string_view slice = co_await call_.read();
    const auto take_event = [this](const std::optional<net::SseEvent>& event) {
        if (event && event->data && !event->data->empty()) take(*event->data);
        return event.has_value();
    };
    if (slice.empty()) {
        take_event(decoder_.finish());
        status().end(StreamEnd::Eof);
        done_ = true;
        co_return;
    }
    decoder_.feed(slice);
    while (!done_ && take_event(decoder_.next())) {}
    if (decoder_.error() && !done_) {
        take_error(to_, found_, *decoder_.error());
        done_ = true;
    }
}

void TranslatedStream::take(std::string_view payload) {
    const bool marker = payload.starts_with("[DONE]");
    if (!marker) {
        ++to_.trace.received;
        if (!to_.trace.first_output) to_.trace.first_output = to_.services.clock.steady();
    }
    const std::size_t before = out_.size();
    try {
        const auto read = marker ? std::nullopt
                                 : read_payload(to_.route, payload, provider::Payload::StreamEvent);
        if (read) payload = *read;
        take_findings(translation_.feed(marker ? std::string_view("[DONE]") : payload, counter_, out_));
    } catch (const Error& error) {
        // Formats without a marker of that kind cannot read it.
        if (!marker && provider_.broken_payload == dialect::BrokenPayload::EndsTheStream) {
            found_.error = Failure::of(error, Language::English);
            stop_with(to_, error.what());
            done_ = true;
        } else if (!marker) {
            note_fault(to_, error.what());
        }
    }
    reshape(out_, before);
    const std::string_view made = std::string_view(out_).substr(before);
    if (frames_ == 0 && !made.empty()) opening_ = client_.keep_opening(first_payload(made));
    frames_ += count_frames(made);
    if (!marker || done_) return;
    status().end(StreamEnd::Done);
    done_ = true;
}

void TranslatedStream::take_findings(const dialect::AnswerFindings& findings) {
    found_.output = found_.output || findings.output;
    found_.answer_without_output = found_.answer_without_output || findings.answer_without_output;
    found_.finished = findings.finished;
    found_.media += findings.media;
    if (!findings.reject_reason.empty()) found_.reject_reason = findings.reject_reason;
    if (findings.usage && (findings.usage->tells_prompt() || findings.usage->completion > 0))
        found_.usage = findings.usage;
    if (findings.error) {
        found_.error.emplace();
        found_.error->client = *findings.error;
        found_.error->client.status = provider::status_of_code(*to_.route.provider, findings.error->code,
                                                               findings.error->status);
        found_.error->detail = findings.error->message;
        stop_with(to_, findings.error->message);
        done_ = true;
    } else if (findings.ended) {
        found_.ended = true;
        status().end(StreamEnd::Done);
        done_ = true;
    }
}

/// Our own members are the exact ones: only thoughts have to move.
void TranslatedStream::reshape(std::string& text, std::size_t from) {
    if (shape_.thinking_to_content && from < text.size())
        text.replace(from, std::string::npos, reshaper_.frames(std::string_view(text).substr(from)));
}

Task<> TranslatedStream::send() {
    if (out_.empty()) co_return;
    if (!std::exchange(started_, true))
        to_.exchange.start_stream(200, stream_headers(to_, call_.head().headers));
    const std::string_view pieces[] = {out_};
    co_await to_.exchange.write(pieces);
    out_.clear();
}

/// The end of the client's stream: an error event where the provider's broke off, else what its format ends with.
std::string TranslatedStream::closing_text(bool counted_here) {
    name_break(to_, found_);
    std::string text = std::exchange(out_, {});
    const std::size_t before = text.size();
    const bool recounted = found_.usage && to_.route.provider->tells_cost;
    if (counted_here || recounted) translation_.report(to_.settler.counted(to_.route, *found_.usage), text);
    if (found_.error) {
        if (translation_.fail(found_.error->client, text)) return text;
        return text + client_.end_stream({.opening = opening_,
                                          .payloads = frames_,
                                          .error = &found_.error->client,
                                          .request_id = to_.trace.request_id});
    }
    translation_.finish(text);
    reshape(text, before);
    return text;
}

Task<> TranslatedStream::close(std::string text) {
    try {
        out_ = std::move(text);
        if (!started_) co_await send();
        const std::string_view pieces[] = {out_};
        co_await to_.exchange.finish(pieces);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;
    }
}

}    // namespace

Task<std::optional<Failure>> answer_translated_stream(net::Call& call, Answering answering) {
    dialect::Reply reply = reply_of(answering);
    reply.estimated_prompt = co_await shown_estimate(answering);
    TranslatedStream stream(call, answering, reply);
    co_return co_await stream.run();
}

}    // namespace opusclaw::relay
