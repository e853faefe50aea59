// provider/provider.h: what an upstream provider is, as a pure value (DESIGN section 8; spec 07). Providers that only speak the
// OpenAI dialect are rows of provider/openai_compatible.cpp; each other dialect has a table of its own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/profile.h"
#include "provider/answer_rules.h"
#include "provider/body_rules.h"

namespace opusclaw::provider {

/// Channel type numbers are New API's (spec data channel-types.json).
enum class ChannelType : int {
    Unknown = 0,
    OpenAi = 1,
    Midjourney = 2,
    Azure = 3,
    MidjourneyPlus = 5,
    OpenAiMax = 6,
    OhMyGpt = 7,
    Custom = 8,
    Ails = 9,
    AiProxy = 10,
    Api2Gpt = 12,
    Aigc2d = 13,
    Anthropic = 14,
    Ali = 17,
    Ai360 = 19,
    OpenRouter = 20,
    FastGpt = 22,
    Gemini = 24,
    Moonshot = 25,
    ZhipuV4 = 26,
    Perplexity = 27,
    LingYiWanWu = 31,
    Aws = 33,
    MiniMax = 35,
    SunoApi = 36,
    Jina = 38,
    Cloudflare = 39,
    SiliconFlow = 40,
    VertexAi = 41,
    Mistral = 42,
    DeepSeek = 43,
    MokaAi = 44,
    VolcEngine = 45,
    BaiduV2 = 46,
    Xinference = 47,
    XAi = 48,
    Kling = 50,
    Vidu = 52,
    Submodel = 53,
    DoubaoVideo = 54,
    Sora = 55
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
enum class Auth {
    Bearer,
    XApiKey,
    XGoogApiKey,
    ApiKey,            // in a header `api-key`
    BearerAndAppId,    // `token|appid`: the second in a header of its own, if there is one
    ByProtocol
};
/// Whether the channel's organization goes upstream.
enum class Organization { Unknown, Sent };

/// Every provider states it: whether `stream_options` may be sent (spec 06 section 6.1).
enum class StreamOptions { Supported, Unsupported };

/// Where a request goes: behind the base URL stands the endpoint's path, or the base URL is all there is, with `{model}` in it.
enum class UrlForm { BaseAndPath, BaseWithModel };

/// How much of a client's query goes on.
enum class QueryRule {
    AllButOurs,    // all but what is meant for us or tells of us (spec 07 section 1.5)
    BetaOnly,      // `beta=true`, also when only the channel asks for it (spec 07 section 7)
    Nothing        // the path has all that it needs
};

/// Whose headers the options may add to, by model (`claude.model_headers_settings`).
enum class ModelHeaders { None, FromSettings };

/// Which channels and models the path of an endpoint is for.
enum class Offered {
    Always,                 // where the base URL is an address
    OnPlan,                 // where it names a coding plan (spec 07 section 19)
    OnCognitiveServices,    // where it is of Azure's other family (spec 07 section 5)
    ToMessagesModels,       // by the parts of names that the environment lists (spec 08 section 2.1)
    ToAllButImagen,         // to models that talk (spec 07 section 10.1)
    ToBots                  // to models whose name begins with `bot` (spec 08 section 10)
};

/// The first that is for a channel and its model counts.
struct EndpointPath {
    Endpoint endpoint;
    /// Behind the base URL. May have places in it that provider/paths.h fills.
    std::string_view path;
    Offered offered = Offered::Always;
    std::string_view joint = {};          // a base URL that ends with it has it already
    std::string_view stream_path = {};    // of a request for a stream, with its query; empty: the same
    std::string_view parts_path = {};     // of embeddings of parts: texts, images, videos; empty: the same
};

/// What stands in a header of a provider's own.
enum class HeaderText { Fixed, ServerAddress, SystemName, ChannelOther };
enum class SentWith { Everything, Streams };
struct OwnHeader {
    std::string_view name;
    HeaderText text = HeaderText::Fixed;
    std::string_view fixed = {};
    SentWith sent = SentWith::Everything;
};

/// Which whole answers a provider's rules for answers are tried on, those for the bill: all, or, where hardly any has need of
/// them, those that tell llama.cpp's timings.
enum class BilledAnswers { All, WithTimings };

/// The profile of models whose name begins so; the first that fits takes the place of the common one.
struct ModelProfile {
    std::string_view starts;
    dialect::OpenaiChatProfile chat;
};

/// A header that the client may set; `otherwise` goes when it does not, and nothing when that is empty too.
struct ClientHeader {
    std::string_view name, otherwise;
};

/// What a server of Gemini's dialect takes of requests that stay in it (spec 06 section 6.4).
struct GeminiServer {
    bool function_ids = true;       // `id` of `functionCall` and `functionResponse`
    bool names_in_bodies = true;    // `model` as `models/<name>`, beside the one in the path
};

struct Protocol;    // provider/protocol.h

/// What is answered for one endpoint that a provider does not offer.
struct Refusal {
    Endpoint endpoint;
    std::string_view text;
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
    std::span<const OwnHeader> own_headers = {};
    Organization organization = Organization::Unknown;
    /// What paths begin with that stands in the address of Cloudflare's AI gateway already (spec 07 section 1.5).
    std::string_view gateway_part = {};
    /// What it takes of requests that were converted to Chat; its `stream_options` count as those above.
    dialect::OpenaiChatProfile chat = {};
    std::span<const ModelProfile> chat_by_model = {};
    std::span<const BodyForm> bodies = {};
    std::span<const NameRule> names = {};
    std::span<const AnswerRule> answers = {};
    BilledAnswers billed_answers = BilledAnswers::All;
    std::span<const CodeStatus> error_status = {};    // of errors inside 200 answers
    /// Its usage tells what a call cost, and counts what was cached as prompt (billing::with_cache_writes_by_cost).
    bool tells_cost = false;
    std::string_view reference;    // the provider's own documentation
    /// How it is called, where that is more than a URL and a key.
    const Protocol* protocol = nullptr;
    /// Which models of the channel type are its own, by the name that is sent; nullptr: all.
    bool (*serves)(std::string_view model) = nullptr;
    GeminiServer gemini = {};
    /// Of endpoints that it does not offer (spec 07 section 1.8). `{mode}`: New API's number of the kind of request (08 section 1.2).
    std::string_view refusal = "not implemented";
    std::span<const Refusal> refusals = {};    // of some of them: instead
};

/// The provider of a channel type, by the model where it has several; nullptr when there is none yet.
const Provider* find_provider(int channel_type, std::string_view model = {});

struct UpstreamHeader {
    std::string name;
    std::string value;
};
/// What decides which path an endpoint has.
enum class BaseUrl { Address, Plan };
struct PathQuestion {
    Endpoint endpoint;
    std::string_view model = {};    // that is sent
    std::string_view host = {};     // of the base URL
    BaseUrl base = BaseUrl::Address;
    std::span<const std::string> messages_models = {};    // parts of names, lower case
};
/// nullptr when the provider does not offer the endpoint there.
const EndpointPath* find_path(const Provider& provider, const PathQuestion& question);
/// The path of an endpoint, whatever channel and model; nullopt when the provider does not offer it to all.
std::optional<std::string_view> endpoint_path(const Provider& provider, Endpoint endpoint);
/// What is answered for an endpoint that the provider does not offer.
std::string refusal_text(const Provider& provider, Endpoint endpoint);
/// What the provider takes of requests to the model that were converted to Chat.
const dialect::OpenaiChatProfile& chat_profile(const Provider& provider, std::string_view model);
/// Credentials and what else the provider wants in headers. `organization` may be empty. Throws Error(UpstreamBroken,
/// "channel:invalid_key") for a key of the wrong shape.
std::vector<UpstreamHeader> credentials(const Provider& provider, std::string_view key,
                                        std::string_view organization);

}    // namespace opusclaw::provider
