// relay/access_tokens.cpp: who comes first does the exchange in its own coroutine; the others wait for its latch.
#include "relay/access_tokens.h"

#include <array>
#include <chrono>
#include <utility>

#include "base/bytes.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kLargestAnswer = 64 * 1024;
constexpr std::size_t kMostKept = 4096;    // then old ones are looked for
constexpr std::string_view kFailed = "failed to exchange JWT for access token: ";

Task<provider::AccessToken> ask(net::Client& client, const AccessTokens::Exchange& exchange) {
    constexpr std::chrono::seconds kLongest{30};
    net::HeaderLines headers;
    headers.add("Content-Type", "application/x-www-form-urlencoded").add("Accept", "application/json");
    const std::array<std::string_view, 1> body = {exchange.form};
    net::Call call = co_await client.send(exchange.target,
                                          {.path = exchange.path, .headers = &headers, .body = body},
                                          {.head = kLongest, .idle = kLongest});
    PaddedBuffer answer;
    co_await call.read_all(answer, kLargestAnswer);
    co_return exchange.read(answer.view(), call.head().status);
}

/// As the spec has it; the cause is for the log.
Error failure_of(const Error& error) {
    const bool told = error.message.text.starts_with("failed to");
    if (told) return error;
    return Error(ErrorKind::UpstreamBroken, "do_request_failed",
                 Message::literal(std::string(kFailed) + "the token server could not be asked"), error.what())
        .with_status(500);
}

}    // namespace

std::optional<std::string> AccessTokens::find(std::string_view id, SteadyTime now) {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(id);
    if (found == kept_.end() || found->second.token.empty() || now >= found->second.until)
        return std::nullopt;
    return found->second.token;
}

Task<std::string> AccessTokens::get(net::Client& client, const Exchange& exchange, const Clock& clock) {
    std::shared_ptr<Flight> flight;
    bool first = false;
    {
        const std::scoped_lock lock(mutex_);
        forget_old(clock.steady());
        Kept& kept = kept_[exchange.id];
        if (!kept.token.empty() && clock.steady() < kept.until) co_return kept.token;
        first = kept.flight == nullptr;
        if (first) kept.flight = std::make_shared<Flight>();
        flight = kept.flight;
    }
    if (!first) {
        co_await flight->done.wait();
        if (flight->failed) throw Error(*flight->failed);
        co_return flight->token;
    }
    SteadyTime until = clock.steady();
    try {
        provider::AccessToken token = co_await ask(client, exchange);
        flight->token = std::move(token.text);
        until = clock.steady() + token.lifetime;
    } catch (const Error& error) {
        flight->failed = failure_of(error);
    } catch (const std::exception& fault) {
        flight->failed = Error(ErrorKind::Internal, "", Message::literal("internal error"), fault.what());
    }
    land(exchange.id, flight, until);
    if (flight->failed) throw Error(*flight->failed);
    co_return flight->token;
}

void AccessTokens::land(const std::string& id, const std::shared_ptr<Flight>& flight, SteadyTime until) {
    {
        const std::scoped_lock lock(mutex_);
        if (flight->failed) {
            kept_.erase(id);
        } else {
            kept_[id] = {.token = flight->token, .until = until, .flight = nullptr};
        }
    }
    flight->done.set();
}

void AccessTokens::drop(std::string_view id, std::string_view token) {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(id);
    if (found != kept_.end() && found->second.flight == nullptr && found->second.token == token)
        kept_.erase(found);
}

/// Of channels and keys that are gone.
void AccessTokens::forget_old(SteadyTime now) {
    if (kept_.size() < kMostKept) return;
    std::erase_if(kept_, [now](const auto& entry) {
        return entry.second.flight == nullptr && now >= entry.second.until;
    });
}

}    // namespace opusclaw::relay
