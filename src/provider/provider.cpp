// provider/provider.cpp: looks providers up and says what a request to one carries (DESIGN section 8; spec 07 section 1).
#include "provider/provider.h"

#include <algorithm>

#include "provider/rows.h"

namespace opusclaw::provider {

const Provider* find_provider(int channel_type) {
    for (const auto& rows : {openai_compatible_rows(), anthropic_rows(), gemini_rows()}) {
        const auto found = std::find_if(rows.begin(), rows.end(), [channel_type](const Provider& row) {
            return static_cast<int>(row.type) == channel_type;
        });
        if (found != rows.end()) return &*found;
    }
    return nullptr;
}

const EndpointPath* find_endpoint(const Provider& provider, Endpoint endpoint) {
    const auto found = std::ranges::find(provider.endpoints, endpoint, &EndpointPath::endpoint);
    return found == provider.endpoints.end() ? nullptr : &*found;
}

std::optional<std::string_view> endpoint_path(const Provider& provider, Endpoint endpoint) {
    const EndpointPath* const row = find_endpoint(provider, endpoint);
    return row == nullptr ? std::nullopt : std::optional(row->path);
}

std::vector<UpstreamHeader> credentials(const Provider& provider, std::string_view key,
                                        std::string_view organization) {
    std::vector<UpstreamHeader> headers;
    switch (provider.auth) {
        case Auth::Bearer:
            headers.push_back({"Authorization", "Bearer " + std::string(key)});
            if (!organization.empty()) headers.push_back({"OpenAI-Organization", std::string(organization)});
            break;
        case Auth::XApiKey: headers.push_back({"x-api-key", std::string(key)}); break;
        case Auth::XGoogApiKey: headers.push_back({"x-goog-api-key", std::string(key)}); break;
    }
    return headers;
}

}    // namespace opusclaw::provider
