// relay/token_count.h: POST /v1/messages/count_tokens, /v1/responses/input_tokens and Gemini's `countTokens`: how many tokens a request
// has. A provider of its dialect is asked; where there is none, or it does not tell, they are counted here. Costs nothing and
// leaves no log row.
#pragma once

#include "net/client.h"
#include "net/server.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "relay/services.h"

namespace opusclaw::relay {

/// References outlive the answer.
struct TokenCount {
    net::Exchange& exchange;
    const Facts& facts;    // of a request that was checked
    const Services& services;
    const settings::Settings& settings;
    const catalog::Draw& draw;
    std::string_view request_id;
};

/// `route`: as Walk::first() gives it. Throws Error(ClientGone), and Error(InvalidRequest) for a body whose inside is no JSON.
Task<> answer_token_count(net::Client& client, TokenCount count, Route route);

}    // namespace opusclaw::relay
