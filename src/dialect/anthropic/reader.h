// dialect/anthropic/reader.h: how Messages answers that pass through are read and how their streams end (spec 04 section 19; 05 sections 7,
// 9; 06 sections 16.4, 19).
#pragma once

#include "dialect/answer_reader.h"

namespace opusclaw::dialect::anthropic {

extern const AnswerReader kReader;

}    // namespace opusclaw::dialect::anthropic
