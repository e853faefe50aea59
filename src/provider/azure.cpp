// provider/azure.cpp: Azure OpenAI (spec 07 section 5): OpenAI's dialect at addresses that name a deployment and a version.
#include <array>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

constexpr std::array kPaths = {
    EndpointPath{Endpoint::ChatCompletions,
                 "/openai/deployments/{deployment}/chat/completions?api-version={api-version}"},
    EndpointPath{Endpoint::Completions,
                 "/openai/deployments/{deployment}/completions?api-version={api-version}"},
    EndpointPath{Endpoint::Responses, "/openai/responses?api-version={responses-version}",
                 Offered::OnCognitiveServices},
    EndpointPath{Endpoint::Responses, "/openai/v1/responses?api-version={responses-version-or-preview}"},
    EndpointPath{Endpoint::ResponsesCompact, "/openai/responses/compact?api-version={responses-version}",
                 Offered::OnCognitiveServices},
    EndpointPath{Endpoint::ResponsesCompact,
                 "/openai/v1/responses/compact?api-version={responses-version-or-preview}"},
    EndpointPath{Endpoint::Embeddings,
                 "/openai/deployments/{deployment}/embeddings?api-version={api-version}"},
    EndpointPath{Endpoint::Moderations,
                 "/openai/deployments/{deployment}/moderations?api-version={api-version}"},
    EndpointPath{Endpoint::ImageGenerations,
                 "/openai/deployments/{deployment}/images/generations?api-version={api-version}"},
    EndpointPath{Endpoint::Rerank, "/openai/deployments/{deployment}/rerank?api-version={api-version}"},
};

constexpr std::array kRows = {
    Provider{.type = ChannelType::Azure,
             .name = "openai",
             .endpoints = kPaths,
             .auth = Auth::ApiKey,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::Nothing,
             .gateway_part = "/openai/deployments",
             .chat = {.top_k = false, .reasoning_history = dialect::ReasoningHistory::Dropped},
             .reference = "https://learn.microsoft.com/azure/ai-services/openai/reference"},
};

}    // namespace

std::span<const Provider> azure_rows() { return kRows; }

}    // namespace opusclaw::provider
