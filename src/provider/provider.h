// provider/provider.h: what an upstream provider is, as a pure value (DESIGN section 8; spec 07). Providers that only speak the
// OpenAI dialect are rows of provider/openai_compatible.cpp; each other dialect has a table of its own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/profile.h"

namespace opusclaw::provider {

/// Channel type numbers are New API's (spec data channel-types.json).
enum class ChannelType : int {
    Unknown = 0,
    OpenAi = 1,
    OpenAiMax = 6,
    OhMyGpt = 7,
    Custom = 8,
    Ails = 9,
    AiProxy = 10,
    Api2Gpt = 12,
    Aigc2d = 13,
    Anthropic = 14,
    Ai360 = 19,
    FastGpt = 22,
    Gemini = 24,
    LingYiWanWu = 31,
    Xinference = 47
};

enum class Endpoint {
    ChatCompletions,
    Completions,
    Responses,
    ResponsesCompact,
    Embeddings,
    Moderations,
    Messages,
    ImageGenerations,
    Rerank,
    Models,
    GenerateContent,
    EmbedContent,
    BatchEmbedContents,
    CountTokens,
    Predict
};

/// How the key goes upstream.
enum class Auth { Bearer, XApiKey, XGoogApiKey };

/// Every provider states it: whether `stream_options` may be sent (spec 06 section 6.1).
enum class StreamOptions { Supported, Unsupported };

/// Where a request goes: behind the base URL stands the endpoint's path, or the base URL is all there is, with `{model}` in it; or
/// the path has `{model}` and `{version}` in it, which is the API version that `gemini.version_settings` names for the model.
enum class UrlForm { BaseAndPath, BaseWithModel, PathWithModel };

/// How much of a client's query goes on.
enum class QueryRule {
    AllButOurs,    // all but what is meant for us or tells of us (spec 07 section 1.5)
    BetaOnly,      // `beta=true`, also when only the channel asks for it (spec 07 section 7)
    Nothing        // the path has all that it needs
};

/// Whose headers the options may add to, by model (`claude.model_headers_settings`).
enum class ModelHeaders { None, FromSettings };

struct EndpointPath {
    Endpoint endpoint;
    std::string_view path;
    std::string_view stream_path = {};    // of a request for a stream, with its query; empty: the same
};

/// A header that the client may set; `otherwise` goes when it does not, and nothing when that is empty too.
struct ClientHeader {
    std::string_view name, otherwise;
};

/// Base URLs and model lists are facts of the channel type: catalog/channel_types.h.
struct Provider {
    ChannelType type = ChannelType::Unknown;
    std::string_view name;
    std::span<const EndpointPath> endpoints;
    Auth auth = Auth::Bearer;
    StreamOptions stream_options = StreamOptions::Unsupported;
    UrlForm url = UrlForm::BaseAndPath;
    QueryRule query = QueryRule::AllButOurs;
    ModelHeaders model_headers = ModelHeaders::None;
    std::span<const ClientHeader> client_headers = {};
    /// What it takes of requests that were converted to Chat; its `stream_options` count as those above.
    dialect::OpenaiChatProfile chat = {};
    std::string_view reference;    // the provider's own documentation
};

/// The provider of a channel type; nullptr when there is none yet.
const Provider* find_provider(int channel_type);

struct UpstreamHeader {
    std::string name;
    std::string value;
};
/// The path of an endpoint; nullopt when the provider does not offer it.
std::optional<std::string_view> endpoint_path(const Provider& provider, Endpoint endpoint);
/// The row of an endpoint; nullptr when the provider does not offer it.
const EndpointPath* find_endpoint(const Provider& provider, Endpoint endpoint);
/// Credentials and what else the provider wants in headers. `organization` may be empty.
std::vector<UpstreamHeader> credentials(const Provider& provider, std::string_view key,
                                        std::string_view organization);

}    // namespace opusclaw::provider
