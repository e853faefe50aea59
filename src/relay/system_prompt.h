// relay/system_prompt.h: a channel's own system prompt in a request in its provider's dialect (spec 06 section 4.4): a few bytes
// are put between those of the client. Pure.
#pragma once

#include <string_view>

#include "base/json/splice.h"
#include "catalog/channel.h"
#include "relay/facts.h"

namespace opusclaw::relay {

enum class PromptEdit { None, Added, Overwritten };    // Overwritten: it went before the client's own

using SystemPromptEdit = PromptEdit (*)(json::Splice& body, const Facts& facts,
                                        const catalog::Channel& channel, std::string_view model);

/// Chat: the first message. `model` is the one sent upstream: some want the role `developer`. Messages that are no array are left to
/// the provider.
PromptEdit add_system_prompt(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                             std::string_view model);
/// Messages: `system`, a text or blocks.
PromptEdit add_system_member(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                             std::string_view model);
/// Responses: `instructions`.
PromptEdit add_instructions(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                            std::string_view model);
/// Gemini: `systemInstruction`. One that says nothing goes.
PromptEdit add_system_instruction(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                                  std::string_view model);

}    // namespace opusclaw::relay
