// dialect/openai_responses/codec.h: OpenAI Responses to and from the neutral chat model (DESIGN section 7; spec 06 sections 7 to
// 19). Pure. What only passes through in its own dialect is read by read.h and never comes here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialect/chat_event.h"
#include "dialect/profile.h"
#include "dialect/reply.h"

namespace opusclaw::dialect::openai_responses {

/// `body` must outlive the Request. Throws Error(InvalidRequest, "invalid_json") for text that is no JSON, and Unfit for what only a
/// server of this dialect can resolve (spec 06 section 8.5); what is merely odd is read as well as it can be.
chat::Request decode_request(std::string_view body);

/// The request as `target` takes it. Throws Error(InvalidRequest, "invalid_request") when several answers are wanted.
Encoded encode_request(const chat::Request& request, const Target& target);

/// A whole answer with status 200; `body` must outlive the Response. Throws Error(UpstreamBroken, "bad_response_body").
chat::Response decode_response(std::string_view body);
std::string encode_response(const chat::Response& response, const Reply& reply);

std::unique_ptr<chat::StreamDecoder> make_stream_decoder();
std::unique_ptr<chat::StreamEncoder> make_stream_encoder(const Reply& reply);

/// The members of a request that its answer repeats, as a JSON object, for Reply::shown_request. Does not throw: a body that cannot
/// be read shows nothing.
std::string shown_request(std::string_view body);

}    // namespace opusclaw::dialect::openai_responses
