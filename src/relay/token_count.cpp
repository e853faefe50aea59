// relay/token_count.cpp: one question to the provider, without retries: whoever cannot be asked is counted for.
#include "relay/token_count.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "relay/fixed_headers.h"
#include "relay/prepare.h"
#include "relay/protocol_call.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLargestAnswer = std::size_t{1} << 16;
// Texts of more bytes are counted on a worker.
constexpr std::size_t kCountedOnLoop = std::size_t{4} << 10;

bool is_responses(const TokenCount& count) {
    return count.facts.form->endpoint == provider::Endpoint::Responses;
}

/// What says nothing of the prompt: the vendor refuses it where only tokens are counted.
void leave_prompt_alone(json::Splice& body, const Facts& facts) {
    for (const Member member :
         {Member::Stream, Member::StreamOptions, Member::MaxOutputTokens, Member::Temperature, Member::TopP,
          Member::Store, Member::ServiceTier, Member::SafetyIdentifier})
        if (const json::Found* const found = facts.found(member)) body.remove(*found);
}

/// The request for a reply, at the place where it is only counted: with the name that is sent, and no limit of output. Where
/// counting is an endpoint of its own, the request for that.
Prepared prepared_count(const TokenCount& count, const Route& route) {
    if (count.facts.form->wishes == WishPlace::Path)
        return prepare(count.facts, route, count.exchange.request(), UsageDemand::LeaveAsIs);
    Prepared prepared = prepare(count.facts, route, count.exchange.request(), UsageDemand::LeaveAsIs,
                                BodyRule::Translated);
    prepared.path.insert(std::min(prepared.path.find('?'), prepared.path.size()),
                         is_responses(count) ? "/input_tokens" : "/count_tokens");
    if (is_responses(count)) leave_prompt_alone(prepared.body, count.facts);
    std::string model;
    json::append_quoted(model, route.model.name);
    if (const json::Found* const found = count.facts.found(Member::Model))
        prepared.body.replace(*found, std::move(model));
    return prepared;
}

std::string answer_of(const TokenCount& count, std::int64_t tokens) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    if (is_responses(count)) writer.member("object", "response.input_tokens");
    writer.member(count.facts.form->count_member, tokens).end_object();
    return text;
}

/// What the client gets of a provider's answer: Gemini's as it is, which tells more than the count. nullopt: it tells none.
std::optional<std::string> answer_in(const TokenCount& count, const PaddedBuffer& body) {
    const json::Document document = json::Document::copy(body.view());
    const auto tokens = document.root().find(count.facts.form->count_member);
    const auto number = tokens ? tokens->as_int() : std::nullopt;
    if (!number) return std::nullopt;
    return count.facts.gemini ? std::string(body.view()) : answer_of(count, *number);
}

/// nullopt: the provider has another dialect, or did not tell.
Task<std::optional<std::string>> ask(net::Client& client, const TokenCount& count, Route& route) {
    if (complete_route(route, count.facts.model, count.facts.form->endpoint, count.draw))
        co_return std::nullopt;
    // Clouds that host Claude count, if at all, by a call of another form.
    const bool hosted = route.provider->protocol != nullptr && count.facts.form->wishes == WishPlace::Body;
    if (translates(route, count.facts) || hosted) co_return std::nullopt;
    fit_route(route, count.facts, count.settings);
    try {
        Prepared prepared = prepared_count(count, route);
        net::Cancel cancel;
        net::Cancel* const cancelled = &cancel;
        const net::ClientWatch watch(count.exchange, [cancelled] { cancelled->request(); });
        co_await complete_call(prepared, client,
                               {.facts = count.facts, .route = route, .services = count.services});
        net::Timeouts timeouts;
        timeouts.head = kPatience;
        timeouts.idle = kPatience;
        const net::OutgoingRequest request{
            .method = "POST", .path = prepared.path, .headers = &prepared.headers, .body = prepared.pieces()};
        const auto target = prepared.target ? prepared.target : route.channel->target;
        net::Call call = co_await client.send(target, request, timeouts, &cancel);
        forget_refused(count.services, {.id = prepared.token_id, .text = prepared.token}, call.head().status);
        if (call.head().status != 200) co_return std::nullopt;
        PaddedBuffer body;
        co_await call.read_all(body, kLargestAnswer);
        co_return answer_in(count, body);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) throw;
    }
    co_return std::nullopt;
}

Task<std::int64_t> counted_here(const TokenCount& count) {
    const auto work = [&count] {
        return count.facts.form->estimate_prompt(count.facts.model, count.facts.peeked.text,
                                                 dialect::Counting::Exact);
    };
    if (count.facts.body_bytes <= kCountedOnLoop) co_return work();
    co_return co_await count.services.workers.run(work);
}

}    // namespace

Task<> answer_token_count(net::Client& client, TokenCount count, Route route) {
    std::optional<std::string> text = co_await ask(client, count, route);
    if (!text) text = answer_of(count, co_await counted_here(count));
    net::HeaderLines headers = fixed_headers(count.exchange.request(), count.request_id,
                                             count.services.version);
    headers.add("Content-Type", "application/json");
    co_await count.exchange.respond(200, headers, *text);
}

}    // namespace opusclaw::relay
