// provider/chinese.cpp: the Chinese providers that speak OpenAI's dialect, several of them Anthropic's beside it (spec 07 section 19; 08): one
// row each.
#include <array>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

using enum Endpoint;

constexpr std::array kTopPBelowOne = {NumberLimit{"top_p", 1, "0.99", ""}};

// Alibaba DashScope (spec 08 section 2)
constexpr std::array kAliPaths = {
    EndpointPath{ChatCompletions, "/compatible-mode/v1/chat/completions"},
    EndpointPath{Completions, "/compatible-mode/v1/completions"},
    EndpointPath{Embeddings, "/compatible-mode/v1/embeddings"},
    EndpointPath{Responses, "/api/v2/apps/protocols/compatible-mode/v1/responses"},
    EndpointPath{Messages, "/apps/anthropic/v1/messages", Offered::ToMessagesModels},
    EndpointPath{Models, "/compatible-mode/v1/models"},
};
constexpr std::array kAliHeaders = {
    OwnHeader{"X-DashScope-SSE", HeaderText::Fixed, "enable", SentWith::Streams},
    OwnHeader{"X-DashScope-Plugin", HeaderText::ChannelOther},
};
constexpr std::array kAliLimits = {NumberLimit{"top_p", 1, "0.999", "0.001"}};
constexpr std::array kAliBodies = {
    BodyForm{.endpoint = ChatCompletions, .limits = kAliLimits},
    BodyForm{.endpoint = Completions, .limits = kAliLimits},
};

// Moonshot (spec 07 section 19)
constexpr std::array kMoonshotPaths = {
    EndpointPath{ChatCompletions, "/v1/chat/completions"},
    EndpointPath{ChatCompletions, "/chat/completions", Offered::OnPlan},
    EndpointPath{Completions, "/v1/completions"},
    EndpointPath{Completions, "/completions", Offered::OnPlan},
    EndpointPath{Embeddings, "/v1/embeddings"},
    EndpointPath{Embeddings, "/embeddings", Offered::OnPlan},
    EndpointPath{Rerank, "/v1/rerank"},
    EndpointPath{Rerank, "/rerank", Offered::OnPlan},
    EndpointPath{Messages, "/anthropic/v1/messages"},
    EndpointPath{Messages, "/v1/messages", Offered::OnPlan},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kMoonshotAnswers = {
    AnswerRule{ChatCompletions, R"("cached_tokens")", moonshot_cached_tokens},
    AnswerRule{ChatCompletions, R"("prompt_cache_hit_tokens")", moonshot_cached_tokens},
};

// Zhipu v4 (spec 08 section 6)
constexpr std::array kZhipuPaths = {
    EndpointPath{ChatCompletions, "/api/paas/v4/chat/completions"},
    EndpointPath{ChatCompletions, "/chat/completions", Offered::OnPlan},
    EndpointPath{Embeddings, "/api/paas/v4/embeddings"},
    EndpointPath{Embeddings, "/embeddings", Offered::OnPlan},
    EndpointPath{ImageGenerations, "/api/paas/v4/images/generations"},
    EndpointPath{ImageGenerations, "/images/generations", Offered::OnPlan},
    EndpointPath{Rerank, "/api/paas/v4/rerank"},
    EndpointPath{Rerank, "/rerank", Offered::OnPlan},
    EndpointPath{Messages, "/api/anthropic/v1/messages"},
    EndpointPath{Messages, "/v1/messages", Offered::OnPlan},
    EndpointPath{Models, "/api/paas/v4/models"},
};
constexpr std::array<std::string_view, 1> kStop = {"stop"};
constexpr std::array kZhipuRenames = {
    Rename{"max_completion_tokens", "max_tokens", Move::LimitWins},
};
constexpr std::array kZhipuBodies = {
    BodyForm{.endpoint = ChatCompletions,
             .limits = kTopPBelowOne,
             .lists = kStop,
             .renames = kZhipuRenames,
             .messages = bare_image_data},
};
constexpr std::array kZhipuAnswers = {
    AnswerRule{ChatCompletions, R"("sensitive")", zhipu_finish, SeenBy::Everybody},
    AnswerRule{ChatCompletions, R"("model_context_window_exceeded")", zhipu_finish, SeenBy::Everybody},
    AnswerRule{ChatCompletions, R"("network_error")", zhipu_finish, SeenBy::Everybody},
    AnswerRule{ChatCompletions, R"("cached_tokens")", zhipu_cached_tokens},
    AnswerRule{ChatCompletions, R"("prompt_cache_hit_tokens")", zhipu_cached_tokens},
};

/// Of those that list what they take (1.2).
constexpr std::string_view kUnsupportedMode = "unsupported relay mode: {mode}";

// MiniMax (9)
constexpr std::array kMiniMaxPaths = {
    EndpointPath{ChatCompletions, "/v1/text/chatcompletion_v2"},
    EndpointPath{Messages, "/anthropic/v1/messages"},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kMiniMaxAnswers = {
    AnswerRule{ChatCompletions, R"("base_resp")", base_resp_error, SeenBy::Everybody},
    AnswerRule{ChatCompletions, R"("role":"")", minimax_chunk, SeenBy::Everybody},
    AnswerRule{ChatCompletions, R"("chat.completion")", minimax_chunk, SeenBy::Everybody},
};
constexpr std::array kMiniMaxErrors = {
    CodeStatus{"1004", 401},  CodeStatus{"2049", 401}, CodeStatus{"1008", 402}, CodeStatus{"1002", 429},
    CodeStatus{"1039", 429},  CodeStatus{"1041", 429}, CodeStatus{"2045", 429}, CodeStatus{"2056", 429},
    CodeStatus{"1026", 400},  CodeStatus{"1027", 400}, CodeStatus{"1042", 400}, CodeStatus{"2013", 400},
    CodeStatus{"20132", 400}, CodeStatus{"1001", 504}, CodeStatus{"1000", 500}, CodeStatus{"1024", 500},
    CodeStatus{"1033", 500},
};

// Volcengine Ark (10)
constexpr std::array kVolcEnginePaths = {
    EndpointPath{ChatCompletions, "/api/v3/bots/chat/completions", Offered::ToBots},
    EndpointPath{ChatCompletions, "/api/v3/chat/completions"},
    EndpointPath{ChatCompletions, "/chat/completions", Offered::OnPlan},
    EndpointPath{
        .endpoint = Embeddings, .path = "/api/v3/embeddings", .parts_path = "/api/v3/embeddings/multimodal"},
    EndpointPath{.endpoint = Embeddings,
                 .path = "/embeddings",
                 .offered = Offered::OnPlan,
                 .parts_path = "/embeddings/multimodal"},
    EndpointPath{ImageGenerations, "/api/v3/images/generations"},
    EndpointPath{ImageGenerations, "/images/generations", Offered::OnPlan},
    EndpointPath{Responses, "/api/v3/responses"},
    EndpointPath{Responses, "/responses", Offered::OnPlan},
    EndpointPath{Messages, "/v1/messages", Offered::OnPlan},
    EndpointPath{Models, "/v1/models"},
};
constexpr std::array kArkThinks = {Setting{ChatCompletions, "thinking", R"({"type":"enabled"})"}};
constexpr std::array kVolcEngineNames = {
    NameRule{.starts = "deepseek", .ends = "-thinking", .suffix = Suffix::Thinking, .settings = kArkThinks},
};

constexpr std::array kVolcEngineAnswers = {
    AnswerRule{Embeddings, R"("data")", one_vector_as_list, SeenBy::Everybody},
};

// MokaAI (13)
constexpr std::array kMokaPaths = {
    EndpointPath{Embeddings, "/embeddings", Offered::Always, "/embeddings"},
};
constexpr std::array kMokaAnswers = {
    AnswerRule{Embeddings, R"("model")", own_model, SeenBy::Everybody},
};

// Baidu Qianfan v2 (4)
constexpr std::array kBaiduPaths = {
    EndpointPath{ChatCompletions, "/v2/chat/completions"},
    EndpointPath{Completions, "/v2/completions"},
    EndpointPath{Embeddings, "/v2/embeddings"},
    EndpointPath{ImageGenerations, "/v2/images/generations"},
    EndpointPath{Rerank, "/v2/rerank"},
    EndpointPath{Models, "/v2/models"},
};
constexpr std::array kBaiduSearch = {
    Setting{ChatCompletions, "web_search",
            R"({"enable":true,"enable_citation":true,"enable_trace":true,"enable_status":false})",
            Present::Kept},
};
constexpr std::array kBaiduNames = {NameRule{.starts = "", .ends = "-search", .settings = kBaiduSearch}};

constexpr std::array kRows = {
    Provider{.type = ChannelType::Ali,
             .name = "ali",
             .endpoints = kAliPaths,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .own_headers = kAliHeaders,
             .chat = {.custom_tools = false, .keep_cache_control = true},
             .bodies = kAliBodies,
             .reference = "https://help.aliyun.com/zh/model-studio/compatibility-of-openai-with-dashscope"},
    Provider{.type = ChannelType::Moonshot,
             .name = "moonshot",
             .endpoints = kMoonshotPaths,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .answers = kMoonshotAnswers,
             .reference = "https://platform.moonshot.cn/docs/api/chat"},
    Provider{.type = ChannelType::ZhipuV4,
             .name = "zhipu_4v",
             .endpoints = kZhipuPaths,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .bodies = kZhipuBodies,
             .answers = kZhipuAnswers,
             .reference = "https://docs.bigmodel.cn/api-reference"},
    Provider{.type = ChannelType::MiniMax,
             .name = "minimax",
             .endpoints = kMiniMaxPaths,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .answers = kMiniMaxAnswers,
             .error_status = kMiniMaxErrors,
             .reference = "https://platform.minimaxi.com/document/ChatCompletion",
             .refusal = kUnsupportedMode},
    Provider{.type = ChannelType::MokaAi,
             .name = "mokaai",
             .endpoints = kMokaPaths,
             .query = QueryRule::Nothing,
             .answers = kMokaAnswers,
             .reference = "https://platform.moka.ai"},
    Provider{.type = ChannelType::VolcEngine,
             .name = "volcengine",
             .endpoints = kVolcEnginePaths,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .names = kVolcEngineNames,
             .answers = kVolcEngineAnswers,
             .reference = "https://www.volcengine.com/docs/82379/1494384",
             .refusal = kUnsupportedMode},
    Provider{.type = ChannelType::BaiduV2,
             .name = "volcengine",
             .endpoints = kBaiduPaths,
             .auth = Auth::BearerAndAppId,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .chat = kFunctionsOnly,
             .names = kBaiduNames,
             .reference = "https://cloud.baidu.com/doc/qianfan-api",
             .refusal = kUnsupportedMode},
};

}    // namespace

std::span<const Provider> chinese_rows() { return kRows; }

}    // namespace opusclaw::provider
