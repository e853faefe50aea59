// tests/unit/relay/chat_facts.h: the facts of a chat request, for tests of what is made of them.
#pragma once

#include "relay/facts.h"
#include "relay/request_form.h"

namespace opusclaw::relay {

/// `body` outlives what is given.
inline Facts chat_facts(const PaddedBuffer& body) {
    return read_facts(body, {.form = form_of(provider::Endpoint::ChatCompletions),
                             .content_type = "application/json",
                             .path_model = {}});
}

}    // namespace opusclaw::relay
