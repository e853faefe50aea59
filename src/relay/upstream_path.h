// relay/upstream_path.h: path and query of a request on its way upstream (spec 07 sections 1.5, 4.1, 5, 10.1). Pure.
#pragma once

#include <string>
#include <string_view>

#include "relay/facts.h"
#include "relay/route.h"

namespace opusclaw::relay {

/// Whether what of the client's query is not the provider's own may go on.
enum class ClientQuery { GoesOn, Stays };

/// `query`: the client's, without `?`.
std::string upstream_path(const Route& route, const Facts& facts, std::string_view query, ClientQuery rule);

}    // namespace opusclaw::relay
