// dialect/gemini/images.h: chats with models that only make images: asked as `predict`, and answered as OpenAI's list of images (spec 07
// sections 9.5, 10.4). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect::gemini {

/// `chat` was decoded from `body`, a Chat request: the first text of the user is the prompt, `n` and `size` may stand in `extra_body`.
/// Throws Error(InvalidRequest, "convert_request_failed") when there is no prompt.
std::string encode_image_request(const chat::Request& chat, std::string_view body);

/// `answer`: that of `predict`, whole; `created` in Unix seconds. Throws Error(UpstreamRefused, "prompt_blocked") 400 when all images
/// were filtered, Error(UpstreamBroken) "empty_response" 500 when there are none, "bad_response_body" for what is no answer.
std::string encode_image_answer(std::string_view answer, std::int64_t created);

}    // namespace opusclaw::dialect::gemini
