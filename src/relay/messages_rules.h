// relay/messages_rules.h: what the name of a model and the options change in a Messages request that stays in its dialect: max_tokens,
// thinking, sampling, thinking of other vendors' models (spec 06 sections 6.3, 11.5, 22.1). Pure; edits are splices.
#pragma once

#include "base/json/splice.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// Takes a suffix about thinking off the name that is sent and keeps it, with the profile that the rules need (RequestForm::split_name).
void split_thinking(Route& route, const Facts& facts, const settings::Settings& settings);

/// The edits (RequestForm::model_rules).
void apply_messages_rules(json::Splice& body, const Facts& facts, const Route& route);

}    // namespace opusclaw::relay
