// dialect/openai_model.h: what the name of an OpenAI model says about a request to it (spec 06 sections 6.1, 22.3; 07 section 4.3).
#pragma once

#include <string_view>

namespace opusclaw::dialect {

enum class OpenaiFamily { Other, OSeries, Gpt5 };

/// Names like o1, o3-mini and o4; names like gpt-5. `olmo` and `openchat` are Other.
OpenaiFamily openai_family(std::string_view model);

/// A system message at the beginning is a developer message for these.
bool has_developer_role(std::string_view model);

/// `gpt-5-high` is `gpt-5` with the effort `high`; without a suffix, or of another family, the name stays and the effort is empty. Views
/// into `model`.
struct EffortName {
    std::string_view name;
    std::string_view effort;
};
EffortName split_effort(std::string_view model);

}    // namespace opusclaw::dialect
