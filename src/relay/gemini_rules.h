// relay/gemini_rules.h: what the name of a model and the options change in a Gemini request that stays in its dialect: thinking, roles and
// types that were left out, thoughts of other vendors' models, the model where a body names it again (spec 06 sections 6.4, 11.5,
// 22.2; 04 section 15.2). Pure; edits are splices.
#pragma once

#include "base/json/splice.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// Takes a suffix about thinking off the name that is sent and keeps it, with the profile that the rules need (RequestForm::split_name).
void split_gemini_thinking(Route& route, const Facts& facts, const settings::Settings& settings);

/// A request without thinking has the price of `<model>-nothinking`, where that name has one (RequestForm::name_bill).
void bill_without_thinking(Facts& facts, const settings::Settings& settings);

/// The edits of generateContent (RequestForm::model_rules). Ids of functions' calls and results go where the server knows none.
void apply_gemini_rules(json::Splice& body, const Facts& facts, const Route& route);
/// Those of the other actions: `models/<name>` for the model, where it stands in a body or has to; nowhere, and no ids of functions,
/// where the server (provider::GeminiServer) has it in the path alone.
void name_model_in_bodies(json::Splice& body, const Facts& facts, const Route& route);

}    // namespace opusclaw::relay
