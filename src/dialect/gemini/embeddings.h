// dialect/gemini/embeddings.h: OpenAI's embeddings asked of Gemini as `batchEmbedContents`, and the answer back (spec 07 section 10.5).
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opusclaw::dialect::gemini {

/// `body`: OpenAI's request. One item for each text of `input`. Throws Error(InvalidRequest, "convert_request_failed") for an empty
/// input, Unfit for token numbers, which only their own vendor can read.
std::string encode_embeddings_request(std::string_view body, std::string_view model);

/// What of the request its answer needs: whether vectors go as base64 of 32-bit floats.
enum class VectorForm { Numbers, Base64 };
VectorForm vector_form(std::string_view body);

struct EmbeddingsReply {
    std::string_view model;
    std::int64_t prompt_tokens = 0;
    VectorForm form = VectorForm::Numbers;
};
/// `answer`: Gemini's, whole. Throws Error(UpstreamBroken, "bad_response_body") for what is none.
std::string encode_embeddings_answer(std::string_view answer, const EmbeddingsReply& reply);

}    // namespace opusclaw::dialect::gemini
