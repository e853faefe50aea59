// dialect/gemini/codec.h: Google generateContent to and from the neutral chat model (DESIGN section 7; spec 06 sections 7 to 23; 07
// section 10). Pure. What only passes through in its own dialect is read by read.h and never comes here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/chat_event.h"
#include "dialect/profile.h"
#include "dialect/reply.h"

namespace opusclaw::dialect::gemini {

/// `body` must outlive the Request. Model and stream stand in the URL: the caller sets them. Throws Error(InvalidRequest,
/// "invalid_json") for text that is no JSON; what is merely odd is read as well as it can be.
chat::Request decode_request(std::string_view body);

/// The request as `target` takes it; Encoded::model and the stream wish belong into the URL. Throws Error(InvalidRequest,
/// "convert_request_failed") for what the provider would refuse: media types, an ill-formed `extra_body`, results of nameless tools.
Encoded encode_request(const chat::Request& request, const Target& target);

/// A whole answer with status 200; `body` must outlive the Response. An answer without candidates becomes Response::error; when
/// the prompt was blocked, a choice that was filtered stands beside it. Throws Error(UpstreamBroken, "bad_response_body").
chat::Response decode_response(std::string_view body);
std::string encode_response(const chat::Response& response, const Reply& reply);

std::unique_ptr<chat::StreamDecoder> make_stream_decoder();
std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply);

}    // namespace opusclaw::dialect::gemini
