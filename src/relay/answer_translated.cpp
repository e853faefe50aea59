// relay/answer_translated.cpp: whole answers. Long ones are translated on a worker. A provider that streams unasked is read to its end.
#include "relay/answer_translated.h"

#include <utility>

#include "base/error.h"
#include "dialect/translate.h"
#include "net/sse.h"
#include "relay/chat_shape.h"
#include "relay/conversion.h"
#include "relay/long_work.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/stream_reader.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{256} << 20;

Failure provider_error(const Route& route, const dialect::ClientError& error) {
    Failure failure;
    failure.client = error;
    failure.client.status = provider::status_of_code(*route.provider, error.code, error.status);
    failure.detail = error.message;
    return failure;
}

/// The reply that the events of a whole body make. Throws Error(UpstreamBroken) for a stream that broke off.
dialect::chat::Response collected(const Answering& answering, std::string_view body) {
    const dialect::AnswerReader& provider = *answering.route.form->reader;
    dialect::StreamCollection collection(answering.conversion->pair);
    net::SseDecoder decoder(answering.services.environment.stream_line_bytes);
    const auto take = [&](const std::optional<net::SseEvent>& event) {
        if (!event || !event->data || event->data->empty()) return event.has_value();
        try {
            const auto read = read_payload(answering.route, *event->data, provider::Payload::StreamEvent);
            collection.feed(read ? std::string_view(*read) : *event->data);
        } catch (const Error&) {
            if (provider.broken_payload == dialect::BrokenPayload::EndsTheStream) throw;
        }
        return true;
    };
    decoder.feed(body);
    while (take(decoder.next())) {}
    take(decoder.finish());
    dialect::chat::Response reply = collection.take();
    if (!collection.complete() && !reply.error && provider.clean_end == dialect::CleanEnd::IsBroken)
        throw_error(ErrorKind::UpstreamBroken, "upstream_stream_interrupted", "upstream stream interrupted");
    return reply;
}

/// One whole answer on its way. Lives in the coroutine of answer_translated().
class WholeTranslation {
public:
    WholeTranslation(net::Call& call, Answering answering)
        : call_(call), to_(answering), counter_(answering.route.model.name, dialect::Counting::Exact) {}

    Task<std::optional<Failure>> run();

private:
    Task<> read();
    Task<> settle(const dialect::AnswerFindings& found);
    void write_blocked(const dialect::ClientError& error);

    net::Call& call_;
    Answering to_;
    dialect::OutputCounter counter_;
    PaddedBuffer body_;
    std::optional<dialect::AnswerTranslation> translation_;
    std::string text_;    // what the client reads
    int status_ = 200;
};

Task<> WholeTranslation::read() {
    if (!call_.try_read_all(body_, kLargestAnswer)) co_await call_.read_all(body_, kLargestAnswer);
    AnswerSource::of(to_).restore(body_);
    const auto decode = [this] {
        const dialect::Pair& pair = to_.conversion->pair;
        if (is_event_stream(call_.head())) {
            translation_.emplace(pair, collected(to_, body_.view()), counter_);
        } else {
            if (const auto read = read_payload(to_.route, body_.view(), provider::Payload::WholeBody))
                body_ = PaddedBuffer(*read);
            translation_.emplace(pair, body_.view(), counter_);
        }
    };
    if (!try_work(body_.size(), decode)) co_await finish_work(to_.services.workers, decode);
}

Task<> WholeTranslation::settle(const dialect::AnswerFindings& found) {
    const WholeAnswer whole{found.usage, found.output, found.answer_without_output, found.reject_reason};
    dialect::Usage usage = reported_usage(to_, whole);
    note_refusal(to_, whole);
    if (lacks_usage(whole)) {
        usage = co_await estimate_usage(to_, usage, counter_);
        translation_->show_usage(usage);
    } else if (found.usage) {    // also where nothing of it is billed (spec 05 section 7.6)
        translation_->show_usage(to_.settler.counted(to_.route, *found.usage));
    }
    // What may throw comes before the bill: nobody pays for an answer that could not be sent.
    if (!found.error) {
        const auto encode = [this] {
            text_ = translation_->write(to_.conversion->tools, reply_of(to_));
            const auto shape = chat_shape(to_.facts, to_.route);
            if (shape.thinking_to_content) text_ = dialect::openai_chat::reshaped_reply(text_, shape);
        };
        if (!try_work(body_.size(), encode)) co_await finish_work(to_.services.workers, encode);
    } else {
        write_blocked(*found.error);
    }
    to_.settler.settle(to_.route, usage,
                       found.output ? billing::Delivered::Output : billing::Delivered::Nothing);
}

/// A prompt that the provider blocked: an error for the client, which is the answer all the same (spec 06 section 15.2).
void WholeTranslation::write_blocked(const dialect::ClientError& error) {
    Failure failure = provider_error(to_.route, error);
    const std::string_view secrets[] = {to_.route.key, to_.trace.access_token};
    mask(failure, secrets);
    status_ = failure.client.status = final_status(mapped_status(*to_.route.channel, error.status));
    text_ = dialect::render_error(to_.facts.form->dialect, failure.client, to_.trace.request_id);
    if (!translation_->findings().usage) to_.trace.note = kNothingTold;
}

Task<std::optional<Failure>> WholeTranslation::run() {
    std::optional<Failure> failure;
    try {
        co_await read();
        const dialect::AnswerFindings& found = translation_->findings();
        if (found.error && !found.answer_without_output) failure = provider_error(to_.route, *found.error);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) co_return failure;
    net::HeaderLines headers = answer_headers(to_, call_.head().headers);
    headers.remove("Content-Type");
    headers.add("Content-Type", "application/json");
    co_await settle(translation_->findings());
    try {
        co_await to_.exchange.respond(status_, headers, text_);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;    // billed as if it had read it (spec 04 section 20)
    }
    co_return std::nullopt;
}

}    // namespace

dialect::Reply reply_of(const Answering& answering) {
    return {.request_id = answering.trace.request_id,
            .model = std::string(answering.route.model.name),
            .created = to_unix(answering.services.clock.unix_now()),
            .include_usage = answering.facts.wants_usage,
            .include_thoughts = answering.conversion->include_thoughts,
            .shown_request = answering.conversion->shown_request};
}

Task<std::optional<Failure>> answer_translated(net::Call& call, Answering answering) {
    WholeTranslation whole(call, answering);
    co_return co_await whole.run();
}

}    // namespace opusclaw::relay
