// dialect/result_lists.h: answers that are lists of results and are never streamed: embeddings and moderations (spec 05 sections 6.3, 6.10;
// 07 sections 2, 4.8).
#pragma once

#include "dialect/answer_reader.h"

namespace opusclaw::dialect {

/// Usage is the prompt alone; a provider that tells only a total means the prompt (spec 05 section 6.10).
extern const AnswerReader kEmbeddingsReader;
/// Providers tell no usage; the estimate is put into the body (spec 07 section 4.8).
extern const AnswerReader kModerationsReader;

}    // namespace opusclaw::dialect
