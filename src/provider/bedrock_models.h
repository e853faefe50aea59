// provider/bedrock_models.h: the names under which AWS Bedrock knows models (spec 07 section 8.3).
#pragma once

#include <string>
#include <string_view>

namespace opusclaw::provider {

/// The id for a name, with the prefix of the region's inference profile where the model has one; a name that is not known stays.
std::string bedrock_model_id(std::string_view model, std::string_view region);
/// Whether it is one of Amazon's Nova models, which speak a format of their own.
bool is_nova(std::string_view model);

}    // namespace opusclaw::provider
