// provider/vertex_rows.cpp: the families of models on Vertex AI, one row each, and how they are called (spec 07 sections 9.2 to 9.5, 10.1).
// The last row takes the models that the others do not serve.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/unfit.h"
#include "base/url.h"
#include "provider/hosted_claude.h"
#include "provider/rows.h"
#include "provider/vertex.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kTokenUrl = "https://www.googleapis.com/oauth2/v4/token";
constexpr std::string_view kNoToken = "failed to exchange JWT for access token: ";

bool is_claude(std::string_view model) { return model.starts_with("claude"); }
bool is_open(std::string_view model) {
    return !is_claude(model) &&
           (model.find("llama") != std::string_view::npos || model.find("-maas") != std::string_view::npos);
}

std::string with_api_key(std::string url, const CallFacts& call) {
    if (!has_api_key(call)) return url;
    url += url.ends_with("?alt=sse") ? "&key=" : "?key=";
    return url + percent_encode(call.key);
}

/// A name as it stands in a path: `@`, which parts a version off, as it is.
std::string path_name(std::string_view name) {
    std::string text = percent_encode(name);
    if (const std::size_t at = text.find("%40"); at != std::string::npos) text.replace(at, 3, "@");
    return text;
}

std::string claude_url(const CallFacts& call) {
    std::string url = vertex_root(call, "v1");
    url.append("/publishers/anthropic/models/").append(path_name(vertex_claude_name(call.model)));
    url += call.stream ? ":streamRawPredict?alt=sse" : ":rawPredict";
    return with_api_key(std::move(url), call);
}

std::string open_url(const CallFacts& call) {
    if (has_api_key(call)) throw Unfit("convert_request_failed", "unsupported request mode");
    return vertex_root(call, "v1beta1") + "/endpoints/openapi/chat/completions";
}

std::string gemini_url(const CallFacts& call) {
    std::string url = vertex_root(call, "v1");
    url.append("/publishers/google/models/").append(path_name(call.model)).append(call.path);
    return with_api_key(std::move(url), call);
}

std::vector<UpstreamHeader> headers(const CallFacts& call, std::string_view token) {
    if (has_api_key(call)) return {};
    return {{"Authorization", std::string("Bearer ").append(token)},
            {"x-goog-user-project", read_service_account(call.key).project}};
}

std::optional<TokenGrant> grant(const CallFacts& call, const GrantFacts& facts) {
    if (has_api_key(call)) return std::nullopt;
    const std::string_view url = facts.token_url.empty() ? kTokenUrl : facts.token_url;
    const std::string assertion = vertex_assertion(read_service_account(call.key), url, facts.now);
    return TokenGrant{
        .url = std::string(url),
        .form = "grant_type=" + encode_query_component("urn:ietf:params:oauth:grant-type:jwt-bearer") +
                "&assertion=" + assertion};
}

[[noreturn]] void no_token(std::string_view why) {
    throw Error(ErrorKind::UpstreamRefused, "do_request_failed",
                Message::literal(std::string(kNoToken).append(why)))
        .with_status(500);
}

AccessToken read_token(std::string_view answer, int status) {
    constexpr std::chrono::seconds kLongest = std::chrono::minutes(30);
    constexpr std::chrono::seconds kMargin{300};    // before its end it is no longer used
    try {
        const json::Document document = json::Document::copy(answer);
        document.validate();
        const json::View root = document.root();
        const auto text = [&root](std::string_view name) {
            const auto value = root.find(name);
            return value ? value->as_string().value_or("") : std::string();
        };
        AccessToken token{.text = text("access_token"), .lifetime = kLongest};
        if (!token.text.empty()) {
            const auto life = root.find("expires_in");
            const auto seconds = life ? life->as_int() : std::nullopt;
            if (seconds) {
                const std::chrono::seconds told(*seconds);
                token.lifetime = std::clamp(told, std::chrono::seconds(0), kLongest + kMargin) - kMargin;
            }
            return token;
        }
        const std::string why = text("error_description");
        no_token(why.empty() ? "status " + std::to_string(status) + " " + text("error") : why);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::UpstreamRefused) throw;
        no_token("status " + std::to_string(status));
    }
}

/// Streaming calls answer with their error in a list.
dialect::ClientError read_error(const ErrorFacts& facts) {
    std::string body(facts.body);
    try {
        const json::Document document = json::Document::copy(facts.body);
        document.validate();
        document.root().each_item([&body](json::View item) {
            body = item.raw();
            return false;
        });
    } catch (const Error&) {
        // no JSON: the status tells enough
    }
    return dialect::read_upstream_error(body, facts.status);
}

constexpr std::array<std::string_view, 12> kMembers = {
    "messages", "system", "max_tokens", "stop_sequences", "stream",   "temperature",
    "top_p",    "top_k",  "tools",      "tool_choice",    "thinking", "output_config"};

std::string claude_body(const CallFacts& /*call*/, const CallBody& body) {
    if (body.origin == BodyOrigin::PassedOn) return std::string(body.text);
    return hosted_claude_body(
        {.version = "vertex-2023-10-16", .members = kMembers, .zero_tokens = ZeroTokens::Sent}, body);
}

constexpr Protocol kClaudeProtocol = {.url = claude_url,
                                      .headers = headers,
                                      .body = claude_body,
                                      .grant = grant,
                                      .read_token = read_token,
                                      .read_error = read_error};
constexpr Protocol kOpenProtocol = {
    .url = open_url, .headers = headers, .grant = grant, .read_token = read_token, .read_error = read_error};

constexpr Protocol kGeminiProtocol = {.url = gemini_url,
                                      .headers = headers,
                                      .grant = grant,
                                      .read_token = read_token,
                                      .read_error = read_error};

constexpr std::array kChatPaths = {EndpointPath{Endpoint::ChatCompletions, ""}};
constexpr std::array kGeminiPaths = {
    EndpointPath{.endpoint = Endpoint::GenerateContent,
                 .path = ":generateContent",
                 .offered = Offered::ToAllButImagen,
                 .stream_path = ":streamGenerateContent?alt=sse"},
    EndpointPath{Endpoint::CountTokens, ":countTokens"},
    EndpointPath{Endpoint::Predict, ":predict"},
};

constexpr std::array kRows = {
    hosted_claude_provider(
        {.type = ChannelType::VertexAi,
         .name = "vertex-ai",
         .reference =
             "https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude",
         .protocol = &kClaudeProtocol,
         .serves = is_claude}),
    Provider{.type = ChannelType::VertexAi,
             .name = "vertex-ai",
             .endpoints = kChatPaths,
             .auth = Auth::ByProtocol,
             .stream_options = StreamOptions::Supported,
             .chat = kFunctionsOnly,
             .reference = "https://cloud.google.com/vertex-ai/generative-ai/docs/maas/call-open-model-apis",
             .protocol = &kOpenProtocol,
             .serves = is_open},
    Provider{.type = ChannelType::VertexAi,
             .name = "vertex-ai",
             .endpoints = kGeminiPaths,
             .auth = Auth::ByProtocol,
             .query = QueryRule::Nothing,
             .reference = "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
             .protocol = &kGeminiProtocol,
             .gemini = {.function_ids = false, .names_in_bodies = false}},
};

}    // namespace

std::span<const Provider> vertex_rows() { return kRows; }

}    // namespace opusclaw::provider
