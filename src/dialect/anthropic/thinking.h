// dialect/anthropic/thinking.h: how a model is told to think: from suffixes of its name, from what the client wants, within what
// the provider accepts (spec 06 sections 11.2 to 11.4, 22.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/chat.h"
#include "dialect/profile.h"

namespace opusclaw::dialect::anthropic {

enum class ThinkingKind { None, Enabled, Adaptive };
/// What becomes of temperature, top_p and top_k beside thinking.
enum class SamplingRule { Free, TemperatureOne, Removed };

struct ThinkingPlan {
    std::string model;    // the name to send
    std::int64_t max_tokens = 0;
    ThinkingKind kind = ThinkingKind::None;
    std::int64_t budget = 0;    // of Enabled
    std::optional<chat::Effort> effort;
    bool summarized = false;    // adaptive-only models hide their thinking unless told
    SamplingRule sampling = SamplingRule::Free;
    bool left_out = false;    // the provider would refuse the thinking that was asked for
};

/// By the name alone, for clients of every dialect. `max_tokens` is the client's limit or the default.
ThinkingPlan plan_by_name(std::string_view model, std::int64_t max_tokens, const Profile& profile);
/// With what the request says, for converted requests: the plan that the provider accepts.
ThinkingPlan plan_thinking(const chat::Request& request, const Target& target);

/// Models that think adaptively or not at all, and take no sampling members.
bool is_adaptive_only(std::string_view model);
/// `claude-(opus|sonnet|haiku)-4-5` and later: structured output by schema.
bool has_output_format(std::string_view model);

}    // namespace opusclaw::dialect::anthropic
