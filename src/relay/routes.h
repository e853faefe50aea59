// relay/routes.h: the paths that the relay serves, one row each (spec 04 section 2): which requests are made of them, and in which
// dialect their errors are told.
#pragma once

#include <optional>
#include <string_view>

#include "dialect/dialect.h"
#include "relay/request_form.h"

namespace opusclaw::relay {

enum class RouteKind {
    Inference,        // a request of `form`
    TokenCount,       // how many tokens a request of `form` has
    ModelList,        // GET /v1/models and its kin
    NotImplemented    // 501 behind authentication
};

struct RelayRoute {
    std::string_view method;
    std::string_view pattern;    // `{name}` is one part of a path, `{name...}` all that is left; never empty
    RouteKind kind = RouteKind::Inference;
    provider::Endpoint endpoint = provider::Endpoint::ChatCompletions;
    dialect::Dialect dialect = dialect::Dialect::OpenaiChat;    // of errors
    bool streams = false;    // what is asked for is a stream, whatever the body says

    const RequestForm& form() const { return form_of(endpoint); }
};

struct RouteMatch {
    const RelayRoute* route = nullptr;
    std::string_view parameter;    // what stands in the pattern's place, percent-encoded as it came
};
/// `path` is without its query. nullopt: none of ours.
std::optional<RouteMatch> find_route(std::string_view method, std::string_view path);

}    // namespace opusclaw::relay
