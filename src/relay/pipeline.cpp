// relay/pipeline.cpp: accept, read, match, identify, admit, peek, choose, prepare, send, answer, settle: in this order, top to
// bottom. The stages are in their own files; the retry is the only loop.
#include "relay/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/text_mask.h"
#include "base/url.h"
#include "relay/attempt.h"
#include "relay/auto_disabler.h"
#include "relay/error_row.h"
#include "relay/fixed_headers.h"
#include "relay/hold.h"
#include "relay/model_limits.h"
#include "relay/model_list.h"
#include "relay/pings.h"
#include "relay/remote_files.h"
#include "relay/token_count.h"

namespace opusclaw::relay {
namespace {

/// Spec 04 section 2, byte for byte.
constexpr std::string_view kNotImplemented =
    R"({"error":{"message":"API not implemented","type":"new_api_error","param":"","code":"api_not_implemented"}})";

/// Spec 04 section 3.1: of answers to who may not pin a channel.
constexpr std::string_view kPinVersion = "701e3ae1dc3f7975556d354e0675168d004891c8";

/// Spec 04 section 14.2: a client learns nothing of what it was.
Failure crash() {
    Failure failure;
    failure.client.message = failure.detail = "internal error";
    failure.client.type = "new_api_panic";
    return failure;
}

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

/// Whether the URL asks for a stream (spec 06 section 2).
bool path_streams(const RouteMatch& match, const net::RequestHead& request) {
    if (match.route->streams) return true;
    const auto pairs = text::split(request.query, '&');
    return std::ranges::find(pairs, "alt=sse") != pairs.end();
}

Facts facts_of(const PaddedBuffer& body, const RouteMatch& match, const net::RequestHead& request) {
    return read_facts(body, {.form = match.route->form(),
                             .content_type = request.headers.find("Content-Type").value_or(""),
                             .path_model = path_model(match),
                             .path_streams = path_streams(match, request)});
}

/// Spec 05 section 6.1: which bills may be by the audio formula.
billing::Price priced(billing::Price price, const Facts& facts) {
    const AudioFormula formula = facts.form->audio;
    price.has_audio_prices = price.has_audio_prices && formula == AudioFormula::ByUsage;
    price.always_by_audio = formula == AudioFormula::OfAudioModels && facts.model.starts_with("gpt-4o-audio");
    return price;
}

billing::PriceRequest price_request(const account::Caller& caller, const Facts& facts, const Route& route) {
    using Audience = billing::PriceRequest::Audience;
    return {.model = facts.priced_model(),
            .user_group = caller.user->group,
            .using_group = route.group,
            .unset = caller.user->accept_unset_prices ? billing::UnsetPrice::AcceptedByUser
                                                      : billing::UnsetPrice::Refused,
            .audience = caller.user->role >= account::Role::Admin ? Audience::Administrator : Audience::User};
}

}    // namespace

Relay::Relay(const Services& services, net::Client& client, net::Client& downloads)
    : services_(services),
      funds_(services.ledger),
      settings_(services.settings),
      catalog_(services.catalog),
      client_(client),
      downloads_(downloads),
      random_(std::random_device{}()) {}

bool Relay::handles(std::string_view method, std::string_view path) {
    return find_route(method, path).has_value();
}

Task<> Relay::handle(net::Exchange& exchange, std::string_view request_id) {
    // match route
    const RouteMatch match = find_route(exchange.request().method, exchange.request().path).value();
    Trace trace = begin_trace(exchange.request(), request_id, services_.clock);
    std::optional<Failure> failure;
    std::string_view pin_version;
    try {
        switch (match.route->kind) {
            case RouteKind::Inference: co_await relay_request(exchange, match, trace); break;
            case RouteKind::TokenCount: co_await count_tokens(exchange, match, request_id); break;
            case RouteKind::ModelList: co_await list_models(exchange, request_id); break;
            case RouteKind::NotImplemented: co_await refuse_unimplemented(exchange, match, request_id); break;
        }
    } catch (const Error& error) {
        failure = Failure::of(error, language_of(exchange.request(), trace));
        if (dynamic_cast<const account::PinRefused*>(&error) != nullptr) pin_version = kPinVersion;
    } catch (const std::exception& fault) {
        log::write(log::Level::Error, request_id, fault.what());
        failure = crash();
    }
    if (failure) co_await answer_failure(exchange, match.route->dialect, *failure, request_id, pin_version);
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
    ModelLimits::Place place;
    if (const auto limit = model_limit(caller, *settings); limit && services_.model_limits != nullptr)
        place = services_.model_limits->admit(caller.user->id, *limit, services_.clock.steady());

    // peek
    const PaddedBuffer& body = *co_await exchange.body({.limit = services_.environment.request_body_bytes});
    Facts facts = facts_of(body, match, request);
    if (form.name_bill != nullptr) form.name_bill(facts, *settings);

    // admit
    Walk walk(caller, facts.model, *settings);
    admit(caller, facts.model);
    if (walk.is_pinned()) walk.check_pin(*catalog_.current());
    form.check(facts);

    // choose, price and hold
    const catalog::Draw draw = drawing();
    const Line line{.exchange = exchange,
                    .settings = *settings,
                    .caller = caller,
                    .body = body,
                    .facts = facts,
                    .trace = trace,
                    .walk = walk,
                    .draw = draw};
    Route route = walk.first({.snapshot = catalog_.current(), .draw = draw});
    words_.check(settings, facts);
    Settler settler(services_.ledger,
                    {.caller = caller,
                     .facts = facts,
                     .trace = trace,
                     .settings = *settings,
                     .clock = services_.clock,
                     .loop = exchange.loop().index(),
                     .notices = services_.notices},
                    priced(prices_.price(settings, price_request(caller, facts, route)), facts));
    auto held = try_hold(services_, caller, settler.price(), facts, *settings);
    if (!held) held = co_await hold(services_, caller, settler.price(), facts, *settings);
    settler.take(std::move(*held));
    trace.started = services_.clock.steady();

    // prepare, send, answer, settle
    if (facts.stream && form.takes_pings && settings->ping_interval_enabled) {
        co_await serve_with_pings(line, route, settler);
    } else {
        co_await serve(line, route, settler);
    }
    if (settler.settled()) place.keep();
}

catalog::Draw Relay::drawing() {
    return [this](std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
    };
}

Task<> Relay::serve(const Line& line, Route& route, Settler& settler) {
    std::optional<Failure> failure;
    try {
        failure = co_await try_channels(line, route, settler);
    } catch (const Error& error) {
        failure = Failure::of(error, language_of(line.exchange.request(), line.trace));
    } catch (const std::exception& fault) {    // here, where a stream that pings began can still be told
        log::write(log::Level::Error, line.trace.request_id, fault.what());
        failure = crash();
    }
    if (!failure) co_return;
    settler.release();
    co_await answer_failure(line.exchange, line.facts.form->dialect, *failure, line.trace.request_id);
}

Task<> Relay::serve_with_pings(const Line& line, Route& route, Settler& settler) {
    Pings pings(line.exchange,
                {.interval = ping_interval(line.settings),
                 .headers = fixed_headers(line.exchange.request(), line.trace.request_id, services_.version),
                 .trace = line.trace,
                 .clock = services_.clock});
    const Line pinged{.exchange = pings,
                      .settings = line.settings,
                      .caller = line.caller,
                      .body = line.body,
                      .facts = line.facts,
                      .trace = line.trace,
                      .walk = line.walk,
                      .draw = line.draw};
    std::exception_ptr failed;
    try {
        co_await serve(pinged, route, settler);
    } catch (...) {
        failed = std::current_exception();
    }
    co_await pings.stop();
    if (failed) std::rethrow_exception(failed);
}

/// The only loop: on the next channel when one fails and the failure allows it.
Task<std::optional<Failure>> Relay::try_channels(const Line& line, Route& route, Settler& settler) {
    RemoteFiles remote(downloads_, services_, line.settings);
    std::optional<Failure> told;    // by a channel that was asked: more than that another one does not fit
    while (true) {
        line.trace.begin_attempt(route.channel->id);
        auto failure = complete_route(route, line.facts.model, line.facts.form->endpoint, line.draw);
        if (!failure) {
            responses_policy_.apply(route, line.facts, line.settings);
            fit_route(route, line.facts, line.settings);
            reprice(line, route, settler);
            failure = co_await attempt(client_, {.exchange = line.exchange,
                                                 .facts = line.facts,
                                                 .request_body = line.body,
                                                 .route = route,
                                                 .trace = line.trace,
                                                 .settler = settler,
                                                 .services = services_,
                                                 .settings = line.settings,
                                                 .remote = &remote});
        }
        if (!failure) co_return std::nullopt;
        judge(line, route, *failure);
        std::optional<Route> next;
        if (!line.exchange.answered())
            next = line.walk.next(*failure, route, {.snapshot = catalog_.current(), .draw = line.draw});
        const bool unfit = failure->retry == Retry::Elsewhere;
        if (unfit && (next || told)) {
            line.trace.channels.pop_back();
        } else {
            record_error(line, route, *failure);
            told = std::move(failure);
        }
        if (!next) co_return told;
        route = std::move(*next);
        settler.use_group(route.group);
    }
}

/// An attempt whose bill is by the name that its channel maps to is priced by it, before anything is sent (spec 04 section 15.2).
void Relay::reprice(const Line& line, const Route& route, Settler& settler) {
    if (line.facts.form->model_suffix.empty()) return;
    billing::PriceRequest request = price_request(line.caller, line.facts, route);
    if (!route.billed_as.empty()) request.model = route.billed_as;
    settler.use_price(priced(billing::resolve_price(line.settings, request), line.facts));
}

/// What becomes of a failed attempt beside the next one.
void Relay::judge(const Line& line, const Route& route, Failure& failure) {
    const std::string_view secrets[] = {route.key, line.trace.access_token};
    // First, as the words that disable a channel are looked for in what it said; but for the token, which is kept nowhere.
    failure.client.message = text::without_secrets(failure.client.message, std::span(secrets).last<1>());
    if (services_.disabler != nullptr) services_.disabler->report(route, failure, line.settings);
    mask(failure, secrets);
    log::write(log::Level::Warning, line.trace.request_id,
               fmt::format("channel #{} failed: status {}, code {}: {}", route.channel->id.value,
                           failure.client.status, failure.client.code, failure.detail));
}

void Relay::record_error(const Line& line, const Route& route, const Failure& failure) {
    if (!services_.environment.error_log_enabled) return;
    const auto elapsed = services_.clock.steady() - line.trace.started;
    services_.ledger.record(error_row({.caller = line.caller,
                                       .model = line.facts.model,
                                       .group = route.group,
                                       .channel = *route.channel,
                                       .key_place = route.key_place,
                                       .trace = line.trace,
                                       .failure = failure,
                                       .now = services_.clock.unix_now(),
                                       .elapsed = std::chrono::duration_cast<std::chrono::seconds>(elapsed),
                                       .stream = line.facts.stream}),
                            line.exchange.loop().index());
}

Task<> Relay::count_tokens(net::Exchange& exchange, RouteMatch match, std::string_view request_id) {
    const settings::Snapshot settings = settings_.current();
    const net::RequestHead& request = exchange.request();
    const account::Caller caller = co_await account::identify(request, services_.directory, funds_, *settings,
                                                              services_.clock.unix_now());
    ModelLimits::Place place;    // given back: nothing is answered by a model
    if (const auto limit = model_limit(caller, *settings); limit && services_.model_limits != nullptr)
        place = services_.model_limits->admit(caller.user->id, *limit, services_.clock.steady());
    const PaddedBuffer& body = *co_await exchange.body({.limit = services_.environment.request_body_bytes});
    const Facts facts = facts_of(body, match, request);
    Walk walk(caller, facts.model, *settings);
    admit(caller, facts.model);
    if (walk.is_pinned()) walk.check_pin(*catalog_.current());
    facts.form->check(facts);
    const catalog::Draw draw = drawing();
    Route route = walk.first({.snapshot = catalog_.current(), .draw = draw});
    words_.check(settings, facts);
    const TokenCount count{.exchange = exchange,
                           .facts = facts,
                           .services = services_,
                           .settings = *settings,
                           .draw = draw,
                           .request_id = request_id};
    co_await answer_token_count(client_, count, std::move(route));
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

Task<> Relay::refuse_unimplemented(net::Exchange& exchange, RouteMatch match, std::string_view request_id) {
    constexpr int kNotImplementedStatus = 501;
    const settings::Snapshot settings = settings_.current();
    co_await account::identify(exchange.request(), services_.directory, funds_, *settings,
                               services_.clock.unix_now());
    if (match.route->dialect != dialect::Dialect::OpenaiChat) {
        throw Error(ErrorKind::InvalidRequest, "api_not_implemented", Message::literal("API not implemented"))
            .with_status(kNotImplementedStatus);
    }
    net::HeaderLines headers = fixed_headers(exchange.request(), request_id, services_.version);
    headers.add("Content-Type", "application/json; charset=utf-8");
    co_await exchange.respond(kNotImplementedStatus, headers, kNotImplemented);
}

Task<> Relay::answer_failure(net::Exchange& exchange, dialect::Dialect dialect, const Failure& failure,
                             std::string_view request_id, std::string_view pin_version) {
    log::write(log::Level::Info, request_id,
               fmt::format("answered {}: {}", failure.client.status, failure.detail));
    if (failure.client_gone || exchange.client_gone() || exchange.answered()) co_return;
    if (exchange.body_started()) {    // with pings, and nothing else yet (spec 04 section 19.6)
        const std::string event = dialect::render_stream_error(dialect, failure.client, request_id);
        const std::string_view pieces[] = {event};
        co_await exchange.finish(pieces);
        co_return;
    }
    net::HeaderLines headers = fixed_headers(exchange.request(), request_id, services_.version);
    if (is_broken_gzip(exchange.request(), failure)) {
        co_await exchange.respond(failure.client.status, headers, std::string_view());
        co_return;
    }
    headers.add("Content-Type", "application/json; charset=utf-8");
    if (!pin_version.empty()) headers.add("specific_channel_version", pin_version);
    if (failure.retry_after) headers.add("Retry-After", std::to_string(failure.retry_after->count()));
    const std::string body = dialect::render_error(dialect, failure.client, request_id);
    co_await exchange.respond(final_status(failure.client.status), headers, body);
}

}    // namespace opusclaw::relay
