// dialect/openai_model.cpp: see the header; suffixes in the order of spec 06 section 22.3.
#include "dialect/openai_model.h"

#include <array>

namespace opusclaw::dialect {

OpenaiFamily openai_family(std::string_view model) {
    if (model.starts_with("gpt-5")) return OpenaiFamily::Gpt5;
    const bool numbered = model.size() >= 2 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9';
    return numbered ? OpenaiFamily::OSeries : OpenaiFamily::Other;
}

bool has_developer_role(std::string_view model) {
    return openai_family(model) != OpenaiFamily::Other && !model.starts_with("o1-mini") &&
           !model.starts_with("o1-preview");
}

EffortName split_effort(std::string_view model) {
    constexpr std::array<std::string_view, 6> kSuffixes = {"-high",   "-minimal", "-low",
                                                           "-medium", "-none",    "-xhigh"};
    EffortName split{.name = model, .effort = {}};
    if (openai_family(model) == OpenaiFamily::Other) return split;
    for (const std::string_view suffix : kSuffixes) {
        if (!model.ends_with(suffix)) continue;
        split.name.remove_suffix(suffix.size());
        split.effort = suffix.substr(1);
        break;
    }
    return split;
}

}    // namespace opusclaw::dialect
