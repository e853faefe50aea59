// provider/gemini.cpp: providers that speak Google generateContent (spec 07 section 10): one row each. What becomes of bodies is in
// dialect/gemini and in the forms of relay; the places in the paths are filled in there too.
#include <array>
#include <span>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

constexpr std::array kPaths = {
    EndpointPath{.endpoint = Endpoint::GenerateContent,
                 .path = "/{version}/models/{model}:generateContent",
                 .offered = Offered::ToAllButImagen,
                 .stream_path = "/{version}/models/{model}:streamGenerateContent?alt=sse"},
    EndpointPath{Endpoint::EmbedContent, "/{version}/models/{model}:embedContent"},
    EndpointPath{Endpoint::BatchEmbedContents, "/{version}/models/{model}:batchEmbedContents"},
    EndpointPath{Endpoint::CountTokens, "/{version}/models/{model}:countTokens"},
    EndpointPath{Endpoint::Predict, "/{version}/models/{model}:predict"},
};

constexpr std::array kRows = {
    Provider{.type = ChannelType::Gemini,
             .name = "gemini",
             .endpoints = kPaths,
             .auth = Auth::XGoogApiKey,
             .query = QueryRule::Nothing,
             .reference = "https://ai.google.dev/api/generate-content"},
};

}    // namespace

std::span<const Provider> gemini_rows() { return kRows; }

}    // namespace opusclaw::provider
