// relay/answer.cpp: what full and streamed answers share: headers, error answers, missing usage; and the full answer.
#include "relay/answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/peek.h"
#include "base/json/splice.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "relay/answer_results.h"
#include "relay/answer_stream.h"
#include "relay/answer_translated.h"
#include "relay/chat_shape.h"
#include "relay/fixed_headers.h"
#include "relay/long_work.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/stream_reader.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kLargestError = std::size_t{1} << 20;
constexpr std::size_t kLargestAnswer = std::size_t{256} << 20;
// Texts of more bytes are counted on a worker: a tokenizer takes ten times as long as the estimator, without blanks a hundred.
constexpr std::size_t kExactOnLoop = std::size_t{4} << 10, kFastOnLoop = std::size_t{64} << 10;

/// Headers that say what SDKs read and tell nothing of the operator's account.
bool passes(std::string_view name) {
    constexpr std::array<std::string_view, 8> kNames = {
        "content-type",   "x-request-id",   "request-id",    "retry-after",
        "retry-after-ms", "x-should-retry", "cache-control", "content-disposition"};
    constexpr std::array<std::string_view, 3> kHidden = {"openai-organization", "openai-project",
                                                         "anthropic-organization-id"};
    constexpr std::array<std::string_view, 3> kFamilies = {"openai-", "anthropic-", "x-ratelimit-"};
    const auto is = [name](std::string_view other) { return text::iequals(name, other); };
    const auto begins = [name](std::string_view family) {
        return text::iequals(name.substr(0, family.size()), family);
    };
    if (std::ranges::any_of(kHidden, is)) return false;
    return std::ranges::any_of(kNames, is) || std::ranges::any_of(kFamilies, begins);
}

Task<std::string> error_body(net::Call& call) {
    std::string body;
    try {
        while (body.size() < kLargestError) {
            const std::string_view piece = co_await call.read();
            if (piece.empty()) break;
            body.append(piece);
        }
    } catch (const Error&) {
        // What was read so far tells more than that the rest is missing.
    }
    co_return body;
}

Failure failure_of(const Answering& answering, const net::ResponseHead& head, int status,
                   std::string_view body) {
    Failure failure = Failure::of_answer(body, status);
    const provider::Protocol* const protocol = answering.route.provider->protocol;
    if (protocol == nullptr || protocol->read_error == nullptr) return failure;
    failure.client = protocol->read_error({.status = status,
                                           .body = body,
                                           .error_type = head.headers.find("x-amzn-errortype").value_or(""),
                                           .stream = answering.facts.stream});
    return failure;
}

Task<Failure> error_answer(net::Call& call, const Answering& answering) {
    const std::string body = co_await error_body(call);
    co_return failure_of(answering, call.head(), call.head().status, body);
}

std::string spliced_usage(const PaddedBuffer& body, const std::string& usage) {
    constexpr std::array<std::string_view, 1> kUsage = {"usage"};
    const json::PeekResult peeked = json::peek(body, kUsage);
    json::Splice splice(peeked);
    if (peeked.find(0) != nullptr) {
        splice.replace(*peeked.find(0), usage);
    } else {
        splice.add("usage", usage);
    }
    return splice.str();
}

/// The same body with its usage member replaced or added. A provider may have written it twice: then the tree makes one of them.
/// Empty: the body is malformed where nobody has looked, and goes out as it came.
std::string with_usage(const PaddedBuffer& body, const dialect::Usage& usage) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("prompt_tokens", usage.prompt).member("completion_tokens", usage.completion);
    writer.member("total_tokens", usage.total).end_object();
    try {
        return spliced_usage(body, text);
    } catch (const Error& error) {
        if (error.code != "duplicate_key") return {};
    }
    try {
        json::Node answer = json::Node::parse(body.view());
        answer.set("usage", json::Node::parse(text));
        return answer.str();
    } catch (const Error&) {
        return {};
    }
}

/// The body in the shape that the channel wants.
Task<std::string> shaped(const Answering& answering, std::string_view body,
                         dialect::openai_chat::Shape shape) {
    constexpr std::size_t kShapedOnLoop = std::size_t{64} << 10;
    std::string text;
    const auto work = [&] { text = dialect::openai_chat::reshaped_reply(body, shape); };
    if (body.size() <= kShapedOnLoop) {
        work();
    } else {
        co_await finish_work(answering.services.workers, work);
    }
    co_return text;
}

Task<std::optional<Failure>> answer_full(net::Call& call, Answering answering) {
    PaddedBuffer body;
    std::optional<Failure> failure;
    std::optional<dialect::AnswerFacts> facts;
    const dialect::AnswerReader& reader = *answering.facts.form->reader;
    try {
        if (!call.try_read_all(body, kLargestAnswer)) co_await call.read_all(body, kLargestAnswer);
        AnswerSource::of(answering).restore(body);
        auto shown = shown_payload(answering.route, body.view(), provider::Payload::WholeBody);
        if (shown) body = PaddedBuffer(*shown);
        facts = reader.read_answer(body.view());
        if (facts->error) failure = error_inside(answering.route, body.view());
        if (facts->timings || answering.route.provider->billed_answers == provider::BilledAnswers::All)
            find_usage(answering.route, body.view(), provider::Payload::WholeBody, facts->usage);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) co_return failure;

    const auto delivered = facts->output ? billing::Delivered::Output : billing::Delivered::Nothing;
    const WholeAnswer whole{facts->usage, facts->output, facts->answer_without_output, facts->reject_reason};
    dialect::Usage usage = reported_usage(answering, whole);
    note_refusal(answering, whole);
    std::string rewritten;
    if (lacks_usage(whole)) {
        dialect::OutputCounter counter(answering.route.model.name, dialect::Counting::Exact);
        if (usage.completion == 0 && reader.count_answer != nullptr)
            reader.count_answer(body.view(), counter);
        usage = co_await estimate_usage(answering, usage, counter);
        if (reader.estimated_usage == dialect::EstimatedUsage::PutIntoBody)
            rewritten = with_usage(body, usage);
        // An endpoint whose answers carry no usage (spec 05 section 6.3).
        if (!facts->usage && reader.count_answer == nullptr) answering.trace.note = "上游无计费信息";
    }
    // What may throw comes before the bill: nobody pays for an answer that could not be sent.
    const std::string_view told = rewritten.empty() ? body.view() : std::string_view(rewritten);
    if (const auto shape = chat_shape(answering.facts, answering.route); shape.changes())
        rewritten = co_await shaped(answering, told, shape);
    const net::HeaderLines headers = answer_headers(answering, call.head().headers);
    answering.settler.settle(answering.route, usage, delivered);
    const std::string_view pieces[] = {rewritten.empty() ? body.view() : std::string_view(rewritten)};
    try {
        co_await answering.exchange.respond(call.head().status, headers, pieces);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::ClientGone) throw;    // billed as if it had read it (spec 04 section 20)
    }
    co_return std::nullopt;
}

/// Whether an answer to a request for a stream may be one: some providers name no type, or any. The request decides then (spec 04
/// section 18); what is said to be JSON or a page is none.
bool may_be_stream(const net::ResponseHead& head) {
    const std::string_view type = head.headers.find("Content-Type").value_or("");
    constexpr std::array<std::string_view, 2> kVague = {"text/plain", "application/octet-stream"};
    return type.empty() || std::ranges::any_of(kVague, [type](std::string_view vague) {
               return text::iequals(type.substr(0, vague.size()), vague);
           });
}

/// Whether the client's dialect and its streams count; not for lists of results that take the place of a reply.
bool is_conversation(const Answering& answering) {
    return answering.conversion == nullptr || answering.conversion->kind == Converted::Conversation;
}

/// Whether the client gets a stream. A provider that streams unasked does so to clients of its own dialect only.
bool streams(const Answering& answering, const net::ResponseHead& head) {
    if (!answering.facts.form->streams || !is_conversation(answering)) return false;
    if (answering.facts.stream) {
        return is_event_stream(head) || may_be_stream(head) ||
               AnswerSource::of(answering).is_binary_stream(head);
    }
    return answering.conversion == nullptr && is_event_stream(head);
}

/// A stream was asked for and something else came: an error inside, or nothing a stream client could read.
Task<Failure> not_a_stream(net::Call& call, const Answering& answering) {
    const std::string body = co_await error_body(call);
    Failure failure;
    try {
        if (answering.route.provider->protocol != nullptr) {
            constexpr int kBadGateway = 502;    // an answer that is none (spec 04 section 14.4)
            failure = failure_of(answering, call.head(), kBadGateway, body);
        } else {
            const auto shown = shown_payload(answering.route, body, provider::Payload::WholeBody);
            failure = error_inside(answering.route, shown ? *shown : body);
        }
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure.client.code == "bad_response_status_code") {
        failure.client = {
            .status = 502, .message = "the provider did not answer with a stream", .code = "bad_response"};
    }
    co_return failure;
}

/// A body that a provider took though its inside cannot be read counts as one text: what was delivered is billed all the same.
std::int64_t count_prompt(const Facts& facts, std::string_view body, dialect::Counting how) {
    try {
        return facts.form->estimate_prompt(facts.model, body, how);
    } catch (const Error&) {
        return dialect::estimate_tokens(facts.model, body);
    }
}

Task<std::optional<Failure>> answer_whole(net::Call& call, Answering answering) {
    if (answering.conversion == nullptr) return answer_full(call, answering);
    return is_conversation(answering) ? answer_translated(call, answering) : answer_results(call, answering);
}

}    // namespace

int mapped_status(const catalog::Channel& channel, int status) {
    const auto found = channel.status_code_mapping.find(status);
    if (found != channel.status_code_mapping.end()) return found->second;
    constexpr int kFirstError = 400, kBadGateway = 502;
    return status < kFirstError ? kBadGateway : status;
}

bool is_event_stream(const net::ResponseHead& head) {
    const auto type = head.headers.find("Content-Type");
    return type && text::iequals(type->substr(0, 17), "text/event-stream");
}

bool lacks_usage(const WholeAnswer& answer) {
    return answer.output && !(answer.usage && answer.usage->tells_prompt());
}

dialect::Usage reported_usage(const Answering& answering, const WholeAnswer& answer) {
    const dialect::Usage usage = answer.usage.value_or(dialect::Usage{});
    if (answer.output || answer.answer_without_output || usage.completion != 0) return usage;
    answering.trace.note = kNothingTold;
    return {};
}

void note_refusal(const Answering& answering, const WholeAnswer& answer) {
    if (!answer.reject_reason.empty()) {
        answering.trace.reject_reason = answer.reject_reason;
    } else if (answer.answer_without_output) {
        answering.trace.reject_reason = answering.route.form->reader->reject_reason;
    }
}

net::HeaderLines stream_headers(const Answering& answering, const net::Headers& upstream) {
    net::HeaderLines headers = answer_headers(answering, upstream);
    headers.remove("Content-Type");
    headers.remove("Cache-Control");
    headers.add("Content-Type", "text/event-stream")
        .add("Cache-Control", "no-cache")
        .add("X-Accel-Buffering", "no");
    return headers;
}

net::HeaderLines answer_headers(const Answering& answering, const net::Headers& upstream) {
    net::HeaderLines headers = fixed_headers(answering.exchange.request(), answering.trace.request_id,
                                             answering.services.version);
    for (const net::Header& header : upstream) {
        if (passes(header.name)) headers.add(header.name, header.value);
    }
    return headers;
}

Task<dialect::Usage> estimate_usage(const Answering& answering, const dialect::Usage& reported,
                                    const dialect::OutputCounter& output) {
    answering.trace.local_count = true;
    dialect::Usage usage = reported;
    const std::string_view body = answering.request_body.view();
    const bool prompt = !usage.tells_prompt() && answering.services.environment.count_token;
    const bool completion = usage.completion == 0;
    const auto count = [&](dialect::Counting how) {
        if (prompt) usage.prompt = count_prompt(answering.facts, body, how);
        if (completion)
            usage.completion = how == dialect::Counting::Exact ? output.tokens() : output.estimated();
        return usage;
    };
    const bool slow = dialect::gpt::encoding_of(answering.facts.model).has_value() || output.kept() > 0;
    const std::size_t bytes = (prompt ? body.size() : 0) + (completion ? output.kept() : 0);
    if (bytes <= (slow ? kExactOnLoop : kFastOnLoop)) {
        count(dialect::Counting::Exact);
    } else {
        try {
            usage = co_await answering.services.workers.run([&] { return count(dialect::Counting::Exact); });
        } catch (const Error&) {
            // Every worker is busy. What was delivered is billed all the same, and this loop has others to serve.
            count(dialect::Counting::Fast);
        }
    }
    usage.total = usage.prompt + usage.completion;
    co_return usage;
}

Task<std::optional<Failure>> answer(net::Call& call, const Answering& answering) {
    std::optional<Failure> failure;
    if (call.head().status != 200) {
        failure = co_await error_answer(call, answering);
        failure->client.status = mapped_status(*answering.route.channel, call.head().status);
    } else if (streams(answering, call.head())) {
        failure = co_await (answering.conversion == nullptr ? answer_stream(call, answering)
                                                            : answer_translated_stream(call, answering));
    } else if (answering.facts.stream && is_conversation(answering)) {
        failure = co_await not_a_stream(call, answering);
    } else {
        failure = co_await answer_whole(call, answering);
    }
    const bool told = failure && call.head().status == 200 && failure->client.code != "do_request_failed";
    if (told)    // by the provider or our reading of it, not by the connection (spec 04 section 14.5)
        failure->client.status = mapped_status(*answering.route.channel, failure->client.status);
    co_return failure;
}

}    // namespace opusclaw::relay
