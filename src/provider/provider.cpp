// provider/provider.cpp: looks providers up and says what a request to one carries (DESIGN section 8; spec 07 section 1).
#include "provider/provider.h"

#include <algorithm>

#include "provider/rows.h"

namespace opusclaw::provider {

const Provider* find_provider(int channel_type) {
    const auto rows = openai_compatible_rows();
    const auto found = std::find_if(rows.begin(), rows.end(), [channel_type](const Provider& row) {
        return static_cast<int>(row.type) == channel_type;
    });
    return found == rows.end() ? nullptr : &*found;
}

std::optional<std::string_view> endpoint_path(const Provider& provider, Endpoint endpoint) {
    for (const EndpointPath& row : provider.endpoints) {
        if (row.endpoint == endpoint) return row.path;
    }
    return std::nullopt;
}

std::vector<UpstreamHeader> credentials(const Provider& provider, std::string_view key,
                                        std::string_view organization) {
    std::vector<UpstreamHeader> headers;
    switch (provider.auth) {
        case Auth::Bearer: headers.push_back({"Authorization", "Bearer " + std::string(key)}); break;
    }
    if (!organization.empty()) headers.push_back({"OpenAI-Organization", std::string(organization)});
    return headers;
}

}    // namespace opusclaw::provider
