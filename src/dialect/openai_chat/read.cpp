// dialect/openai_chat/read.cpp: one forward walk over an answer or a chunk (spec 04 section 19.5; 05 sections 7, 9; 06 section 19).
#include "dialect/openai_chat/read.h"

#include <array>
#include <cmath>

#include "base/json/edit.h"
#include "base/text.h"
#include "dialect/answer_parts.h"

namespace opusclaw::dialect::openai_chat {
namespace {

/// Finish reasons that are an answer although nothing was said (spec 05 section 7.1).
bool answers_without_output(std::string_view finish_reason) {
    return finish_reason == "content_filter" || finish_reason == "safety" || finish_reason == "refusal";
}

constexpr std::array<UsageMember, 5> kCounts = {
    {{"prompt_tokens", &Usage::prompt},
     {"completion_tokens", &Usage::completion},
     {"total_tokens", &Usage::total},
     {"claude_cache_creation_5_m_tokens", &Usage::cache_write_5m},
     {"claude_cache_creation_1_h_tokens", &Usage::cache_write_1h}}};
constexpr std::array<UsageMember, 5> kPromptDetails = {{{"cached_tokens", &Usage::cached_read},
                                                        {"cached_creation_tokens", &Usage::cache_write},
                                                        {"image_tokens", &Usage::image_input},
                                                        {"audio_tokens", &Usage::audio_input},
                                                        {"text_tokens", &Usage::text_input}}};
constexpr std::array<UsageMember, 4> kCompletionDetails = {{{"audio_tokens", &Usage::audio_output},
                                                            {"image_tokens", &Usage::image_output},
                                                            {"text_tokens", &Usage::text_output},
                                                            {"reasoning_tokens", &Usage::reasoning}}};

/// A number, or one in a text; 0 for what is none.
double cost_in(const json::View& value) {
    std::optional<double> cost = value.as_double();
    if (!cost) cost = text::parse_double(value.as_string().value_or(""));
    return cost && std::isfinite(*cost) ? *cost : 0;
}

bool take_parts(const json::View& content, OutputCounter* counter) {
    bool any = false;
    content.each_item([&](json::View part) {
        if (const auto text = part.find("text")) any = take_text(*text, counter) || any;
        if (part.find("image_url") || part.find("input_audio") || part.find("file")) any = true;
        return true;
    });
    return any;
}

bool take_call(const json::View& function, OutputCounter* counter) {
    bool any = false;
    for (const std::string_view name : {"name", "arguments"}) {
        if (const auto value = function.find(name)) any = take_text(*value, counter) || any;
    }
    return any;
}

bool take_tool_calls(const json::View& calls, OutputCounter* counter) {
    bool any = false;
    std::size_t number = 0;
    calls.each_item([&](json::View call) {
        ++number;
        for (const std::string_view kind : {"function", "custom"}) {
            if (const auto function = call.find(kind)) any = take_call(*function, counter) || any;
        }
        return true;
    });
    if (any && counter != nullptr) counter->tool_calls(number);
    return any;
}

/// `message` of an answer or `delta` of a chunk: is there output in it?
bool take_message(const json::View& message, OutputCounter* counter) {
    bool any = false;
    message.each_member([&](std::string_view key, json::View value) {
        if (value.is_null()) return true;
        if (key == "content") {
            any = (value.type() == json::Type::Array ? take_parts(value, counter)
                                                     : take_text(value, counter)) ||
                  any;
        } else if (key == "reasoning_content" || key == "reasoning" || key == "refusal") {
            any = take_text(value, counter) || any;
        } else if (key == "tool_calls") {
            any = take_tool_calls(value, counter) || any;
        } else if (key == "function_call") {
            any = take_call(value, counter) || any;
        } else if (key == "audio" || key == "images") {
            any = value.type() == json::Type::Object || value.find("data") || any;
        }
        return true;
    });
    return any;
}

struct ChoiceFacts {
    bool any = false;
    bool output = false;
    bool finished = false;
    bool answer_without_output = false;
};

ChoiceFacts read_choices(const json::View& choices, OutputCounter* counter) {
    ChoiceFacts facts;
    choices.each_item([&](json::View choice) {
        facts.any = true;
        choice.each_member([&](std::string_view key, json::View value) {
            if (key == "delta" || key == "message") {
                facts.output = take_message(value, counter) || facts.output;
            } else if (key == "text" && !value.is_null()) {
                facts.output = take_text(value, counter) || facts.output;
            } else if (key == "finish_reason") {
                const std::string reason = value.as_string().value_or("");
                facts.finished = facts.finished || !reason.empty();
                facts.answer_without_output = facts.answer_without_output || answers_without_output(reason);
            }
            return true;
        });
        return true;
    });
    return facts;
}

/// The top level of an answer or a chunk.
struct Top {
    std::optional<Usage> usage;
    bool error = false;
    bool timings = false;
    ChoiceFacts choices;
};

/// `use` gets the Top while its document lives.
template <class Use>
auto with_top(std::string_view text, OutputCounter* counter, Use use) {
    return with_object(text, [&](const json::View& root) {
        Top top;
        root.each_member([&](std::string_view key, json::View value) {
            if (key == "choices") {
                top.choices = read_choices(value, counter);
            } else if (key == "usage") {
                top.usage = read_usage(value);
            } else if (key == "error" && is_error(value)) {
                top.error = true;
            } else if (key == "timings") {
                top.timings = true;
            }
            return true;
        });
        return use(top);
    });
}

}    // namespace

std::optional<Usage> read_usage(const json::View& usage) {
    if (usage.type() != json::Type::Object) return std::nullopt;
    Usage read;
    bool tagged = false, sourced = false, anthropic = false;
    std::int64_t input = 0;
    usage.each_member([&](std::string_view key, json::View value) {
        if (key == "prompt_tokens_details") {
            take_details(read, kPromptDetails, value);
        } else if (key == "completion_tokens_details") {
            take_details(read, kCompletionDetails, value);
        } else if (key == "usage_semantic" || key == "usage_source") {
            const std::string tag = value.as_string().value_or("");
            tagged = tagged || !tag.empty();
            sourced = sourced || (key == "usage_source" && !tag.empty());
            anthropic = anthropic || (key == "usage_semantic" && tag == "anthropic");
        } else if (key == "cost") {
            read.cost = cost_in(value);
        } else {
            if (key == "input_tokens") input = value.as_int().value_or(0);
            take_count(read, kCounts, key, value);
        }
        return true;
    });
    if (sourced && input > 0) read.sourced_input = input;
    // Gateways before this one: what they do not tag and split by lifetime is Claude's (spec 05 section 6.2).
    const bool split = read.cache_write_5m > 0 || read.cache_write_1h > 0;
    if (anthropic || (split && !tagged)) read.semantics = UsageSemantics::Anthropic;
    read.semantics_told = anthropic;
    read.clamp();
    return read;
}

ChunkFacts read_chunk(std::string_view payload, OutputCounter& counter) {
    return with_top(payload, &counter, [](const Top& top) {
        ChunkFacts facts;
        facts.usage = top.usage;
        facts.usage_only = top.usage.has_value() && !top.choices.any;
        facts.usage_beside_choices = top.usage.has_value() && top.choices.any;
        facts.output = top.choices.output;
        facts.answer_without_output = top.choices.answer_without_output;
        facts.finished = top.choices.finished;
        facts.error = top.error;
        return facts;
    });
}

AnswerFacts read_answer(std::string_view body) {
    return with_top(body, nullptr, [](const Top& top) {
        return AnswerFacts{.usage = top.usage,
                           .output = top.choices.output,
                           .answer_without_output = top.choices.answer_without_output,
                           .error = top.error,
                           .timings = top.timings};
    });
}

void count_answer(std::string_view body, OutputCounter& counter) {
    with_top(body, &counter, [](const Top&) {});
}

std::string without_usage(std::string_view payload) {
    json::Node node = json::Node::parse(payload);
    node.erase("usage");
    return node.str();
}

}    // namespace opusclaw::dialect::openai_chat
