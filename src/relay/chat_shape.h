// relay/chat_shape.h: whether a channel wants answers for Chat clients in another shape (`force_format`, `thinking_to_content`; spec 06
// section 17.6). How that is done: dialect/openai_chat/reshape.h.
#pragma once

#include "dialect/openai_chat/reshape.h"
#include "relay/facts.h"
#include "relay/request_form.h"
#include "relay/route.h"

namespace opusclaw::relay {

inline dialect::openai_chat::Shape chat_shape(const Facts& facts, const Route& route) {
    if (facts.form->endpoint != provider::Endpoint::ChatCompletions) return {};
    return {.exact_members = route.channel->force_format,
            .thinking_to_content = route.channel->thinking_to_content};
}

}    // namespace opusclaw::relay
