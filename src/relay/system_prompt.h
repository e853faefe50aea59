// relay/system_prompt.h: a channel's own system prompt in a request that stays in its dialect (spec 06 section 4.4): a few bytes
// are put between those of the client, where its form says. Pure.
#pragma once

#include <string_view>

#include "base/json/splice.h"
#include "catalog/channel.h"
#include "relay/facts.h"

namespace opusclaw::relay {

enum class PromptEdit { None, Added, Overwritten };    // Overwritten: it went before the client's own

/// `model` is the one sent upstream: some want the role `developer`. Messages that are no array are left to the provider;
/// instructions that are no text give way where the channel overrides.
PromptEdit add_system_prompt(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                             std::string_view model);

}    // namespace opusclaw::relay
