// relay/model_names.h: asks an upstream which models it has (spec 03 sections 3.11, 3.12; 07 section 27). What is asked and how the
// answer is read is in provider/model_names.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/channel.h"
#include "net/client.h"
#include "provider/model_names.h"
#include "relay/upstream_stop.h"

namespace opusclaw::relay {

/// The channel's own headers on such a call: replace those of the same name; pass-through rules and copies of a client's
/// header are left out. Throws Error(InvalidRequest) `invalid header override for key <k>` for what is no text.
void override_headers(provider::ModelNamesCall& call, std::string_view header_override, std::string_view key);

/// Names in the upstream's order. Every page may take 30 s. Throws Error(UpstreamBroken): `status code: N`, or what broke.
Task<std::vector<std::string>> fetch_model_names(net::Client& client, const provider::ModelNamesCall& call,
                                                 std::string_view proxy,
                                                 const catalog::TargetOptions& options, UpstreamStop& stop);

}    // namespace opusclaw::relay
