// relay/auto_disable.cpp: the decision only; catalog/health.h writes it down.
#include "relay/auto_disable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/text_mask.h"

namespace opusclaw::relay {
namespace {

/// Mistakes of whoever configured the channel: another key would fail the same way, and he must see them.
bool is_configuration_mistake(std::string_view code) {
    constexpr std::array<std::string_view, 3> kCodes = {
        "channel:param_override_invalid", "channel:header_override_invalid", "channel:model_mapped_error"};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

}    // namespace

bool should_disable(const Failure& failure, const settings::Settings& settings) {
    if (!settings.automatic_disable_channel_enabled || failure.client_gone) return false;
    if (failure.retry == Retry::Elsewhere || is_configuration_mistake(failure.client.code)) return false;
    if (failure.client.code.starts_with("channel:")) return true;
    if (failure.retry == Retry::Forbidden) return false;
    if (settings.automatic_disable_status_codes.contains(failure.client.status)) return true;
    const std::string message = text::lower(failure.client.message);
    return std::ranges::any_of(settings.automatic_disable_keywords, [&message](const std::string& word) {
        return message.find(word) != std::string::npos;
    });
}

std::string disable_reason(const Failure& failure) {
    constexpr std::size_t kLongest = 2048;
    return fmt::format("status_code={}, {}", failure.client.status,
                       text::cut_bytes(failure.client.message, kLongest));
}

}    // namespace opusclaw::relay
