// relay/routes.cpp: the table. The path that is asked for most stands first.
#include "relay/routes.h"

#include <array>

#include "relay/model_list.h"

namespace opusclaw::relay {
namespace {

using dialect::Dialect;
using provider::Endpoint;

constexpr RelayRoute inference(std::string_view pattern, Endpoint endpoint,
                               Dialect dialect = Dialect::OpenaiChat) {
    return {.method = "POST",
            .pattern = pattern,
            .kind = RouteKind::Inference,
            .endpoint = endpoint,
            .dialect = dialect};
}

constexpr RelayRoute not_implemented(std::string_view method, std::string_view pattern) {
    return {.method = method, .pattern = pattern, .kind = RouteKind::NotImplemented};
}

/// An action on a model that stands in the path; `dialect` Gemini (spec 04 section 2).
constexpr RelayRoute action(std::string_view pattern, Endpoint endpoint) {
    return inference(pattern, endpoint, Dialect::Gemini);
}
constexpr RelayRoute streamed(std::string_view pattern) {
    RelayRoute route = action(pattern, Endpoint::GenerateContent);
    route.streams = true;
    return route;
}
constexpr RelayRoute counted(std::string_view pattern) {
    RelayRoute route = action(pattern, Endpoint::CountTokens);
    route.kind = RouteKind::TokenCount;
    return route;
}
constexpr RelayRoute unknown_action(std::string_view pattern) {
    RelayRoute route = not_implemented("POST", pattern);
    route.dialect = Dialect::Gemini;
    return route;
}

constexpr std::array kRoutes = {
    inference("/v1/chat/completions", Endpoint::ChatCompletions),
    inference("/v1/completions", Endpoint::Completions),
    inference("/v1/responses", Endpoint::Responses, Dialect::OpenaiResponses),
    inference("/v1/messages", Endpoint::Messages, Dialect::Anthropic),
    RelayRoute{.method = "POST",
               .pattern = "/v1/messages/count_tokens",
               .kind = RouteKind::TokenCount,
               .endpoint = Endpoint::Messages,
               .dialect = Dialect::Anthropic},
    inference("/v1/responses/compact", Endpoint::ResponsesCompact, Dialect::OpenaiResponses),
    RelayRoute{.method = "POST",
               .pattern = "/v1/responses/input_tokens",
               .kind = RouteKind::TokenCount,
               .endpoint = Endpoint::Responses,
               .dialect = Dialect::OpenaiResponses},
    inference("/v1/embeddings", Endpoint::Embeddings),
    action("/v1beta/models/{model...}:generateContent", Endpoint::GenerateContent),
    streamed("/v1beta/models/{model...}:streamGenerateContent"),
    action("/v1beta/models/{model...}:embedContent", Endpoint::EmbedContent),
    action("/v1beta/models/{model...}:batchEmbedContents", Endpoint::BatchEmbedContents),
    counted("/v1beta/models/{model...}:countTokens"),
    action("/v1beta/models/{model...}:predict", Endpoint::Predict),
    unknown_action("/v1beta/models/{rest...}"),
    action("/v1/models/{model...}:generateContent", Endpoint::GenerateContent),
    streamed("/v1/models/{model...}:streamGenerateContent"),
    action("/v1/models/{model...}:embedContent", Endpoint::EmbedContent),
    action("/v1/models/{model...}:batchEmbedContents", Endpoint::BatchEmbedContents),
    counted("/v1/models/{model...}:countTokens"),
    action("/v1/models/{model...}:predict", Endpoint::Predict),
    unknown_action("/v1/models/{rest...}"),
    inference("/v1/engines/{model...}/embeddings", Endpoint::Embeddings),
    inference("/v1/moderations", Endpoint::Moderations),
    not_implemented("POST", "/v1/edits"),
    not_implemented("POST", "/v1/images/variations"),
    not_implemented("GET", "/v1/files"),
    not_implemented("POST", "/v1/files"),
    not_implemented("GET", "/v1/files/{id}"),
    not_implemented("DELETE", "/v1/files/{id}"),
    not_implemented("GET", "/v1/files/{id}/content"),
    not_implemented("GET", "/v1/fine-tunes"),
    not_implemented("POST", "/v1/fine-tunes"),
    not_implemented("GET", "/v1/fine-tunes/{id}"),
    not_implemented("POST", "/v1/fine-tunes/{id}/cancel"),
    not_implemented("GET", "/v1/fine-tunes/{id}/events"),
    not_implemented("DELETE", "/v1/models/{model...}"),
};

constexpr RelayRoute kModelList = {.method = "GET", .pattern = {}, .kind = RouteKind::ModelList};

/// What stands in the pattern's place; empty for a pattern without one. nullopt: the path is another.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
    const std::size_t open = pattern.find('{');
    if (open == std::string_view::npos) {
        if (pattern != path) return std::nullopt;
        return std::string_view();
    }
    const std::size_t close = pattern.find('}', open);
    const std::string_view before = pattern.substr(0, open);
    const std::string_view behind = pattern.substr(close + 1);
    if (path.size() <= before.size() + behind.size()) return std::nullopt;
    if (!path.starts_with(before) || !path.ends_with(behind)) return std::nullopt;
    const std::string_view found = path.substr(before.size(), path.size() - before.size() - behind.size());
    const bool several = pattern.substr(open, close - open).ends_with("...");
    if (!several && found.find('/') != std::string_view::npos) return std::nullopt;
    return found;
}

}    // namespace

std::optional<RouteMatch> find_route(std::string_view method, std::string_view path) {
    for (const RelayRoute& route : kRoutes) {
        if (route.method != method) continue;
        if (const auto parameter = match(route.pattern, path))
            return RouteMatch{.route = &route, .parameter = *parameter};
    }
    if (method == "GET" && is_model_list(path)) return RouteMatch{.route = &kModelList, .parameter = {}};
    return std::nullopt;
}

}    // namespace opusclaw::relay
