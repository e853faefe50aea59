// tests/unit/relay/chat_facts.h: the facts of a chat or of another request, for tests of what is made of them.
#pragma once

#include "relay/facts.h"
#include "relay/request_form.h"

namespace opusclaw::relay {

/// `body` outlives what is given.
inline Facts facts_for(provider::Endpoint endpoint, const PaddedBuffer& body) {
    return read_facts(body,
                      {.form = form_of(endpoint), .content_type = "application/json", .path_model = {}});
}
inline Facts chat_facts(const PaddedBuffer& body) {
    return facts_for(provider::Endpoint::ChatCompletions, body);
}

}    // namespace opusclaw::relay
