// relay/pipeline.cpp: accept, read, match, identify, admit, peek, choose, prepare, send, answer, settle: in this order, top to
// bottom. The stages are in their own files; the retry is the only loop.
#include "relay/pipeline.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/url.h"
#include "relay/attempt.h"
#include "relay/auto_disabler.h"
#include "relay/fixed_headers.h"
#include "relay/hold.h"
#include "relay/model_list.h"
#include "relay/model_rules.h"

namespace opusclaw::relay {
namespace {

/// Spec 04 section 2, byte for byte.
constexpr std::string_view kNotImplemented =
    R"({"error":{"message":"API not implemented","type":"new_api_error","param":"","code":"api_not_implemented"}})";

Language language_of(const net::RequestHead& request, const Trace& trace) {
    return choose_language(trace.language, request.headers.find("Accept-Language").value_or(""));
}

Trace begin_trace(const net::RequestHead& request, std::string_view request_id, const Clock& clock) {
    Trace trace;
    trace.request_id = request_id;
    trace.path = request.path;
    trace.ip = request.client.to_string();
    trace.started_at = clock.unix_now();
    trace.started = clock.steady();
    return trace;
}

/// A body that is not the gzip it says it is gets 400 without a body (spec 01 section 15.1, kept for New API's clients).
bool is_broken_gzip(const net::RequestHead& request, const Failure& failure) {
    return failure.client.code == "read_request_body_failed" && failure.client.status == 400 &&
           text::iequals(request.headers.find("Content-Encoding").value_or(""), "gzip");
}

/// The model that the path names, if it does.
std::string path_model(const RouteMatch& match) {
    return percent_decode(match.parameter).value_or(std::string(match.parameter));
}

/// Spec 05 section 6.1: which bills may be by the audio formula.
billing::Price priced(billing::Price price, const Facts& facts) {
    const AudioFormula formula = facts.form->audio;
    const bool by_audio = formula == AudioFormula::ByUsage ||
                          (formula == AudioFormula::OfAudioModels && facts.model.starts_with("gpt-4o-audio"));
    price.has_audio_prices = price.has_audio_prices && by_audio;
    return price;
}

billing::PriceRequest price_request(const account::Caller& caller, const Facts& facts, const Route& route) {
    using Audience = billing::PriceRequest::Audience;
    return {.model = facts.model,
            .user_group = caller.user->group,
            .using_group = route.group,
            .unset = caller.user->accept_unset_prices ? billing::UnsetPrice::AcceptedByUser
                                                      : billing::UnsetPrice::Refused,
            .audience = caller.user->role >= account::Role::Admin ? Audience::Administrator : Audience::User};
}

}    // namespace

Relay::Relay(const Services& services, net::Client& client)
    : services_(services),
      funds_(services.ledger),
      settings_(services.settings),
      catalog_(services.catalog),
      client_(client),
      random_(std::random_device{}()) {}

bool Relay::handles(std::string_view method, std::string_view path) {
    return find_route(method, path).has_value();
}

Task<> Relay::handle(net::Exchange& exchange, std::string_view request_id) {
    // match route
    const RouteMatch match = find_route(exchange.request().method, exchange.request().path).value();
    Trace trace = begin_trace(exchange.request(), request_id, services_.clock);
    std::optional<Failure> failure;
    try {
        switch (match.route->kind) {
            case RouteKind::Inference: co_await relay_request(exchange, match, trace); break;
            case RouteKind::ModelList: co_await list_models(exchange, request_id); break;
            case RouteKind::NotImplemented: co_await refuse_unimplemented(exchange, request_id); break;
        }
    } catch (const Error& error) {
        failure = Failure::of(error, language_of(exchange.request(), trace));
    }
    if (failure) co_await answer_failure(exchange, match.route->dialect, *failure, request_id);
}

Task<> Relay::relay_request(net::Exchange& exchange, RouteMatch match, Trace& trace) {
    const settings::Snapshot settings = settings_.current();
    const net::RequestHead& request = exchange.request();
    const RequestForm& form = match.route->form();

    // identify
    auto known = account::try_identify(request, services_.directory, funds_, *settings, trace.started_at);
    if (!known)
        known = co_await account::identify(request, services_.directory, funds_, *settings, trace.started_at);
    const account::Caller& caller = *known;
    trace.language = caller.user->language;

    // peek
    const PaddedBuffer& body = *co_await exchange.body({.limit = services_.environment.request_body_bytes});
    const Facts facts = read_facts(body, {.form = form,
                                          .content_type = request.headers.find("Content-Type").value_or(""),
                                          .path_model = path_model(match)});

    // admit
    admit(caller, facts.model);
    form.check(facts);

    // choose, price and hold
    const Line line{.exchange = exchange,
                    .settings = *settings,
                    .caller = caller,
                    .body = body,
                    .facts = facts,
                    .trace = trace};
    Route route = next_route(line, 0);
    Settler settler(services_.ledger,
                    {.caller = caller,
                     .facts = facts,
                     .trace = trace,
                     .settings = *settings,
                     .clock = services_.clock,
                     .loop = exchange.loop().index()},
                    priced(prices_.price(settings, price_request(caller, facts, route)), facts));
    auto held = try_hold(services_, caller, settler.price(), facts, *settings);
    if (!held) held = co_await hold(services_, caller, settler.price(), facts, *settings);
    settler.take(std::move(*held));
    trace.started = services_.clock.steady();

    // prepare, send, answer, settle
    const auto failure = co_await try_channels(line, std::move(route), settler);
    if (!failure) co_return;
    settler.release();
    co_await answer_failure(exchange, match.route->dialect, *failure, trace.request_id);
}

Route Relay::next_route(const Line& line, unsigned retry_index) {
    const catalog::Draw draw = [this](std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
    };
    Route route = choose(catalog_.current(), line.settings,
                         {.caller = line.caller,
                          .model = line.facts.model,
                          .endpoint = line.facts.form->endpoint,
                          .retry_index = retry_index,
                          .tried = line.trace.channels},
                         draw);
    split_effort(route, line.facts, line.settings);
    return route;
}

/// The only loop: on the next channel when one fails and the failure allows it.
Task<std::optional<Failure>> Relay::try_channels(Line line, Route route, Settler& settler) {
    for (unsigned index = 0;; ++index) {
        line.trace.channels.push_back(route.channel->id);
        auto failure = co_await attempt(client_, {.exchange = line.exchange,
                                                  .facts = line.facts,
                                                  .request_body = line.body,
                                                  .route = route,
                                                  .trace = line.trace,
                                                  .settler = settler,
                                                  .services = services_});
        if (!failure) co_return std::nullopt;
        if (services_.disabler != nullptr) services_.disabler->report(route, *failure, line.settings);
        const std::string_view secrets[] = {route.key};
        mask(*failure, secrets);
        const std::int64_t attempts_left = line.settings.retry_times - index;
        if (line.caller.pinned || line.exchange.answered() ||
            !should_retry(*failure, attempts_left, line.settings))
            co_return failure;
        std::optional<Route> next;
        try {
            next = next_route(line, index + 1);
        } catch (const Error&) {
            // the provider's error tells more than that nobody else is there
        }
        if (!next) co_return failure;
        route = std::move(*next);
        settler.use_group(route.group);
    }
}

Task<> Relay::list_models(net::Exchange& exchange, std::string_view request_id) {
    const settings::Snapshot settings = settings_.current();
    const account::Caller caller = co_await account::identify(exchange.request(), services_.directory, funds_,
                                                              *settings, services_.clock.unix_now());
    const ModelAnswer answer = answer_model_list(exchange.request(), caller, *catalog_.current(), *settings);
    net::HeaderLines headers = fixed_headers(exchange.request(), request_id, services_.version);
    headers.add("Content-Type", "application/json; charset=utf-8");
    co_await exchange.respond(answer.status, headers, answer.body);
}

Task<> Relay::refuse_unimplemented(net::Exchange& exchange, std::string_view request_id) {
    constexpr int kNotImplementedStatus = 501;
    const settings::Snapshot settings = settings_.current();
    co_await account::identify(exchange.request(), services_.directory, funds_, *settings,
                               services_.clock.unix_now());
    net::HeaderLines headers = fixed_headers(exchange.request(), request_id, services_.version);
    headers.add("Content-Type", "application/json; charset=utf-8");
    co_await exchange.respond(kNotImplementedStatus, headers, kNotImplemented);
}

Task<> Relay::answer_failure(net::Exchange& exchange, dialect::Dialect dialect, const Failure& failure,
                             std::string_view request_id) {
    log::write(log::Level::Info, request_id,
               fmt::format("answered {}: {}", failure.client.status, failure.detail));
    if (failure.client_gone || exchange.client_gone() || exchange.answered()) co_return;
    net::HeaderLines headers = fixed_headers(exchange.request(), request_id, services_.version);
    if (is_broken_gzip(exchange.request(), failure)) {
        co_await exchange.respond(failure.client.status, headers, std::string_view());
        co_return;
    }
    headers.add("Content-Type", "application/json; charset=utf-8");
    const std::string body = dialect::render_error(dialect, failure.client, request_id);
    co_await exchange.respond(failure.client.status, headers, body);
}

}    // namespace opusclaw::relay
