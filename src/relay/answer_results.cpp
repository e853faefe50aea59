// relay/answer_results.cpp: whole answers only; long ones, as those with images are, on a worker. Where the provider tells no usage, what
// the prompt has is counted here.
#include "relay/answer_results.h"

#include "base/error.h"
#include "dialect/gemini/embeddings.h"
#include "dialect/gemini/images.h"
#include "net/sse.h"
#include "relay/long_work.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{256} << 20;

/// As an answer of its own; where pings began a stream, as the one event of it.
Task<> tell(const Answering& answering, const net::HeaderLines& headers, std::string text) {
    try {
        if (answering.exchange.body_started()) {
            std::string events;
            net::append_sse(events, {}, text);
            net::append_sse(events, {}, "[DONE]");
            const std::string_view pieces[] = {events};
            co_await answering.exchange.finish(pieces);
        } else {
            co_await answering.exchange.respond(200, headers, text);
        }
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;    // billed as if it had read it (spec 04 section 20)
    }
}

}    // namespace

std::string translated_results(const Conversion& conversion, std::string_view body,
                               const ResultFacts& facts) {
    namespace gemini = dialect::gemini;
    if (conversion.kind == Converted::Images) return gemini::encode_image_answer(body, facts.now);
    return gemini::encode_embeddings_answer(
        body,
        {.model = conversion.route.model.name,
         .prompt_tokens = facts.usage.prompt,
         .form = conversion.vectors_as_base64 ? gemini::VectorForm::Base64 : gemini::VectorForm::Numbers});
}

Task<std::optional<Failure>> answer_results(net::Call& call, Answering answering) {
    PaddedBuffer body;
    std::optional<Failure> failure;
    std::optional<dialect::AnswerFacts> facts;
    net::ThreadPool& workers = answering.services.workers;
    try {
        if (!call.try_read_all(body, kLargestAnswer)) co_await call.read_all(body, kLargestAnswer);
        const auto read = [&] { facts = answering.route.form->reader->read_answer(body.view()); };
        if (!try_work(body.size(), read)) co_await finish_work(workers, read);
        if (facts->error) failure = Failure::of_answer(body.view(), 502);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) co_return failure;
    dialect::Usage usage = facts->usage.value_or(dialect::Usage{});
    const bool embeddings = answering.conversion->kind == Converted::Embeddings;
    if (embeddings && !usage.tells_prompt()) {
        const dialect::OutputCounter nothing(answering.route.model.name);
        usage = co_await estimate_usage(answering, usage, nothing);
        answering.trace.note = "上游无计费信息";
    }
    std::string text;
    try {
        const ResultFacts told{.usage = usage, .now = to_unix(answering.services.clock.unix_now())};
        const auto write = [&] { text = translated_results(*answering.conversion, body.view(), told); };
        if (!try_work(body.size(), write)) co_await finish_work(workers, write);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) co_return failure;
    net::HeaderLines headers = answer_headers(answering, call.head().headers);
    headers.remove("Content-Type");
    headers.add("Content-Type", "application/json");
    answering.settler.settle(answering.route, usage, billing::Delivered::Output);
    co_await tell(answering, headers, std::move(text));
    co_return std::nullopt;
}

}    // namespace opusclaw::relay
