// relay/answer_embeddings.cpp: whole answers only. The provider tells no usage; what the prompt has is counted here.
#include "relay/answer_embeddings.h"

#include "base/error.h"
#include "dialect/gemini/embeddings.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kLargestAnswer = std::size_t{256} << 20;

}    // namespace

std::string translated_embeddings(const Conversion& conversion, std::string_view body,
                                  const dialect::Usage& usage) {
    return dialect::gemini::encode_embeddings_answer(
        body, {.model = conversion.route.model.name,
               .prompt_tokens = usage.prompt,
               .form = conversion.vectors_as_base64 ? dialect::gemini::VectorForm::Base64
                                                    : dialect::gemini::VectorForm::Numbers});
}

Task<std::optional<Failure>> answer_embeddings(net::Call& call, Answering answering) {
    PaddedBuffer body;
    std::optional<Failure> failure;
    std::optional<dialect::AnswerFacts> facts;
    try {
        if (!call.try_read_all(body, kLargestAnswer)) co_await call.read_all(body, kLargestAnswer);
        facts = answering.route.form->reader->read_answer(body.view());
        if (facts->error) failure = Failure::of_answer(body.view(), 502);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) co_return failure;
    dialect::Usage usage = facts->usage.value_or(dialect::Usage{});
    if (!usage.tells_prompt()) {
        const dialect::OutputCounter nothing(answering.route.model.name);
        usage = co_await estimate_usage(answering, usage, nothing);
        answering.trace.note = "上游无计费信息";
    }
    std::string text;
    try {
        text = translated_embeddings(*answering.conversion, body.view(), usage);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) co_return failure;
    net::HeaderLines headers = answer_headers(answering, call.head().headers);
    headers.remove("Content-Type");
    headers.add("Content-Type", "application/json");
    answering.settler.settle(answering.route, usage, billing::Delivered::Output);
    try {
        co_await answering.exchange.respond(call.head().status, headers, text);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;    // billed as if it had read it (spec 04 section 20)
    }
    co_return std::nullopt;
}

}    // namespace opusclaw::relay
