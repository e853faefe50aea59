// dialect/openai_chat/usage_json.cpp: every member that clients of New API find is always there (spec 06 section 19.3).
#include "dialect/openai_chat/usage_json.h"

namespace opusclaw::dialect::openai_chat {
namespace {

void write_prompt_details(json::Writer& writer, const Usage& usage) {
    writer.key("prompt_tokens_details").begin_object();
    writer.member("cached_tokens", usage.cached_read).member("text_tokens", usage.text_input);
    writer.member("audio_tokens", usage.audio_input).member("image_tokens", usage.image_input);
    if (usage.written_to_cache() != 0) writer.member("cached_creation_tokens", usage.written_to_cache());
    writer.end_object();
}

void write_completion_details(json::Writer& writer, const Usage& usage) {
    writer.key("completion_tokens_details").begin_object();
    writer.member("text_tokens", usage.text_output).member("audio_tokens", usage.audio_output);
    writer.member("image_tokens", usage.image_output).member("reasoning_tokens", usage.reasoning);
    writer.end_object();
}

}    // namespace

void write_usage(json::Writer& writer, const Usage& usage) {
    const bool anthropic = usage.semantics == UsageSemantics::Anthropic;
    const std::int64_t prompt = anthropic ? usage.prompt + usage.cached_read + usage.written_to_cache()
                                          : usage.prompt;
    const std::int64_t sum = prompt + usage.completion;
    writer.begin_object().member("prompt_tokens", prompt).member("completion_tokens", usage.completion);
    writer.member("total_tokens", anthropic || usage.total == 0 ? sum : usage.total);
    write_prompt_details(writer, usage);
    write_completion_details(writer, usage);
    writer.member("input_tokens", prompt).member("output_tokens", usage.completion);
    writer.member_null("input_tokens_details");
    writer.member("claude_cache_creation_5_m_tokens",
                  anthropic ? usage.written_for_5m() : usage.cache_write_5m);
    writer.member("claude_cache_creation_1_h_tokens", usage.cache_write_1h);
    if (anthropic) writer.member("usage_semantic", "openai").member("usage_source", "anthropic");
    writer.end_object();
}

}    // namespace opusclaw::dialect::openai_chat
