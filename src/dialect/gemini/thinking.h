// dialect/gemini/thinking.h: how a model is told to think: by suffixes of its name, by `extra_body`, by what the client wants (spec 06
// sections 11.2, 11.3, 22.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/chat.h"
#include "dialect/profile.h"

namespace opusclaw::dialect::gemini {

/// What of a Chat client's `extra_body.google` counts here.
struct ExtraBody {
    bool thinking = false;    // `thinking_config` is there
    std::optional<std::int64_t> budget;
    std::optional<bool> include_thoughts;
    std::string_view level;
    std::string_view aspect_ratio, image_size;
};
/// Texts are kept in `pool`. Throws Error(InvalidRequest, "convert_request_failed") with the messages of spec 06 section 7.
ExtraBody read_extra_body(std::string_view json, chat::TextPool& pool);

/// `thinkingConfig`; empty members are not sent.
struct ThinkingPlan {
    std::string model;    // the name to send
    std::optional<std::int64_t> budget;
    std::optional<bool> include_thoughts;
    std::string level;
    bool unheard = false;    // the client wants something that this model cannot be told
    bool any() const { return budget || include_thoughts || !level.empty(); }
};
ThinkingPlan plan_thinking(const chat::Request& request, const ExtraBody& extra, const Target& target);

/// By the name alone, with the adapter on: for identity pairs too. nullopt: no suffix speaks. `effort` is what a Chat client asks for.
struct NamePlan {
    ThinkingPlan plan;
    bool speaks = false;
};
NamePlan plan_by_name(const chat::Request& request, const Target& target);

/// The budget within what the model takes.
std::int64_t clamp_budget(std::int64_t budget, std::string_view model);
/// `gemini-3` and later, by the number in the name.
bool is_third_generation(std::string_view model);

}    // namespace opusclaw::dialect::gemini
