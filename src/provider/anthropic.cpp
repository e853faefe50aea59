// provider/anthropic.cpp: providers that speak Anthropic Messages (spec 07 section 7): one row each. What becomes of bodies is in
// dialect/anthropic and in the forms of relay.
#include <array>
#include <span>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

constexpr std::array kPaths = {
    EndpointPath{Endpoint::Messages, "/v1/messages"},
    EndpointPath{Endpoint::Models, "/v1/models"},
};
constexpr std::array kClientHeaders = {
    ClientHeader{"anthropic-version", "2023-06-01"},
    ClientHeader{"anthropic-beta", ""},
};

constexpr std::array kRows = {
    Provider{.type = ChannelType::Anthropic,
             .name = "claude",
             .endpoints = kPaths,
             .auth = Auth::XApiKey,
             .stream_options = StreamOptions::Supported,
             .query = QueryRule::BetaOnly,
             .model_headers = ModelHeaders::FromSettings,
             .client_headers = kClientHeaders,
             .reference = "https://docs.anthropic.com/en/api/messages"},
};

}    // namespace

std::span<const Provider> anthropic_rows() { return kRows; }

}    // namespace opusclaw::provider
