// dialect/anthropic/codec.h: Anthropic Messages to and from the neutral chat model (DESIGN section 7; spec 06 sections 7 to 19;
// 07 section 7). Pure; a remote file that the request needs is named in Encoded::needs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/chat_event.h"
#include "dialect/profile.h"
#include "dialect/reply.h"

namespace opusclaw::dialect::anthropic {

/// `body` must outlive the Request. Throws Error(InvalidRequest, "invalid_json") for text that is no JSON; what is merely odd is
/// read as well as it can be: required members are checked before (spec 04 section 11).
chat::Request decode_request(std::string_view body);

/// The request as `target` takes it. Without body when Encoded::needs names files that Target::files lacks.
Encoded encode_request(const chat::Request& request, const Target& target);

/// A whole answer with status 200; `body` must outlive the Response. Throws Error(UpstreamBroken, "bad_response_body").
chat::Response decode_response(std::string_view body);
std::string encode_response(const chat::Response& response, const Reply& reply);

std::unique_ptr<chat::StreamDecoder> make_stream_decoder();
std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply);

}    // namespace opusclaw::dialect::anthropic
