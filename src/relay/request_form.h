// relay/request_form.h: the kinds of requests that clients send, one row each: which endpoint of a provider serves them, what their answers
// look like, what is checked, counted and changed (spec 04 sections 2, 6.1, 11, 15; 05 sections 4.1, 6.1, 10.2). Routes lead to them.
#pragma once

#include <cstdint>
#include <string_view>

#include "dialect/answer_reader.h"
#include "dialect/dialect.h"
#include "dialect/prompt_texts.h"
#include "dialect/token_estimate.h"
#include "provider/provider.h"
#include "relay/facts.h"
#include "relay/system_prompt.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// Where a request says how much to think.
enum class EffortMember { None, ReasoningEffort, ReasoningObject };
/// Where a request names its model and asks for a stream.
enum class WishPlace { Body, Path };
/// Whether a request may be translated for a provider that has no endpoint of its dialect (spec 06 section 3).
enum class Translated { Never, AsConversation, AsEmbeddings };
/// Which bills are by the audio formula when the model has audio prices (spec 05 section 6.1).
enum class AudioFormula { Never, OfAudioModels, ByUsage };

struct Route;    // relay/route.h

struct RequestForm {
    provider::Endpoint endpoint = provider::Endpoint::ChatCompletions;
    dialect::Dialect dialect = dialect::Dialect::OpenaiChat;    // of request, answer and errors
    std::string_view logged_as;                                 // in `request_conversion` of log rows
    const dialect::AnswerReader* reader = nullptr;
    /// Throws Error(InvalidRequest, "invalid_request") with the text of the table in spec 04 section 11.
    void (*check)(const Facts&) = nullptr;
    /// The texts of the body that count, and that are searched for words.
    std::int64_t (*each_prompt_text)(std::string_view body,
                                     const dialect::PromptTextVisitor& visit) = nullptr;
    /// Prompt tokens by the texts of the body.
    std::int64_t (*estimate_prompt)(std::string_view model, std::string_view body,
                                    dialect::Counting counting) = nullptr;
    std::string_view default_model;    // of a body without one; empty: refused
    std::string_view model_suffix;     // of the name that is chosen, priced and logged by; never sent on
    bool streams = false;              // `stream` is honoured
    bool usage_chunks = false;         // `stream_options.include_usage` is honoured and asked for
    bool removes_fields = false;       // what the channel does not allow does not go on (spec 06 section 4.6)
    /// Puts the channel's own prompt among the system texts (spec 06 section 4.4); nullptr: it has none.
    SystemPromptEdit add_system_prompt = nullptr;
    /// What the name of the model and the dialect's defaults change in a request that stays in it (spec 06 sections 6, 22).
    void (*model_rules)(json::Splice& body, const Facts& facts, const Route& route) = nullptr;
    /// Takes what is no part of the name off the model that is sent, for model_rules.
    void (*split_name)(Route& route, const Facts& facts, const settings::Settings& settings) = nullptr;
    /// Whose price it has, where that is not the model's (Facts::billed_model).
    void (*name_bill)(Facts& facts, const settings::Settings& settings) = nullptr;
    EffortMember effort = EffortMember::None;
    Translated translated = Translated::Never;
    bool shows_estimate = false;           // a stream begins with the count of the prompt
    bool keeps_thinking_suffix = false;    // `-thinking` of the requested name goes to Chat providers (22.1)
    AudioFormula audio = AudioFormula::Never;
    WishPlace wishes = WishPlace::Body;
    bool takes_pings = true;          // its clients read past comments in a stream
    std::string_view count_member;    // of the answer that tells how many tokens a request has
    /// Answers what no endpoint of the channel takes, with code `invalid_request`, whoever the provider is; the number of its kind
    /// follows. Empty: the provider's own text (provider::refusal_text).
    std::string_view refusal_by_kind;
};

/// The form of a request to an endpoint; that of a chat for what has no form of its own.
const RequestForm& form_of(provider::Endpoint endpoint);

}    // namespace opusclaw::relay
