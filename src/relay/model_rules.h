// relay/model_rules.h: what the name of an OpenAI model changes in a request to it: the effort in its suffix, the token limit, the first
// message's role, sampling (spec 06 sections 6.1, 6.2, 22.3; 07 sections 4.3, 4.4). Pure; edits are splices into the client's bytes.
#pragma once

#include "base/json/splice.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// Takes an effort suffix off the name that is sent, unless the settings say that the name keeps it.
void split_effort(Route& route, const Facts& facts, const settings::Settings& settings);

/// The edits for the name that is sent: those of the form, and the effort that was taken off.
void apply_model_rules(json::Splice& body, const Facts& facts, const Route& route);
/// Those of Chat and Completions (RequestForm::model_rules).
void apply_chat_rules(json::Splice& body, const Facts& facts, const Route& route);
/// That of compaction: what is no part of the conversation is not sent.
void keep_compact_members(json::Splice& body, const Facts& facts, const Route& route);

/// Spec 06 section 22: either name in the list keeps a suffix.
bool keeps_suffix(const settings::Settings& settings, std::string_view requested, std::string_view sent);

/// The effort that the request ends up with, as log rows tell it; empty: none is known. Does not throw for what a body holds.
std::string effort_of(const Facts& facts, const Route& route);

}    // namespace opusclaw::relay
