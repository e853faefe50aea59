// provider/vertex.h: Google Vertex AI's configuration, read: regions, service accounts, names of models, and the grant that gets an access
// token (spec 07 sections 9.1 to 9.4; RFC 7523). Only for provider.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "provider/protocol.h"

namespace opusclaw::provider {

struct ServiceAccount {
    std::string project, email, private_key;    // the key as stored
};
/// Throws Error(Internal, "channel:invalid_key") for what is no such JSON, or lacks one of them.
ServiceAccount read_service_account(std::string_view key);

/// The region of a call: `other` is a name, or an object that is asked for the requested model, the one that is sent, `default`.
std::string vertex_region(const CallFacts& call);
/// The name of a Claude model there.
std::string vertex_claude_name(std::string_view model);

/// `-----BEGIN PRIVATE KEY-----` around what is left of a key whose line ends got lost, or became `\n`.
std::string repair_pem(std::string_view key);
/// A signed JWT that asks for a token. Throws Error(Internal, "channel:invalid_key") when the key cannot sign.
std::string vertex_assertion(const ServiceAccount& account, std::string_view audience, std::int64_t now);

/// The rest of the URL of a call comes behind it: to the version, with the project and region of a service account.
std::string vertex_root(const CallFacts& call, std::string_view version);
bool has_api_key(const CallFacts& call);

}    // namespace opusclaw::provider
