// relay/request_checks.h: what is refused before anything is sent, for each kind of request (spec 04 section 11). Each throws
// Error(InvalidRequest, "invalid_request"), status 400, with the text of the table.
#pragma once

#include "relay/facts.h"

namespace opusclaw::relay {

void check_chat_request(const Facts& facts);
void check_completions_request(const Facts& facts);
void check_moderations_request(const Facts& facts);
void check_responses_request(const Facts& facts);
void check_compact_request(const Facts& facts);
void check_embeddings_request(const Facts& facts);
void check_messages_request(const Facts& facts);
void check_generate_request(const Facts& facts);
/// Every body that parses.
void check_any_request(const Facts& facts);

}    // namespace opusclaw::relay
