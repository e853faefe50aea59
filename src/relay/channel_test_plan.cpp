// relay/channel_test_plan.cpp: one table of endpoint types, one rule over the model's name, one writer for each body.
#include "relay/channel_test_plan.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json/writer.h"
#include "base/text.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kCompactSuffix = "-openai-compact";
constexpr std::string_view kLastResort = "gpt-4o-mini";
constexpr int kJina = 38, kMokaAi = 44, kVolcEngine = 45, kReplicate = 56, kCodex = 57;

struct KindRow {
    TestKind kind;
    provider::Endpoint endpoint;
    std::string_view path;
};
constexpr std::array kKinds = {
    KindRow{TestKind::Chat, provider::Endpoint::ChatCompletions, "/v1/chat/completions"},
    KindRow{TestKind::Responses, provider::Endpoint::Responses, "/v1/responses"},
    KindRow{TestKind::Compact, provider::Endpoint::ResponsesCompact, "/v1/responses/compact"},
    KindRow{TestKind::Embeddings, provider::Endpoint::Embeddings, "/v1/embeddings"},
    KindRow{TestKind::Image, provider::Endpoint::ImageGenerations, "/v1/images/generations"},
    KindRow{TestKind::Rerank, provider::Endpoint::Rerank, "/v1/rerank"},
};

/// What may be asked for by name.
struct NamedEndpoint {
    std::string_view name;
    TestKind kind;
    std::int64_t max_tokens;    // of a chat
    std::string_view path;      // empty: that of the kind
};
constexpr std::array kNamed = {
    NamedEndpoint{"openai", TestKind::Chat, 16, ""},
    NamedEndpoint{"anthropic", TestKind::Chat, 16, "/v1/messages"},
    NamedEndpoint{"gemini", TestKind::Chat, 3000, "/v1beta/models/{model}:generateContent"},
    NamedEndpoint{"openai-response", TestKind::Responses, 0, ""},
    NamedEndpoint{"openai-response-compact", TestKind::Compact, 0, ""},
    NamedEndpoint{"embeddings", TestKind::Embeddings, 0, ""},
    NamedEndpoint{"image-generation", TestKind::Image, 0, ""},
    NamedEndpoint{"jina-rerank", TestKind::Rerank, 0, ""},
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string model_of(const catalog::Channel& channel, const TestWish& wish) {
    const std::string_view asked = text::trim(wish.model);
    if (!asked.empty()) return std::string(asked);
    if (!channel.test_model.empty()) return channel.test_model;
    return channel.models.empty() ? std::string(kLastResort) : channel.models.front();
}

TestKind kind_by_name(const catalog::Channel& channel, std::string_view model) {
    const std::string lower = text::lower(model);
    if (has(lower, "rerank")) return TestKind::Rerank;
    if (has(lower, "embedding") || has(model, "embed") || has(model, "bge-") || model.starts_with("m3e") ||
        channel.type == kMokaAi) {
        return TestKind::Embeddings;
    }
    if (channel.type == kVolcEngine && has(model, "seedream")) return TestKind::Image;
    if (model.ends_with(kCompactSuffix)) return TestKind::Compact;
    if (has(lower, "codex")) return TestKind::Responses;
    if (channel.type == kReplicate) return TestKind::Image;
    return channel.type == kJina ? TestKind::Embeddings : TestKind::Chat;
}

struct TokenLimit {
    std::string_view name;
    std::int64_t tokens = 0;
};
std::optional<TokenLimit> limit_by_name(std::string_view model) {
    constexpr std::int64_t kFew = 16, kSome = 50, kMany = 3000;
    if (model.starts_with('o')) return TokenLimit{"max_completion_tokens", kFew};
    if (has(model, "thinking")) {
        return has(model, "claude") ? std::nullopt : std::optional(TokenLimit{"max_tokens", kSome});
    }
    return TokenLimit{"max_tokens", has(model, "gemini") ? kMany : kFew};
}

void write_hi(json::Writer& writer, std::string_view list) {
    writer.key(list).begin_array().begin_object();
    writer.member("role", "user").member("content", "hi").end_object().end_array();
}

void write_chat(json::Writer& writer, const TestPlan& plan, const std::optional<TokenLimit>& limit) {
    writer.member("stream", plan.stream);
    if (plan.stream) writer.key("stream_options").begin_object().member("include_usage", true).end_object();
    write_hi(writer, "messages");
    if (limit) writer.member(limit->name, limit->tokens);
}

std::string body_of(const TestPlan& plan, const std::optional<TokenLimit>& limit) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object().member("model", plan.sent_model);
    switch (plan.kind) {
        case TestKind::Chat: write_chat(writer, plan, limit); break;
        case TestKind::Responses:
            write_hi(writer, "input");
            writer.member("stream", plan.stream);
            break;
        case TestKind::Compact: write_hi(writer, "input"); break;
        case TestKind::Embeddings: writer.key("input").begin_array().value("hello world").end_array(); break;
        case TestKind::Image:
            writer.member("prompt", "a cute cat").member("n", 1).member("size", "1024x1024");
            break;
        case TestKind::Rerank:
            writer.member("query", "What is Deep Learning?").key("documents").begin_array();
            writer.value("Deep Learning is a subset of machine learning.");
            writer.value("Machine learning is a field of artificial intelligence.").end_array();
            writer.member("top_n", 2);
            break;
    }
    writer.end_object();
    return body;
}

std::string path_for(std::string_view path, const std::string& model) {
    constexpr std::string_view kPlace = "{model}";
    std::string filled(path);
    if (const auto at = filled.find(kPlace); at != std::string::npos)
        filled.replace(at, kPlace.size(), model);
    return filled;
}

const NamedEndpoint* named_endpoint(const catalog::Channel& channel, const TestWish& wish,
                                    std::string_view model) {
    std::string_view name = wish.endpoint_type;
    if (name.empty() && model.ends_with(kCompactSuffix)) name = "openai-response-compact";
    if (name.empty() && channel.type == kCodex) name = "openai-response";
    const auto found = std::ranges::find(kNamed, name, &NamedEndpoint::name);
    return found == kNamed.end() ? nullptr : &*found;
}

}    // namespace

bool can_be_tested(int channel_type) {
    constexpr std::array<int, 8> kTaskTypes = {2, 5, 36, 50, 51, 52, 54, 55};
    return std::ranges::find(kTaskTypes, channel_type) == kTaskTypes.end();
}

TestPlan plan_test(const catalog::Channel& channel, const TestWish& wish) {
    TestPlan plan;
    plan.model = model_of(channel, wish);
    const NamedEndpoint* const named = named_endpoint(channel, wish, plan.model);
    plan.kind = named != nullptr ? named->kind : kind_by_name(channel, plan.model);
    const KindRow& row = *std::ranges::find(kKinds, plan.kind, &KindRow::kind);
    plan.endpoint = row.endpoint;
    plan.stream = wish.stream && (plan.kind == TestKind::Chat || plan.kind == TestKind::Responses);
    if (plan.kind == TestKind::Compact && !plan.model.ends_with(kCompactSuffix)) plan.model += kCompactSuffix;
    plan.sent_model = plan.model;
    if (plan.kind == TestKind::Compact) plan.sent_model.resize(plan.model.size() - kCompactSuffix.size());
    const bool own_path = named != nullptr && !named->path.empty();
    plan.path = path_for(own_path ? named->path : row.path, plan.model);
    const auto limit = named != nullptr ? std::optional(TokenLimit{"max_tokens", named->max_tokens})
                                        : limit_by_name(plan.model);
    plan.body = body_of(plan, limit);
    return plan;
}

}    // namespace opusclaw::relay
