// Tests of the rows of provider/*.cpp by what leaves for each: address, headers and body (spec 07, 08; 06 section 22.4). The cases are
// in tests/data/provider: what a case does not name of an answer or a request is not looked at.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "base/text.h"
#include "provider/rows.h"
#include "relay/conversion.h"
#include "relay/model_rules.h"
#include "relay/prepare.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "unit/dialect/dialect_cases.h"

namespace opusclaw::relay {
namespace {

using dialect::compact;
using dialect::string_in;

void each_provider_case(const std::string& file, const std::function<void(const json::View&)>& check) {
    std::ifstream stream(std::string(TEST_DATA) + "/provider/" + file, std::ios::binary);
    ASSERT_TRUE(stream) << file;
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    const json::Document document = json::Document::copy(text);
    document.validate();
    document.root().find("cases").value().each_item([&](const json::View& test_case) {
        SCOPED_TRACE(file + ": " + string_in(test_case, "name"));
        check(test_case);
        return true;
    });
}

using provider::Endpoint;
constexpr std::array kEndpoints = {std::pair{"chat", Endpoint::ChatCompletions},
                                   std::pair{"completions", Endpoint::Completions},
                                   std::pair{"responses", Endpoint::Responses},
                                   std::pair{"compact", Endpoint::ResponsesCompact},
                                   std::pair{"messages", Endpoint::Messages},
                                   std::pair{"embeddings", Endpoint::Embeddings},
                                   std::pair{"moderations", Endpoint::Moderations},
                                   std::pair{"generateContent", Endpoint::GenerateContent},
                                   std::pair{"embedContent", Endpoint::EmbedContent},
                                   std::pair{"batchEmbedContents", Endpoint::BatchEmbedContents},
                                   std::pair{"predict", Endpoint::Predict}};

Endpoint endpoint_named(std::string_view name) {
    const auto found = std::ranges::find_if(kEndpoints,
                                            [name](const auto& row) { return row.first == name; });
    EXPECT_NE(found, kEndpoints.end()) << name;
    return found == kEndpoints.end() ? Endpoint::ChatCompletions : found->second;
}

std::string json_in(const json::View& object, std::string_view name) {
    const auto value = object.find(name);
    return value ? std::string(value->raw()) : std::string();
}

catalog::Channel channel_in(const json::View& test_case) {
    const json::View given = test_case.find("channel").value();
    store::ChannelRow row;
    row.id = 1;
    row.type = given.find("type").value().as_int().value();
    row.key = string_in(given, "key", "sk-upstream");
    row.base_url = string_in(given, "base_url");
    row.other = string_in(given, "other");
    row.created_time = 1764000000;
    if (const auto created = given.find("created")) row.created_time = created->as_int().value();
    row.settings = json_in(given, "settings");
    row.setting = json_in(given, "setting");
    row.model_mapping = json_in(given, "model_mapping");
    row.openai_organization = string_in(given, "organization");
    return catalog::read_channel(
        row, {.skip_certificate_check = false,
              .http_proxy = {},
              .https_proxy = {},
              .no_proxy = {},
              .api_version = "2025-04-01-preview",
              .messages_models = std::make_shared<const std::vector<std::string>>(
                  std::vector<std::string>{"qwen", "deepseek-v4", "kimi", "glm", "minimax-m"})});
}

/// One request on its way to the channel of a case.
class Sent {
public:
    explicit Sent(const json::View& test_case)
        : channel_(channel_in(test_case)),
          body_(test_case.find("body").value().raw()),
          facts_(read_facts(body_, {.form = form_of(endpoint_named(string_in(test_case, "endpoint", "chat"))),
                                    .content_type = "application/json",
                                    .path_model = {}})) {
        query_ = string_in(test_case, "query");
        head_.query = query_;
        settings_.server_address = string_in(test_case, "server_address");
        settings_.thinking_model_blacklist = {"kimi-k2-thinking"};
        route_.channel = &channel_;
        failure_ = complete_route(route_, facts_.model, facts_.form->endpoint,
                                  [](std::uint64_t) { return std::uint64_t{0}; });
        if (failure_) return;
        fit_route(route_, facts_, settings_);
        try {
            prepare_body();
        } catch (const Error& error) {
            failure_ = Failure::of(error, Language::English);
        }
    }
    const std::optional<Failure>& failure() const { return failure_; }
    std::string url() const {
        const net::Target::Parts& parts = channel_.target->parts();
        return (parts.tls ? "https://" : "http://") + channel_.target->host_header() + prepared_->path;
    }
    std::string headers() const { return prepared_->headers.text(); }
    std::string body() {
        std::string text;
        for (const std::string_view piece : prepared_->pieces()) text.append(piece);
        return text;
    }
    std::string effort() const { return effort_of(facts_, route_); }

private:
    void prepare_body() {
        if (translates(route_, facts_)) conversion_ = convert(facts_, route_, settings_);
        prepared_ = conversion_ ? prepare(conversion_->facts, conversion_->route, head_,
                                          UsageDemand::AskProvider, BodyRule::Translated)
                                : prepare(facts_, route_, head_, UsageDemand::AskProvider);
    }

    settings::Settings settings_;
    catalog::Channel channel_;
    PaddedBuffer body_;
    Facts facts_;
    std::string query_;
    net::RequestHead head_;
    Route route_;
    std::optional<Failure> failure_;
    std::unique_ptr<Conversion> conversion_;
    std::optional<Prepared> prepared_;
};

std::set<int> all_types() {
    std::set<int> types;
    for (const auto& rows : {provider::openai_compatible_rows(), provider::azure_rows(),
                             provider::international_rows(), provider::chinese_rows()}) {
        for (const provider::Provider& row : rows) types.insert(static_cast<int>(row.type));
    }
    return types;
}

void check_request(const json::View& test_case) {
    Sent sent(test_case);
    if (const auto fails = test_case.find("fails")) {
        ASSERT_TRUE(sent.failure());
        EXPECT_EQ(sent.failure()->client.code, string_in(*fails, "code"));
        EXPECT_EQ(sent.failure()->client.message, string_in(*fails, "message"));
        EXPECT_EQ(sent.failure()->client.status, fails->find("status").value().as_int());
        return;
    }
    ASSERT_FALSE(sent.failure()) << sent.failure()->client.message;
    if (test_case.find("url")) EXPECT_EQ(sent.url(), string_in(test_case, "url"));
    for (const std::string& line : dialect::strings_in(test_case, "headers"))
        EXPECT_NE(sent.headers().find(line + "\r\n"), std::string::npos) << line << " in " << sent.headers();
    for (const std::string& name : dialect::strings_in(test_case, "no_headers"))
        EXPECT_EQ(text::lower(sent.headers()).find(name + ":"), std::string::npos) << sent.headers();
    if (const auto effort = test_case.find("effort")) EXPECT_EQ(sent.effort(), effort->as_string());
    if (const auto body = test_case.find("sent")) EXPECT_EQ(compact(sent.body()), compact(*body));
    const auto unchanged = test_case.find("unchanged");
    if (unchanged && unchanged->as_bool() == true)
        EXPECT_EQ(sent.body(), test_case.find("body").value().raw());
}

TEST(ProviderRows, SendWhatTheProviderTakes) {
    std::set<int> seen;
    each_provider_case("requests.json", [&seen](const json::View& test_case) {
        seen.insert(static_cast<int>(test_case.find("channel")->find("type")->as_int().value()));
        check_request(test_case);
    });
    EXPECT_EQ(seen, all_types());
}

/// An answer as the client reads it, and the usage that is billed.
void check_answer(const json::View& test_case) {
    const catalog::Channel channel = channel_in(test_case);
    Route route;
    route.channel = &channel;
    const std::string model = string_in(test_case, "model", "m");
    ASSERT_FALSE(complete_route(route, model, endpoint_named(string_in(test_case, "endpoint", "chat")),
                                [](std::uint64_t) { return std::uint64_t{0}; }));
    const bool whole = string_in(test_case, "payload", "whole") == "whole";
    const auto kind = whole ? provider::Payload::WholeBody : provider::Payload::StreamEvent;
    const std::string answer(test_case.find("answer").value().raw());
    const auto shown = shown_payload(route, answer, kind);
    const std::string& text = shown ? *shown : answer;
    EXPECT_EQ(shown.has_value(), test_case.find("shown").has_value());
    if (shown && test_case.find("shown")) EXPECT_EQ(compact(text), compact(*test_case.find("shown")));
    if (const auto status = test_case.find("status")) {
        EXPECT_EQ(error_inside(route, text).client.status, status->as_int());
        return;
    }
    const auto expected = test_case.find("usage");
    if (!expected) return;
    std::optional<dialect::Usage> usage = route.form->reader->read_answer(text).usage;
    find_usage(route, text, kind, usage);
    ASSERT_TRUE(usage);
    EXPECT_EQ(usage->prompt, expected->find("prompt").value().as_int());
    EXPECT_EQ(usage->completion, expected->find("completion").value().as_int());
    EXPECT_EQ(usage->cached_read, expected->find("cached").value().as_int());
}

TEST(ProviderRows, ReadWhatTheProviderAnswers) { each_provider_case("answers.json", check_answer); }

/// Whatever is no member of `refuses` is offered, if need be in another dialect.
void check_refusals(const json::View& test_case) {
    const json::View refuses = test_case.find("refuses").value();
    catalog::Channel channel;
    channel.type = static_cast<int>(test_case.find("type").value().as_int().value());
    channel.keys = {"sk-upstream"};
    channel.key_places = {0};
    channel.target = catalog::origin_of("https://provider.example", "", {}).target;
    for (const auto& [name, endpoint] : kEndpoints) {
        SCOPED_TRACE(name);
        Route route;
        route.channel = &channel;
        const auto failure = complete_route(route, string_in(test_case, "model"), endpoint,
                                            [](std::uint64_t) { return std::uint64_t{0}; });
        const auto text = refuses.find(name);
        ASSERT_EQ(failure.has_value(), text.has_value());
        if (!failure) continue;
        EXPECT_EQ(failure->client.message, text->as_string());
        EXPECT_EQ(failure->client.status, 400);
        EXPECT_EQ(failure->retry, Retry::Elsewhere);
        const bool compact = endpoint == Endpoint::ResponsesCompact;
        EXPECT_EQ(failure->client.code, compact ? "invalid_request" : "convert_request_failed");
    }
}

TEST(ProviderRows, RefuseWhatTheProviderDoesNotOffer) {
    std::set<const provider::Provider*> seen;
    each_provider_case("refusals.json", [&seen](const json::View& test_case) {
        const auto type = static_cast<int>(test_case.find("type")->as_int().value());
        seen.insert(provider::find_provider(type, string_in(test_case, "model")));
        check_refusals(test_case);
    });
    std::size_t rows = 0;
    for (const auto& table : {provider::openai_compatible_rows(), provider::anthropic_rows(),
                              provider::gemini_rows(), provider::azure_rows(), provider::international_rows(),
                              provider::chinese_rows(), provider::bedrock_rows(), provider::vertex_rows()})
        rows += table.size();
    EXPECT_EQ(seen.size(), rows) << "every row has a case";
}

TEST(ProviderRows, SayEachTypeOnceAndWhereItIsDocumented) {
    std::multiset<int> types;
    for (const auto& rows : {provider::openai_compatible_rows(), provider::azure_rows(),
                             provider::international_rows(), provider::chinese_rows()}) {
        for (const provider::Provider& row : rows) {
            types.insert(static_cast<int>(row.type));
            EXPECT_FALSE(row.reference.empty()) << row.name;
            EXPECT_EQ(provider::find_provider(static_cast<int>(row.type)), &row);
        }
    }
    EXPECT_EQ(types.size(), all_types().size());
}

TEST(ProviderRows, TellAnEnvelopeThatFailed) {
    catalog::Channel channel;
    channel.type = 20;
    channel.enveloped = true;
    Route route;
    route.channel = &channel;
    route.provider = provider::find_provider(20);
    const auto payload = provider::Payload::WholeBody;
    EXPECT_EQ(shown_payload(route, R"({"success":true,"data":{"id":1.0}})", payload), R"({"id":1.0})");
    EXPECT_EQ(shown_payload(route, R"({"id":1})", payload), std::nullopt);
    try {
        shown_payload(route, R"({"success":false,"data":null})", payload);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "bad_response_body");
        EXPECT_EQ(error.message.text, "openrouter response success=false");
    }
}

}    // namespace
}    // namespace opusclaw::relay
