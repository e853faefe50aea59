// dialect/openai_chat/reader.h: Chat Completions and legacy Completions as kinds of answers (spec 04 section 19.5; 06 sections 6.1, 16.4).
#pragma once

#include "dialect/answer_reader.h"

namespace opusclaw::dialect::openai_chat {

extern const AnswerReader kChatReader;
/// The same with `text` in its choices and another name for its chunks.
extern const AnswerReader kCompletionsReader;

}    // namespace opusclaw::dialect::openai_chat
