// relay/channel_test.cpp: choose, prepare, send and judge, for one request that nobody but us waits for. Not applied: retries,
// status mapping, holds.
#include "relay/channel_test.h"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "base/error.h"
#include "base/ids.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "billing/price.h"
#include "billing/price_of_test.h"
#include "catalog/channel_types.h"
#include "net/loop.h"
#include "relay/channel_test_answer.h"
#include "relay/channel_test_translated.h"
#include "relay/conversion.h"
#include "relay/error_row.h"
#include "relay/log_row.h"
#include "relay/prepare.h"
#include "relay/protocol_call.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/route.h"
#include "relay/stream_reader.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kName = "模型测试";
constexpr std::size_t kLargestAnswer = std::size_t{64} << 20;
constexpr std::chrono::minutes kLongestStream{5};    // of a provider that only keeps the connection alive
constexpr std::size_t kLargestError = std::size_t{1} << 20;

Failure local_failure(std::string message) {
    Failure failure;
    failure.client.message = std::move(message);
    failure.retry = Retry::Forbidden;
    return failure;
}

/// As a provider that cannot be reached (spec 04 section 14.4).
Failure no_answer_in_time() {
    Failure failure;
    failure.client.status = 500;
    failure.client.code = "do_request_failed";
    failure.client.message = "upstream error: do request failed";
    failure.detail = "no answer in time";
    return failure;
}

/// The caller in whose name the row is written: a user without a token.
account::Caller caller_of(const ChannelTest& test) {
    auto token = std::make_shared<account::Token>();
    token->user_id = test.user->id;
    token->name = kName;
    token->unlimited = true;
    account::Caller caller;
    caller.user = test.user;
    caller.token = std::move(token);
    caller.group = test.user->group.empty() ? "default" : test.user->group;
    return caller;
}

billing::Price price_of(const settings::Settings& settings, const account::Caller& caller,
                        std::string_view model) {
    using Audience = billing::PriceRequest::Audience;
    return billing::resolve_price(
        settings, {.model = model,
                   .user_group = caller.user->group,
                   .using_group = caller.group,
                   .unset = caller.user->accept_unset_prices ? billing::UnsetPrice::AcceptedByUser
                                                             : billing::UnsetPrice::Refused,
                   .audience = Audience::Administrator});
}

/// One test on its way through the stages. Lives in the coroutine of test_channel().
class Run {
public:
    Run(net::Client& client, const Services& services, const ChannelTest& test)
        : client_(client),
          services_(services),
          test_(test),
          settings_(services.settings.current()),
          channel_(*test.snapshot->find(test.channel)),
          plan_(plan_test(channel_, test.wish)),
          body_(plan_.body),
          caller_(caller_of(test)) {}

    Task<TestOutcome> run();

private:
    Task<> steps();
    Task<net::Call> send(Prepared& prepared, const net::Timeouts& timeouts);
    Task<TestAnswer> read(net::Call& call, dialect::OutputCounter& counter);
    template <class Stream>
    Task<TestAnswer> read_stream(net::Call& call, Stream stream);
    Task<std::string> read_error(net::Call& call);
    dialect::Usage usage_of(const TestAnswer& answer, const dialect::OutputCounter& counter) const;
    void write_log(const billing::Price& price, const dialect::Usage& usage);
    void write_error(const Failure& failure);
    void choose();
    AnswerSource source() const;

    net::Client& client_;
    const Services& services_;
    const ChannelTest& test_;
    settings::Snapshot settings_;
    const catalog::Channel& channel_;
    TestPlan plan_;
    PaddedBuffer body_;
    account::Caller caller_;
    Facts facts_;
    Route route_;
    std::unique_ptr<Conversion> conversion_;    // where the channel's provider speaks another dialect
    Trace trace_;
    TestOutcome outcome_;
};

Task<TestOutcome> Run::run() {
    trace_.request_id = make_request_id();
    trace_.path = plan_.path;
    trace_.note = kName;
    trace_.channels.push_back(channel_.id);
    trace_.started_at = services_.clock.unix_now();
    trace_.started = services_.clock.steady();
    TimeLimit limit(test_.stop);
    if (test_.longest) net::Loop::current().timers().arm(limit, *test_.longest);
    try {
        co_await steps();
    } catch (const Error& error) {
        outcome_.timed_out = limit.passed();
        outcome_.failure = limit.passed() ? no_answer_in_time() : Failure::of(error, Language::English);
    }
    outcome_.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.steady() -
                                                                             trace_.started);
    if (outcome_.failure) {
        const std::string_view secrets[] = {outcome_.key, trace_.access_token};
        mask(*outcome_.failure, secrets);
        write_error(*outcome_.failure);
    }
    co_return std::move(outcome_);
}

void Run::choose() {
    std::random_device random;
    const catalog::Draw draw = [&random](std::uint64_t bound) {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random);
    };
    try {
        route_ = route_to(test_.snapshot, test_.channel,
                          {.group = caller_.group, .model = plan_.sent_model, .endpoint = plan_.endpoint},
                          draw);
    } catch (const Error& error) {
        if (error.code != "invalid_request") throw;
        // an endpoint that the channel's provider does not have
        throw Error(error.kind, "convert_request_failed", error.message);
    }
    outcome_.key = route_.key;
}

Task<> Run::steps() {
    facts_ = read_facts(
        body_, {.form = form_of(plan_.endpoint), .content_type = "application/json", .path_model = {}});
    choose();
    facts_.model = plan_.model;
    fit_route(route_, facts_, *settings_);
    const billing::Price price = price_of(*settings_, caller_, plan_.model);
    const net::RequestHead no_client;
    if (translates(route_, facts_)) conversion_ = convert(facts_, route_, *settings_);
    Prepared prepared = conversion_ ? prepare(conversion_->facts, conversion_->route, no_client,
                                              UsageDemand::LeaveAsIs, BodyRule::Translated)
                                    : prepare(facts_, route_, no_client, UsageDemand::LeaveAsIs);
    const ProtocolCall finish{
        .facts = facts_, .route = conversion_ ? conversion_->route : route_, .services = services_};
    co_await fetch_hosted_files(prepared, nullptr, finish);
    co_await complete_call(prepared, client_, finish);
    trace_.access_token = prepared.token;
    net::Timeouts timeouts;
    if (services_.environment.relay_timeout.count() > 0) timeouts.head = services_.environment.relay_timeout;
    timeouts.idle = services_.environment.streaming_timeout;
    net::Call call = co_await send(prepared, timeouts);
    const UpstreamStop::Reading reading(test_.stop, call);
    forget_refused(services_, {.id = prepared.token_id, .text = prepared.token}, call.head().status);
    if (call.head().status != 200) {
        const std::string body = co_await read_error(call);
        outcome_.failure = refused_test(body, call.head().status);
        co_return;
    }
    dialect::OutputCounter counter(route_.model.name);
    const TestAnswer answer = co_await read(call, counter);
    outcome_.failure = answer.failure;
    if (!answer.failure) write_log(price, usage_of(answer, counter));
}

AnswerSource Run::source() const {
    return {.protocol = route_.provider->protocol,
            .request_id = trace_.request_id,
            .model = std::string(route_.model.name),
            .created = to_unix(services_.clock.unix_now())};
}

Task<net::Call> Run::send(Prepared& prepared, const net::Timeouts& timeouts) {
    const net::OutgoingRequest request{
        .method = "POST", .path = prepared.path, .headers = &prepared.headers, .body = prepared.pieces()};
    const auto target = prepared.target ? prepared.target : channel_.target;
    co_return co_await client_.send(target, request, timeouts, test_.stop.cancel());
}

Task<std::string> Run::read_error(net::Call& call) {
    std::string body;
    try {
        while (body.size() < kLargestError) {
            const std::string_view piece = co_await call.read();
            if (piece.empty()) break;
            body.append(piece);
        }
    } catch (const Error&) {
        // what was read so far tells enough
    }
    co_return body;
}

Task<TestAnswer> Run::read(net::Call& call, dialect::OutputCounter& counter) {
    if (plan_.stream && (!conversion_ || conversion_->kind == Converted::Conversation)) {
        trace_.stream.emplace();
        if (conversion_)
            co_return co_await read_stream(call, TranslatedTestStream(*conversion_, plan_.kind, counter));
        co_return co_await read_stream(call, TestStream(plan_.kind, counter));
    }
    PaddedBuffer body;
    co_await call.read_all(body, kLargestAnswer);
    source().restore(body);
    if (const auto read = read_payload(route_, body.view(), provider::Payload::WholeBody))
        body = PaddedBuffer(*read);
    if (conversion_) co_return judge_translated_body(*conversion_, body.view(), plan_.kind, counter);
    co_return judge_body(body.view(), plan_.kind, counter);
}

template <class Stream>
Task<TestAnswer> Run::read_stream(net::Call& call, Stream stream) {
    StreamReader decoder(source(), services_.environment.stream_line_bytes);
    std::size_t bytes = 0;
    const auto take = [&](const std::optional<net::SseEvent>& event) {
        if (event && event->data) {
            if (!trace_.first_output) trace_.first_output = services_.clock.steady();
            const auto read = read_payload(route_, *event->data, provider::Payload::StreamEvent);
            stream.take(read ? std::string_view(*read) : *event->data);
        }
        return event.has_value();
    };
    const SteadyTime end = services_.clock.steady() + kLongestStream;
    while (bytes < kLargestAnswer && services_.clock.steady() < end) {
        const std::string_view slice = co_await call.read();
        if (slice.empty()) break;
        bytes += slice.size();
        decoder.feed(slice);
        while (take(decoder.next())) {}
        if (decoder.error()) co_return TestAnswer{.failure = refused_test(*decoder.error())};
    }
    take(decoder.finish());
    trace_.stream->end(StreamEnd::Done);
    co_return stream.finish(bytes);
}

dialect::Usage Run::usage_of(const TestAnswer& answer, const dialect::OutputCounter& counter) const {
    dialect::Usage usage = answer.usage.value_or(dialect::Usage{});
    if (usage.prompt == 0)
        usage.prompt = facts_.form->estimate_prompt(plan_.model, body_.view(), dialect::Counting::Exact);
    if (usage.completion == 0 && plan_.kind == TestKind::Chat) usage.completion = counter.tokens();
    usage.total = usage.prompt + usage.completion;
    return usage;
}

void Run::write_log(const billing::Price& price, const dialect::Usage& usage) {
    if (!settings_->log_consume_enabled) return;
    const billing::Bill bill{.quota = billing::quota_of_test(price, usage)};
    outcome_.log = consume_row({.caller = caller_,
                                .facts = facts_,
                                .route = route_,
                                .trace = trace_,
                                .price = price,
                                .usage = usage,
                                .bill = bill,
                                .clock = services_.clock});
}

void Run::write_error(const Failure& failure) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(outcome_.elapsed);
    outcome_.error = error_row({.caller = caller_,
                                .model = plan_.model,
                                .group = caller_.group,
                                .channel = channel_,
                                .key_place = route_.key_place,
                                .trace = trace_,
                                .failure = failure,
                                .now = services_.clock.unix_now(),
                                .elapsed = elapsed,
                                .stream = plan_.stream});
}

}    // namespace

Task<TestOutcome> test_channel(net::Client& client, const Services& services, const ChannelTest& test) {
    const catalog::Channel& channel = *test.snapshot->find(test.channel);
    if (!can_be_tested(channel.type)) {
        const catalog::ChannelTypeFacts* const facts = catalog::channel_type(channel.type);
        TestOutcome outcome;
        outcome.local = true;
        outcome.failure = local_failure((facts == nullptr ? "Unknown" : facts->name) +
                                        " channel test is not supported");
        co_return outcome;
    }
    Run run(client, services, test);
    co_return co_await run.run();
}

}    // namespace opusclaw::relay
