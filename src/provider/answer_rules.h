// provider/answer_rules.h: what a provider answers otherwise than its dialect has it (spec 07 sections 4.13, 13, 17; 08 sections 1.4, 6, 9, 10):
// rules that its row names. Each gives the payload as the dialect has it, so that whoever reads or translates it knows no provider.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace opusclaw::provider {

enum class Endpoint;
struct Provider;

enum class Payload { WholeBody, StreamEvent };

/// Who sees what a rule made: the bill alone, or the client, too.
enum class SeenBy { Bill, Everybody };

struct AnswerFacts {
    Payload payload = Payload::WholeBody;
    std::string_view model;           // that was sent
    SeenBy seen_by = SeenBy::Bill;    // which rules are asked
};

struct AnswerRule {
    Endpoint endpoint;
    std::string_view mark;    // text without which the rule has nothing to do
    /// nullopt: the payload is as the dialect has it. Throws nothing for what a provider may send.
    std::optional<std::string> (*apply)(std::string_view payload, const AnswerFacts& facts);
    SeenBy seen_by = SeenBy::Bill;
};

/// A provider's code for a failure inside a 200 answer, and the status it stands for.
struct CodeStatus {
    std::string_view code;
    int status = 0;
};
/// That of an error without a row in the table.
int status_of_code(const Provider& provider, std::string_view code, int otherwise);

/// The payload as the dialect has it; nullopt: as it came.
std::optional<std::string> normal_answer(const Provider& provider, Endpoint endpoint,
                                         std::string_view payload, const AnswerFacts& facts);

// Rules that rows name; each takes cached tokens from where this provider tells them.
std::optional<std::string> cache_hit_tokens(std::string_view payload, const AnswerFacts& facts);
std::optional<std::string> zhipu_cached_tokens(std::string_view payload, const AnswerFacts& facts);
std::optional<std::string> moonshot_cached_tokens(std::string_view payload, const AnswerFacts& facts);
std::optional<std::string> llama_cached_tokens(std::string_view payload, const AnswerFacts& facts);

/// Reasoning counts as output: completion = total - prompt.
std::optional<std::string> completion_by_total(std::string_view payload, const AnswerFacts& facts);
/// Finish reasons of Zhipu's own.
std::optional<std::string> zhipu_finish(std::string_view payload, const AnswerFacts& facts);
/// `content` as parts of thinking and text.
std::optional<std::string> thinking_parts(std::string_view payload, const AnswerFacts& facts);
/// `base_resp` with a code other than 0 is an error.
std::optional<std::string> base_resp_error(std::string_view payload, const AnswerFacts& facts);
/// Empty roles go; a last payload that repeats the whole message is none.
std::optional<std::string> minimax_chunk(std::string_view payload, const AnswerFacts& facts);
/// The model is the one that was asked for.
std::optional<std::string> own_model(std::string_view payload, const AnswerFacts& facts);
/// The only vector of an answer stands in a list.
std::optional<std::string> one_vector_as_list(std::string_view payload, const AnswerFacts& facts);

}    // namespace opusclaw::provider
