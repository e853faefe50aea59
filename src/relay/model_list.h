// relay/model_list.h: GET /v1/models and its kin (spec 04 section 2.1; 03 section 11). Pure: what is listed comes from the snapshots.
#pragma once

#include <string>
#include <string_view>

#include "account/caller.h"
#include "catalog/catalog.h"
#include "net/http.h"
#include "settings/settings.h"

namespace opusclaw::relay {

bool is_model_list(std::string_view path);

struct ModelAnswer {
    int status = 200;
    std::string body;
};
/// In the form that the caller's headers ask for: OpenAI, Anthropic or Gemini; a single model for /v1/models/{model}.
ModelAnswer answer_model_list(const net::RequestHead& request, const account::Caller& caller,
                              const catalog::Snapshot& snapshot, const settings::Settings& settings);

}    // namespace opusclaw::relay
