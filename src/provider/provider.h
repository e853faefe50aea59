// provider/provider.h: what an upstream provider is, as a pure value (DESIGN section 8; spec 07). Providers that only speak the
// OpenAI dialect are rows of provider/openai_compatible.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"

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
    Ai360 = 19,
    FastGpt = 22,
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
    ImageGenerations,
    Rerank,
    Models
};

/// How the key goes upstream.
enum class Auth { Bearer };

/// Every provider states it: whether `stream_options` may be sent (spec 06 section 6.1).
enum class StreamOptions { Supported, Unsupported };

/// Where a request goes: behind the base URL stands the endpoint's path, or the base URL is all there is, with `{model}` in it.
enum class UrlForm { BaseAndPath, BaseWithModel };

struct EndpointPath {
    Endpoint endpoint;
    std::string_view path;
};

/// Base URLs and model lists are facts of the channel type: catalog/channel_types.h.
struct Provider {
    ChannelType type = ChannelType::Unknown;
    std::string_view name;
    std::span<const EndpointPath> endpoints;
    dialect::Dialect dialect = dialect::Dialect::OpenaiChat;
    Auth auth = Auth::Bearer;
    StreamOptions stream_options = StreamOptions::Unsupported;
    UrlForm url = UrlForm::BaseAndPath;
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
/// Credentials and what else the provider wants in headers. `organization` may be empty.
std::vector<UpstreamHeader> credentials(const Provider& provider, std::string_view key,
                                        std::string_view organization);

}    // namespace opusclaw::provider
