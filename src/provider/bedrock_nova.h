// provider/bedrock_nova.h: Amazon's Nova models, whose requests and answers have a form of their own (spec 07 section 8.8; Amazon Nova User
// Guide, "Complete request schema"). They count as a provider of Chat: its bodies and answers are rewritten here. Only for provider.
#pragma once

#include <string>
#include <string_view>

#include "provider/protocol.h"

namespace opusclaw::provider {

extern const Protocol kNovaProtocol;

/// A Chat request as Nova takes it; `files` as CallBody has them. Throws Error(InvalidRequest, "convert_request_failed") for messages
/// that are none, and as NovaParts (bedrock_nova_media.h).
std::string nova_request(std::string_view chat, const dialect::FetchedFiles* files = nullptr);
/// A whole answer as one of Chat. Throws Error(UpstreamBroken, "bad_response_body").
std::string nova_answer(std::string_view body, const ReplyFacts& reply);
/// An event of a stream as a chunk of Chat; empty: nothing to tell.
std::string nova_chunk(std::string_view event, const ReplyFacts& reply, StreamState& state);

}    // namespace opusclaw::provider
