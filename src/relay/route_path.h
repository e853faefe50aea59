// relay/route_path.h: where the provider of a route has an endpoint, as the channel and the model decide it (spec 07 sections 1.5, 5, 19).
#pragma once

#include "relay/route.h"

namespace opusclaw::relay {

/// Of a route whose channel, provider and model are known; nullptr: its provider does not offer the endpoint there.
const provider::EndpointPath* path_of(const Route& route, provider::Endpoint endpoint);

}    // namespace opusclaw::relay
