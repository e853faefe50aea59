// provider/model_names.h: how an upstream is asked which models it has, and how it answers (spec 07 section 27). Pure: what is
// sent, by which proxy and how failures are told is up to relay.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provider/provider.h"

namespace opusclaw::provider {

/// Where the names stand in the answer.
enum class NameShape { DataIds, OllamaTags, GeminiPages };

struct ModelNamesQuestion {
    int type = 0;
    std::string_view base_url;     // without a trailing slash
    std::string_view plan_base;    // the OpenAI base, where the base URL is the name of a plan; else empty
    std::string_view key;
};
struct ModelNamesCall {
    std::string url;
    std::vector<UpstreamHeader> headers;
    NameShape shape = NameShape::DataIds;
};
/// nullopt: the type has no such call, and its built-in list is the answer.
std::optional<ModelNamesCall> model_names_call(const ModelNamesQuestion& question);

struct ModelNames {
    std::vector<std::string> names;    // trimmed; blank ones and repeats dropped
    std::string next_page;             // a token for the next call; empty: this was the last page
};
/// Throws Error(UpstreamBroken, "bad_response_body") for what is no such answer.
ModelNames read_model_names(std::string_view body, NameShape shape);
/// The call for the page that a token names.
std::string page_url(const ModelNamesCall& call, std::string_view token);

}    // namespace opusclaw::provider
