// dialect/dialect.cpp: names of the dialects in log rows (spec 03 section 14.3).
#include "dialect/dialect.h"

namespace opusclaw::dialect {

std::string_view conversion_name(Dialect dialect) {
    switch (dialect) {
        case Dialect::OpenaiChat: return "OpenAI Compatible";
        case Dialect::OpenaiResponses: return "OpenAI Responses";
        case Dialect::Anthropic: return "Claude Messages";
        case Dialect::Gemini: return "Google Gemini";
    }
    return {};
}

}    // namespace opusclaw::dialect
