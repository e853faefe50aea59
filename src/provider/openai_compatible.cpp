// provider/openai_compatible.cpp: providers that speak the OpenAI dialect: one row each, no code per provider (spec 07 section 6).
#include <array>
#include <span>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

constexpr std::array kOpenAiPaths = {
    EndpointPath{Endpoint::ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Endpoint::Completions, "/v1/completions"},
    EndpointPath{Endpoint::Responses, "/v1/responses"},
    EndpointPath{Endpoint::Embeddings, "/v1/embeddings"},
    EndpointPath{Endpoint::Moderations, "/v1/moderations"},
    EndpointPath{Endpoint::ImageGenerations, "/v1/images/generations"},
    EndpointPath{Endpoint::Rerank, "/v1/rerank"},
    EndpointPath{Endpoint::Models, "/v1/models"},
    EndpointPath{Endpoint::ResponsesCompact, "/v1/responses/compact"},
};
/// Providers of another kind than OpenAI's own do not compact (spec 07 section 4.4).
constexpr std::span kWithoutCompact(kOpenAiPaths.data(), kOpenAiPaths.size() - 1);

/// Servers of llama.cpp stand behind many channels of this type.
constexpr std::array kOpenAiAnswers = {
    AnswerRule{Endpoint::ChatCompletions, R"("timings")", llama_cached_tokens},
};

constexpr std::string_view kOpenAiReference = "https://platform.openai.com/docs/api-reference/chat";

/// Takes the key as a bearer token, has every endpoint of OpenAI's and does not know `stream_options`.
constexpr Provider row(ChannelType type, std::string_view name, std::string_view reference,
                       std::span<const EndpointPath> endpoints = kOpenAiPaths) {
    return {.type = type, .name = name, .endpoints = endpoints, .reference = reference};
}

constexpr Provider open_ai() {
    Provider provider = row(ChannelType::OpenAi, "openai", kOpenAiReference);
    provider.stream_options = StreamOptions::Supported;
    provider.organization = Organization::Sent;
    provider.gateway_part = "/v1";
    provider.answers = kOpenAiAnswers;
    provider.billed_answers = BilledAnswers::WithTimings;
    provider.chat.top_k = false;    // refused
    provider.chat.reasoning_history = dialect::ReasoningHistory::Dropped;
    return provider;
}

/// Others than OpenAI and those that pass requests on to it.
constexpr Provider other(ChannelType type, std::string_view name, std::string_view reference,
                         std::span<const EndpointPath> endpoints = kOpenAiPaths) {
    Provider provider = row(type, name, reference, endpoints);
    provider.chat = kFunctionsOnly;
    return provider;
}

constexpr Provider custom() {
    Provider provider = row(ChannelType::Custom, "openai", kOpenAiReference);
    provider.url = UrlForm::BaseWithModel;
    return provider;
}

constexpr std::array kRows = {
    open_ai(),
    row(ChannelType::OpenAiMax, "openai", kOpenAiReference),
    row(ChannelType::OhMyGpt, "openai", kOpenAiReference),
    custom(),
    row(ChannelType::Ails, "openai", kOpenAiReference),
    row(ChannelType::AiProxy, "openai", kOpenAiReference),
    row(ChannelType::Api2Gpt, "openai", kOpenAiReference),
    row(ChannelType::Aigc2d, "openai", kOpenAiReference),
    other(ChannelType::Ai360, "ai360", "https://ai.360.com/platform/docs/overview"),
    // The key has the form APIKey-AppId and goes as it is.
    other(ChannelType::FastGpt, "openai", "https://doc.fastgpt.io"),
    other(ChannelType::LingYiWanWu, "lingyiwanwu", "https://platform.lingyiwanwu.com/docs"),
    other(ChannelType::Xinference, "xinference", "https://inference.readthedocs.io", kWithoutCompact),
    // Providers of tasks: what else is sent to their channels goes to an address that speaks OpenAI's dialect.
    row(ChannelType::Midjourney, "openai", kOpenAiReference),
    row(ChannelType::MidjourneyPlus, "openai", kOpenAiReference),
    row(ChannelType::SunoApi, "openai", kOpenAiReference),
    row(ChannelType::Kling, "openai", kOpenAiReference),
    row(ChannelType::Vidu, "openai", kOpenAiReference),
    row(ChannelType::DoubaoVideo, "openai", kOpenAiReference),
    row(ChannelType::Sora, "openai", kOpenAiReference),
};

}    // namespace

std::span<const Provider> openai_compatible_rows() { return kRows; }

}    // namespace opusclaw::provider
