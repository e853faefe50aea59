// catalog/endpoint_types.cpp: the table of channel types, and the names of models that say more.
#include "catalog/endpoint_types.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "catalog/channel_types.h"

namespace opusclaw::catalog {
namespace {

constexpr int kOpenRouter = 20;
constexpr std::string_view kOpenai = "openai", kResponses = "openai-response";

bool has_any(std::string_view name, std::span<const std::string_view> parts) {
    return std::ranges::any_of(
        parts, [name](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

bool makes_images(std::string_view model) {
    constexpr std::array<std::string_view, 4> kParts = {"dall-e-3", "dall-e-2", "flux-", "flux.1-"};
    const std::string name = text::lower(model);
    return has_any(name, kParts) || name.starts_with("gpt-image-") || name.starts_with("imagen-");
}

bool only_responses(std::string_view model) {
    constexpr std::array<std::string_view, 3> kParts = {"o3-pro", "o3-deep-research",
                                                        "o4-mini-deep-research"};
    return has_any(model, kParts);
}

void add(std::vector<std::string_view>& types, std::string_view type) {
    if (std::ranges::find(types, type) == types.end()) types.push_back(type);
}

}    // namespace

std::vector<std::string_view> endpoint_types(std::span<const int> channel_types, std::string_view model) {
    std::vector<std::string_view> types;
    if (channel_types.empty()) return types;
    if (makes_images(model)) types.emplace_back("image-generation");
    const std::string_view plain = only_responses(model) ? kResponses : kOpenai;
    for (const int number : channel_types) {
        const ChannelTypeFacts* facts = channel_type(number);
        // Types that speak OpenAI's dialect only, and those nobody knows, go by the model's name.
        const bool common = facts == nullptr || facts->endpoint_types.empty() ||
                            (facts->endpoint_types.size() == 1 && facts->endpoint_types.front() == kOpenai);
        if (common) {
            add(types, number == kOpenRouter ? kOpenai : plain);
        } else {
            for (const std::string& type : facts->endpoint_types) add(types, type);
        }
    }
    return types;
}

}    // namespace opusclaw::catalog
