// relay/request_form.cpp: the rows. What a row names is in its own module: readers and estimates in dialect, checks in request_checks.
#include "relay/request_form.h"

#include <algorithm>
#include <array>

#include "dialect/anthropic/reader.h"
#include "dialect/gemini/predict.h"
#include "dialect/gemini/read.h"
#include "dialect/openai_chat/reader.h"
#include "dialect/openai_responses/read.h"
#include "dialect/prompt_estimate.h"
#include "dialect/result_lists.h"
#include "relay/gemini_rules.h"
#include "relay/messages_rules.h"
#include "relay/model_rules.h"
#include "relay/request_checks.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

/// What is relayed as it is, but for the model that some bodies name a second time.
constexpr RequestForm gemini_form(Endpoint endpoint, const dialect::AnswerReader* reader) {
    return {.endpoint = endpoint,
            .dialect = dialect::Dialect::Gemini,
            .logged_as = "Google Gemini",
            .reader = reader,
            .check = check_any_request,
            .each_prompt_text = dialect::each_gemini_text,
            .estimate_prompt = dialect::estimate_gemini_prompt,
            .model_rules = name_model_in_bodies,
            .split_name = endpoint == Endpoint::CountTokens ? split_gemini_thinking : nullptr,
            .wishes = WishPlace::Path,
            .count_member = endpoint == Endpoint::CountTokens ? "totalTokens" : ""};
}

const std::array kForms = {
    RequestForm{.endpoint = Endpoint::ChatCompletions,
                .dialect = dialect::Dialect::OpenaiChat,
                .logged_as = "OpenAI Compatible",
                .reader = &dialect::openai_chat::kChatReader,
                .check = check_chat_request,
                .each_prompt_text = dialect::each_chat_text,
                .estimate_prompt = dialect::estimate_chat_prompt,
                .streams = true,
                .usage_chunks = true,
                .removes_fields = true,
                .add_system_prompt = add_system_prompt,
                .model_rules = apply_chat_rules,
                .split_name = split_effort,
                .effort = EffortMember::ReasoningEffort,
                .translated = Translated::AsConversation,
                .audio = AudioFormula::ByUsage},
    RequestForm{.endpoint = Endpoint::Completions,
                .dialect = dialect::Dialect::OpenaiChat,
                .logged_as = "OpenAI Compatible",
                .reader = &dialect::openai_chat::kCompletionsReader,
                .check = check_completions_request,
                .each_prompt_text = dialect::each_chat_text,
                .estimate_prompt = dialect::estimate_chat_prompt,
                .streams = true,
                .usage_chunks = true,
                .removes_fields = true,
                .model_rules = apply_chat_rules,
                .split_name = split_effort,
                .effort = EffortMember::ReasoningEffort,
                .audio = AudioFormula::ByUsage},
    RequestForm{.endpoint = Endpoint::Responses,
                .dialect = dialect::Dialect::OpenaiResponses,
                .logged_as = "OpenAI Responses",
                .reader = &dialect::openai_responses::kReader,
                .check = check_responses_request,
                .each_prompt_text = dialect::each_responses_text,
                .estimate_prompt = dialect::estimate_responses_prompt,
                .streams = true,
                .removes_fields = true,
                .add_system_prompt = add_instructions,
                .split_name = split_effort,
                .effort = EffortMember::ReasoningObject,
                .translated = Translated::AsConversation,
                .audio = AudioFormula::OfAudioModels,
                .count_member = "input_tokens"},
    RequestForm{.endpoint = Endpoint::ResponsesCompact,
                .dialect = dialect::Dialect::OpenaiResponses,
                .logged_as = "openai_responses_compaction",
                .reader = &dialect::openai_responses::kReader,
                .check = check_compact_request,
                .each_prompt_text = dialect::each_responses_text,
                .estimate_prompt = dialect::estimate_responses_prompt,
                .model_suffix = "-openai-compact",
                .model_rules = keep_compact_members,
                .refusal_by_kind = R"(unsupported endpoint "/v1/responses/compact" for api type )"},
    RequestForm{.endpoint = Endpoint::Messages,
                .dialect = dialect::Dialect::Anthropic,
                .logged_as = "Claude Messages",
                .reader = &dialect::anthropic::kReader,
                .check = check_messages_request,
                .each_prompt_text = dialect::each_messages_text,
                .estimate_prompt = dialect::estimate_messages_prompt,
                .streams = true,
                .removes_fields = true,
                .add_system_prompt = add_system_member,
                .model_rules = apply_messages_rules,
                .split_name = split_thinking,
                .translated = Translated::AsConversation,
                .shows_estimate = true,
                .keeps_thinking_suffix = true,
                .count_member = "input_tokens"},
    RequestForm{.endpoint = Endpoint::Embeddings,
                .dialect = dialect::Dialect::OpenaiChat,
                .logged_as = "embedding",
                .reader = &dialect::kEmbeddingsReader,
                .check = check_embeddings_request,
                .each_prompt_text = dialect::each_embeddings_text,
                .estimate_prompt = dialect::estimate_embeddings_prompt,
                .translated = Translated::AsEmbeddings},
    RequestForm{.endpoint = Endpoint::Moderations,
                .dialect = dialect::Dialect::OpenaiChat,
                .logged_as = "OpenAI Compatible",
                .reader = &dialect::kModerationsReader,
                .check = check_moderations_request,
                .each_prompt_text = dialect::each_chat_text,
                .estimate_prompt = dialect::estimate_chat_prompt,
                .default_model = "text-moderation-stable",
                .removes_fields = true},
    RequestForm{.endpoint = Endpoint::GenerateContent,
                .dialect = dialect::Dialect::Gemini,
                .logged_as = "Google Gemini",
                .reader = &dialect::gemini::kReader,
                .check = check_generate_request,
                .each_prompt_text = dialect::each_gemini_text,
                .estimate_prompt = dialect::estimate_gemini_prompt,
                .streams = true,
                .add_system_prompt = add_system_instruction,
                .model_rules = apply_gemini_rules,
                .split_name = split_gemini_thinking,
                .name_bill = bill_without_thinking,
                .translated = Translated::AsConversation,
                .shows_estimate = true,
                .wishes = WishPlace::Path,
                .takes_pings = false},
    gemini_form(Endpoint::EmbedContent, &dialect::kEmbeddingsReader),
    gemini_form(Endpoint::BatchEmbedContents, &dialect::kEmbeddingsReader),
    gemini_form(Endpoint::Predict, &dialect::gemini::kPredictReader),
    gemini_form(Endpoint::CountTokens, nullptr),
};

}    // namespace

const RequestForm& form_of(provider::Endpoint endpoint) {
    const auto found = std::ranges::find(kForms, endpoint, &RequestForm::endpoint);
    return found == kForms.end() ? kForms.front() : *found;
}

}    // namespace opusclaw::relay
