// provider/openai_compatible.cpp: providers that speak the OpenAI dialect: one row each, no code per provider (spec 07 section 6).
#include <array>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

constexpr std::array kOpenAiPaths = {
    EndpointPath{Endpoint::ChatCompletions, "/v1/chat/completions"},
    EndpointPath{Endpoint::Responses, "/v1/responses"},
    EndpointPath{Endpoint::ResponsesCompact, "/v1/responses/compact"},
    EndpointPath{Endpoint::Embeddings, "/v1/embeddings"},
    EndpointPath{Endpoint::ImageGenerations, "/v1/images/generations"},
    EndpointPath{Endpoint::Rerank, "/v1/rerank"},
    EndpointPath{Endpoint::Models, "/v1/models"},
};

constexpr std::array kRows = {
    Provider{.type = ChannelType::OpenAi,
             .name = "openai",
             .endpoints = kOpenAiPaths,
             .dialect = dialect::Dialect::OpenaiChat,
             .auth = Auth::Bearer,
             .stream_options = StreamOptions::Supported,
             .reference = "https://platform.openai.com/docs/api-reference/chat"},
};

}    // namespace

std::span<const Provider> openai_compatible_rows() { return kRows; }

}    // namespace opusclaw::provider
