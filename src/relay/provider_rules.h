// relay/provider_rules.h: what the row of a provider (provider/body_rules.h, answer_rules.h) changes in a request on its way and in the
// answer (spec 06 section 22.4; 07; 08). Pure; which provider it is, nobody here knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/splice.h"
#include "provider/provider.h"
#include "relay/facts.h"
#include "relay/failure.h"
#include "relay/route.h"

namespace opusclaw::relay {

/// Takes off the name that is sent what the row says it asks for, and notes the headers that go with this provider.
void fit_provider(Route& route, const Facts& facts, const settings::Settings& settings);

/// The edits that the row and the model's name ask for; `facts` are those of the body.
void apply_provider_rules(json::Splice& body, const Facts& facts, const Route& route);

/// The body with its messages as the provider takes them, once all else is in it; nullopt: as it is.
std::optional<std::string> with_provider_messages(json::Splice& body, const Route& route);

/// A payload of an answer as the client's dialect has it; nullopt: as it came. Throws Error(UpstreamBroken) for an envelope that says
/// that it failed.
std::optional<std::string> shown_payload(const Route& route, std::string_view payload,
                                         provider::Payload kind);
/// The same for who translates it, with usage where the dialect has it.
std::optional<std::string> read_payload(const Route& route, std::string_view payload, provider::Payload kind);
/// Usage that the row finds where the dialect does not have it: when nothing is known of what was cached.
void find_usage(const Route& route, std::string_view payload, provider::Payload kind,
                std::optional<dialect::Usage>& usage);

/// The failure of a 200 answer that holds an error: 502, or what the row says of its code (spec 08 section 1.4).
Failure error_inside(const Route& route, std::string_view body);

}    // namespace opusclaw::relay
