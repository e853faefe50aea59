// provider/provider.cpp: looks providers up and says what a request to one carries (DESIGN section 8; spec 07 section 1).
#include "provider/provider.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

/// New API's numbers of the kinds of requests (spec 08 section 1.2).
struct Mode {
    Endpoint endpoint;
    std::string_view number;
};
constexpr std::array kModes = {
    Mode{Endpoint::ChatCompletions, "1"},  Mode{Endpoint::Completions, "2"},
    Mode{Endpoint::Embeddings, "3"},       Mode{Endpoint::Moderations, "4"},
    Mode{Endpoint::ImageGenerations, "5"}, Mode{Endpoint::Rerank, "32"},
    Mode{Endpoint::Responses, "33"},       Mode{Endpoint::GenerateContent, "35"},
    Mode{Endpoint::EmbedContent, "35"},    Mode{Endpoint::BatchEmbedContents, "35"},
    Mode{Endpoint::CountTokens, "35"},     Mode{Endpoint::Predict, "35"},
    Mode{Endpoint::ResponsesCompact, "36"}};

std::string_view mode_of(Endpoint endpoint) {
    const auto found = std::ranges::find(kModes, endpoint, &Mode::endpoint);
    return found == kModes.end() ? "0" : found->number;
}

bool is_messages_model(const PathQuestion& question) {
    const std::string model = text::lower(text::trim(question.model));
    return std::ranges::any_of(question.messages_models, [&model](const std::string& part) {
        return model.find(part) != std::string::npos;
    });
}

bool is_for(Offered offered, const PathQuestion& question) {
    constexpr std::string_view kCognitiveServices = "cognitiveservices.azure.com";
    if (question.base == BaseUrl::Plan) return offered == Offered::OnPlan;
    switch (offered) {
        case Offered::Always: return true;
        case Offered::OnPlan: return false;
        case Offered::OnCognitiveServices:
            return question.host.find(kCognitiveServices) != std::string_view::npos;
        case Offered::ToMessagesModels: return is_messages_model(question);
        case Offered::ToAllButImagen: return !question.model.starts_with("imagen");
        case Offered::ToBots: return question.model.starts_with("bot");
    }
    return false;
}

/// `token|appid`, or the token alone.
std::vector<UpstreamHeader> token_and_app(std::string_view key) {
    const auto parts = text::split(key, '|');
    const std::string_view token = text::trim(parts.front());
    if (token.empty()) {
        throw Error(
            ErrorKind::UpstreamBroken, "channel:invalid_key",
            Message::literal("setup request header failed: invalid API key: authorization token is required"))
            .with_status(500);
    }
    std::vector<UpstreamHeader> headers{{"Authorization", "Bearer " + std::string(token)}};
    const std::string_view app = parts.size() > 1 ? text::trim(parts[1]) : std::string_view();
    if (!app.empty()) headers.push_back({"appid", std::string(app)});
    return headers;
}

}    // namespace

const Provider* find_provider(int channel_type, std::string_view model) {
    const auto fits = [&](const Provider& row) {
        return static_cast<int>(row.type) == channel_type && (row.serves == nullptr || row.serves(model));
    };
    for (const auto& rows : {openai_compatible_rows(), anthropic_rows(), gemini_rows(), azure_rows(),
                             international_rows(), chinese_rows(), bedrock_rows(), vertex_rows()}) {
        const auto found = std::ranges::find_if(rows, fits);
        if (found != rows.end()) return &*found;
    }
    return nullptr;
}

const EndpointPath* find_path(const Provider& provider, const PathQuestion& question) {
    const auto found = std::ranges::find_if(provider.endpoints, [&question](const EndpointPath& row) {
        return row.endpoint == question.endpoint && is_for(row.offered, question);
    });
    return found == provider.endpoints.end() ? nullptr : &*found;
}

std::optional<std::string_view> endpoint_path(const Provider& provider, Endpoint endpoint) {
    const EndpointPath* const found = find_path(provider, {.endpoint = endpoint});
    return found == nullptr ? std::nullopt : std::optional(found->path);
}

std::string refusal_text(const Provider& provider, Endpoint endpoint) {
    constexpr std::string_view kMode = "{mode}";
    const auto own = std::ranges::find(provider.refusals, endpoint, &Refusal::endpoint);
    std::string text(own == provider.refusals.end() ? provider.refusal : own->text);
    if (const std::size_t at = text.find(kMode); at != std::string::npos)
        text.replace(at, kMode.size(), mode_of(endpoint));
    return text;
}

const dialect::OpenaiChatProfile& chat_profile(const Provider& provider, std::string_view model) {
    const auto found = std::ranges::find_if(
        provider.chat_by_model, [model](const ModelProfile& row) { return model.starts_with(row.starts); });
    return found == provider.chat_by_model.end() ? provider.chat : found->chat;
}

std::vector<UpstreamHeader> credentials(const Provider& provider, std::string_view key,
                                        std::string_view organization) {
    std::vector<UpstreamHeader> headers;
    switch (provider.auth) {
        case Auth::Bearer:
            headers.push_back({"Authorization", "Bearer " + std::string(key)});
            if (!organization.empty() && provider.organization == Organization::Sent)
                headers.push_back({"OpenAI-Organization", std::string(organization)});
            break;
        case Auth::XApiKey: headers.push_back({"x-api-key", std::string(key)}); break;
        case Auth::XGoogApiKey: headers.push_back({"x-goog-api-key", std::string(key)}); break;
        case Auth::ApiKey: headers.push_back({"api-key", std::string(key)}); break;
        case Auth::BearerAndAppId: return token_and_app(key);
        case Auth::ByProtocol: break;
    }
    return headers;
}

}    // namespace opusclaw::provider
