// dialect/result_lists.cpp: of these answers only usage and errors are looked at; whatever else is no error is an answer.
#include "dialect/result_lists.h"

#include <algorithm>

#include "dialect/answer_parts.h"
#include "dialect/openai_chat/read.h"

namespace opusclaw::dialect {
namespace {

AnswerFacts read_list(std::string_view body) {
    return with_object(body, [](const json::View& root) {
        AnswerFacts facts;
        facts.output = true;
        root.each_member([&facts](std::string_view key, json::View value) {
            if (key == "usage") facts.usage = openai_chat::read_usage(value);
            if (key == "error" && is_error(value)) facts.error = true;
            return true;
        });
        return facts;
    });
}

AnswerFacts read_embeddings(std::string_view body) {
    AnswerFacts facts = read_list(body);
    if (!facts.usage) return facts;
    Usage& usage = *facts.usage;
    if (usage.prompt == 0) usage.prompt = std::max<std::int64_t>(usage.total - usage.completion, 0);
    usage.completion = 0;
    return facts;
}

}    // namespace

const AnswerReader kEmbeddingsReader = {.read_answer = read_embeddings,
                                        .estimated_usage = EstimatedUsage::ForTheBillOnly};
const AnswerReader kModerationsReader = {.read_answer = read_list};

}    // namespace opusclaw::dialect
