// dialect/model_name.cpp: the first rule that fits decides (spec 04 section 7.3).
#include "dialect/model_name.h"

namespace opusclaw::dialect {

std::string normalise_model(std::string_view model) {
    const bool thinking = model.find("-thinking-") != std::string_view::npos;
    if (thinking && model.starts_with("gemini-2.5-flash-lite")) return "gemini-2.5-flash-lite-thinking-*";
    if (thinking && model.starts_with("gemini-2.5-flash")) return "gemini-2.5-flash-thinking-*";
    if (thinking && model.starts_with("gemini-2.5-pro")) return "gemini-2.5-pro-thinking-*";
    if (model.starts_with("gpt-4-gizmo")) return "gpt-4-gizmo-*";
    if (model.starts_with("gpt-4o-gizmo")) return "gpt-4o-gizmo-*";
    return std::string(model);
}

}    // namespace opusclaw::dialect
