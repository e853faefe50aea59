// provider/international.cpp: providers that speak OpenAI's dialect with ways of their own (spec 07 sections 6, 13 to 25): one row each.
#include <array>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

using enum Endpoint;

// OpenRouter (spec 07 section 6.1)
constexpr std::array kOpenRouterPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Completions, "/v1/completions"},
    EndpointPath{Responses, "/v1/responses"},
    EndpointPath{Embeddings, "/v1/embeddings"},
    EndpointPath{Moderations, "/v1/moderations"},
    EndpointPath{ImageGenerations, "/v1/images/generations"},
    EndpointPath{Rerank, "/v1/rerank"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kOpenRouterHeaders = {
    OwnHeader{"HTTP-Referer", HeaderText::ServerAddress},
    OwnHeader{"X-OpenRouter-Title", HeaderText::SystemName, "Opusclaw"},
};
constexpr dialect::OpenaiChatProfile kOpenRouterChat = {
    .custom_tools = false,
    .reasoning_history = dialect::ReasoningHistory::Reasoning,
    .reasoning = dialect::ReasoningForm::OpenRouter,
    .search = dialect::SearchForm::Plugin};
constexpr dialect::OpenaiChatProfile kOpenRouterCaching = {
    .custom_tools = false,
    .keep_cache_control = true,
    .reasoning_history = dialect::ReasoningHistory::Reasoning,
    .reasoning = dialect::ReasoningForm::OpenRouter,
    .search = dialect::SearchForm::Plugin};
constexpr dialect::OpenaiChatProfile kOpenRouterClaude = {
    .custom_tools = false,
    .keep_cache_control = true,
    .system_parts = true,
    .reasoning_history = dialect::ReasoningHistory::Reasoning,
    .reasoning = dialect::ReasoningForm::OpenRouter,
    .search = dialect::SearchForm::Plugin};
constexpr std::array kOpenRouterProfiles = {
    ModelProfile{"anthropic/claude", kOpenRouterClaude},
    ModelProfile{"anthropic/", kOpenRouterCaching},
};
constexpr std::array kOpenRouterBodies = {
    BodyForm{.endpoint = ChatCompletions, .rule = apply_openrouter_rules},
};
constexpr std::array kOpenRouterNames = {
    NameRule{.starts = "", .ends = "-thinking", .suffix = Suffix::Thinking},
};

// Mistral (13)
constexpr std::array kMistralPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Embeddings, "/v1/embeddings"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array<std::string_view, 16> kMistralMembers = {"model",
                                                              "stream",
                                                              "messages",
                                                              "temperature",
                                                              "top_p",
                                                              "tools",
                                                              "tool_choice",
                                                              "max_tokens",
                                                              "stop",
                                                              "n",
                                                              "presence_penalty",
                                                              "frequency_penalty",
                                                              "random_seed",
                                                              "response_format",
                                                              "parallel_tool_calls",
                                                              "reasoning_effort"};
constexpr std::array kMistralRenames = {
    Rename{"max_completion_tokens", "max_tokens", Move::LimitWins},
    Rename{"seed", "random_seed", Move::Renamed},
};
constexpr std::array kMistralBodies = {
    BodyForm{.endpoint = ChatCompletions,
             .renames = kMistralRenames,
             .known = kMistralMembers,
             .messages = mistral_messages},
};
constexpr std::array kMistralAnswers = {
    AnswerRule{ChatCompletions, R"("text")", thinking_parts, SeenBy::Everybody},
};

// Cloudflare Workers AI (14): what of it speaks OpenAI's dialect
constexpr std::array kCloudflarePaths = {
    EndpointPath{ChatCompletions, "/client/v4/accounts/{account}/ai/v1/chat/completions"},
    EndpointPath{Embeddings, "/client/v4/accounts/{account}/ai/v1/embeddings"},
    EndpointPath{Responses, "/client/v4/accounts/{account}/ai/v1/responses"},
};
constexpr std::array kCloudflareAnswers = {
    AnswerRule{ChatCompletions, R"("model")", own_model, SeenBy::Everybody},
};

// Perplexity (16)
constexpr std::array kPerplexityPaths = {
    EndpointPath{ChatCompletions, "/chat/completions"},
    EndpointPath{Responses, "/v1/responses"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array<std::string_view, 21> kPerplexityMembers = {"model",
                                                                 "stream",
                                                                 "messages",
                                                                 "temperature",
                                                                 "top_p",
                                                                 "frequency_penalty",
                                                                 "presence_penalty",
                                                                 "max_tokens",
                                                                 "search_domain_filter",
                                                                 "search_recency_filter",
                                                                 "search_mode",
                                                                 "return_images",
                                                                 "return_related_questions",
                                                                 "web_search_options",
                                                                 "response_format",
                                                                 "reasoning_effort",
                                                                 "disable_search",
                                                                 "search_after_date_filter",
                                                                 "search_before_date_filter",
                                                                 "last_updated_after_filter",
                                                                 "last_updated_before_filter"};
constexpr std::array kPerplexityLimits = {NumberLimit{"top_p", 1, "0.99", ""}};
constexpr std::array kPerplexityRenames = {
    Rename{"max_completion_tokens", "max_tokens", Move::LimitFillsIn},
};
constexpr std::array kPerplexityBodies = {
    BodyForm{.endpoint = ChatCompletions,
             .limits = kPerplexityLimits,
             .renames = kPerplexityRenames,
             .known = kPerplexityMembers,
             .messages = perplexity_messages},
};

// xAI (17)
constexpr std::array kXAiPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Completions, "/v1/completions"},
    EndpointPath{Responses, "/v1/responses"},
    EndpointPath{ImageGenerations, "/v1/images/generations"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kGrokSearch = {Setting{ChatCompletions, "search_parameters", R"({"mode":"on"})"}};
constexpr std::array kGrokHigh = {Setting{ChatCompletions, "reasoning_effort", R"("high")"}};
constexpr std::array kGrokLow = {Setting{ChatCompletions, "reasoning_effort", R"("low")"}};
constexpr std::array kGrokMiniRenames = {
    Rename{"max_tokens", "max_completion_tokens", Move::LimitFillsIn},
};
constexpr std::array kXAiNames = {
    NameRule{.starts = "", .ends = "-search", .settings = kGrokSearch},
    NameRule{.starts = "grok-3-mini",
             .ends = "-high",
             .settings = kGrokHigh,
             .renames = kGrokMiniRenames,
             .effort = "high"},
    NameRule{.starts = "grok-3-mini",
             .ends = "-low",
             .settings = kGrokLow,
             .renames = kGrokMiniRenames,
             .effort = "low"},
    NameRule{.starts = "grok-3-mini", .ends = "", .renames = kGrokMiniRenames},
};
constexpr std::array kXAiRefusals = {Refusal{Embeddings, "not available"}};
constexpr std::array kXAiAnswers = {
    AnswerRule{ChatCompletions, R"("total_tokens")", completion_by_total, SeenBy::Everybody},
};

// DeepSeek (18)
constexpr std::array kDeepSeekPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Completions, "/beta/completions", Offered::Always, "/beta"},
    EndpointPath{Messages, "/anthropic/v1/messages"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kDeepSeekNone = {
    Setting{ChatCompletions, "thinking", R"({"type":"disabled"})"},
    Setting{ChatCompletions, "reasoning_effort", ""},
    Setting{Messages, "thinking", R"({"type":"disabled"})"},
    Setting{Messages, "output_config", ""},
};
constexpr std::array kDeepSeekMax = {
    Setting{ChatCompletions, "thinking", R"({"type":"enabled"})"},
    Setting{ChatCompletions, "reasoning_effort", R"("max")"},
    Setting{Messages, "thinking", R"({"type":"enabled"})"},
    Setting{Messages, "output_config", R"({"effort":"max"})"},
};
constexpr std::array kDeepSeekNames = {
    NameRule{.starts = "deepseek-v4-", .ends = "-none", .settings = kDeepSeekNone, .effort = "none"},
    NameRule{.starts = "deepseek-v4-", .ends = "-max", .settings = kDeepSeekMax, .effort = "max"},
};
constexpr std::array kDeepSeekAnswers = {
    AnswerRule{ChatCompletions, R"("prompt_cache_hit_tokens")", cache_hit_tokens},
};

// Jina (21)
constexpr std::array kJinaPaths = {
    EndpointPath{Embeddings, "/v1/embeddings"},
    EndpointPath{Rerank, "/v1/rerank"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kJinaRenames = {Rename{"encoding_format", "embedding_type", Move::Renamed}};
constexpr std::array kJinaBodies = {BodyForm{.endpoint = Embeddings, .renames = kJinaRenames}};

// SiliconFlow (24)
constexpr std::array kSiliconFlowPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Completions, "/v1/completions"},
    EndpointPath{Embeddings, "/v1/embeddings"},
    EndpointPath{Moderations, "/v1/moderations"},
    EndpointPath{Rerank, "/v1/rerank"},
    EndpointPath{ImageGenerations, "/v1/images/generations"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kSiliconFlowBodies = {
    BodyForm{.endpoint = ChatCompletions, .rule = give_a_message},
};

// Submodel (25)
constexpr std::array kSubmodelPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Completions, "/v1/completions"},
    EndpointPath{Models, "/v1/models"},
};

constexpr std::array kRows = {
    Provider{.type = ChannelType::OpenRouter,
             .name = "openrouter",
             .endpoints = kOpenRouterPaths,
             .own_headers = kOpenRouterHeaders,
             .chat = kOpenRouterChat,
             .chat_by_model = kOpenRouterProfiles,
             .bodies = kOpenRouterBodies,
             .names = kOpenRouterNames,
             .tells_cost = true,
             .reference = "https://openrouter.ai/docs/api-reference/overview"},
    Provider{.type = ChannelType::Perplexity,
             .name = "perplexity",
             .endpoints = kPerplexityPaths,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .bodies = kPerplexityBodies,
             .reference = "https://docs.perplexity.ai/api-reference"},
    Provider{.type = ChannelType::Jina,
             .name = "jina",
             .endpoints = kJinaPaths,
             .query = QueryRule::Nothing,
             .bodies = kJinaBodies,
             .reference = "https://api.jina.ai/redoc",
             .refusal = "get request url failed: invalid relay mode"},
    Provider{.type = ChannelType::Cloudflare,
             .name = "cloudflare",
             .endpoints = kCloudflarePaths,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .answers = kCloudflareAnswers,
             .reference = "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility"},
    Provider{.type = ChannelType::SiliconFlow,
             .name = "siliconflow",
             .endpoints = kSiliconFlowPaths,
             .stream_options = StreamOptions::Supported,
             .chat = kFunctionsOnly,
             .bodies = kSiliconFlowBodies,
             .reference = "https://docs.siliconflow.cn/cn/api-reference"},
    Provider{.type = ChannelType::Mistral,
             .name = "mistral",
             .endpoints = kMistralPaths,
             .chat = kFunctionsOnly,
             .bodies = kMistralBodies,
             .answers = kMistralAnswers,
             .reference = "https://docs.mistral.ai/api"},
    Provider{.type = ChannelType::DeepSeek,
             .name = "deepseek",
             .endpoints = kDeepSeekPaths,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .names = kDeepSeekNames,
             .answers = kDeepSeekAnswers,
             .reference = "https://api-docs.deepseek.com"},
    Provider{.type = ChannelType::XAi,
             .name = "xai",
             .endpoints = kXAiPaths,
             .stream_options = StreamOptions::Supported,
             .chat = kFunctionsOnly,
             .names = kXAiNames,
             .answers = kXAiAnswers,
             .reference = "https://docs.x.ai/docs/api-reference",
             .refusals = kXAiRefusals},
    Provider{.type = ChannelType::Submodel,
             .name = "submodel",
             .endpoints = kSubmodelPaths,
             .stream_options = StreamOptions::Supported,
             .chat = kFunctionsOnly,
             .reference = "https://docs.submodel.ai",
             .refusal = "submodel channel: endpoint not supported"},
};

}    // namespace

std::span<const Provider> international_rows() { return kRows; }

}    // namespace opusclaw::provider
