// tests/unit/dialect/dialect_cases.h: reads the case files of tests/data/dialect and compares JSON as values in order: blanks do not
// count, the spelling of numbers does.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json/writer.h"
#include "dialect/translate.h"

namespace opusclaw::dialect {

inline std::string text_of_file(const std::string& name) {
    std::ifstream file(std::string(TEST_DATA) + "/dialect/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("no case file " + name);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

inline void append_compact(const json::View& value, json::Writer& writer) {
    switch (value.type()) {
        case json::Type::Object:
            writer.begin_object();
            value.each_member([&](std::string_view key, const json::View& member) {
                append_compact(member, writer.key(key));
                return true;
            });
            writer.end_object();
            return;
        case json::Type::Array:
            writer.begin_array();
            value.each_item([&](const json::View& item) {
                append_compact(item, writer);
                return true;
            });
            writer.end_array();
            return;
        case json::Type::String: writer.value(value.as_string().value()); return;
        default: writer.raw(value.raw()); return;
    }
}

/// A value without blanks and with plain escapes.
inline std::string compact(const json::View& value) {
    std::string out;
    json::Writer writer(out);
    append_compact(value, writer);
    return out;
}
inline std::string compact(std::string_view text) {
    const json::Document document = json::Document::copy(text);
    document.validate();
    return compact(document.root());
}

inline std::string string_in(const json::View& object, std::string_view key, std::string_view fallback = {}) {
    const auto value = object.find(key);
    return value ? value->as_string().value() : std::string(fallback);
}

inline std::vector<std::string> strings_in(const json::View& object, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto list = object.find(key)) {
        list->each_item([&](const json::View& item) {
            texts.push_back(item.as_string().value());
            return true;
        });
    }
    return texts;
}

inline Dialect dialect_named(std::string_view name) {
    if (name == "openai") return Dialect::OpenaiChat;
    if (name == "claude") return Dialect::Anthropic;
    if (name == "responses") return Dialect::OpenaiResponses;
    if (name == "gemini") return Dialect::Gemini;
    throw std::runtime_error("no such dialect: " + std::string(name));
}
inline const Codec& codec_named(std::string_view name) { return *find_codec(dialect_named(name)); }

inline void read_gemini_flag(GeminiProfile& profile, std::string_view key, const json::View& value) {
    if (key == "gemini_adapter") profile.thinking_adapter = value.as_bool().value();
    if (key == "image_output") profile.image_output = value.as_bool().value();
    if (key == "signature_bypass") profile.signature_bypass = value.as_bool().value();
    if (key != "safety") return;
    value.each_member([&profile](std::string_view category, const json::View& threshold) {
        profile.safety[std::string(category)] = threshold.as_string().value();
        return true;
    });
}

/// The `profile` of a case: the flags by their names.
inline Profile profile_in(const json::View& test_case) {
    Profile profile;
    const auto flags = test_case.find("profile");
    if (!flags) return profile;
    flags->each_member([&profile](std::string_view key, const json::View& value) {
        const bool on = value.as_bool().value_or(false);
        const std::string word = value.as_string().value_or("");
        if (key == "stream_options") profile.chat.stream_options = on;
        if (key == "top_k") profile.chat.top_k = on;
        if (key == "custom_tools") profile.chat.custom_tools = on;
        if (key == "keep_cache_control") profile.chat.keep_cache_control = on;
        if (key == "file_urls") profile.chat.file_urls = on;
        if (key == "system_parts") profile.chat.system_parts = on;
        if (key == "openrouter" && on) profile.chat.reasoning = ReasoningForm::OpenRouter;
        if (key == "openrouter" && on) profile.chat.search = SearchForm::Plugin;
        if (word == "dropped") profile.chat.reasoning_history = ReasoningHistory::Dropped;
        if (word == "reasoning") profile.chat.reasoning_history = ReasoningHistory::Reasoning;
        if (key == "stores") profile.responses.stores = on;
        if (key == "output_limit") profile.responses.output_limit = on;
        if (key == "takes_temperature") profile.responses.temperature = on;
        if (key == "needs_instructions") profile.responses.needs_instructions = on;
        if (key == "default_max_tokens") profile.anthropic.default_max_tokens = value.as_int().value();
        if (key == "thinking_adapter") profile.anthropic.thinking_adapter = on;
        if (key == "keep_thinking_suffix") profile.keep_thinking_suffix = on;
        read_gemini_flag(profile.gemini, key, value);
        return true;
    });
    return profile;
}

inline Reply reply_of_tests() {
    return {.request_id = "req1", .model = "asked", .created = 1700000000, .estimated_prompt = 11};
}

/// The same with what the answer repeats of the request of a case.
inline Reply reply_to(const json::View& test_case) {
    Reply reply = reply_of_tests();
    const auto request = test_case.find("request");
    const Dialect client = dialect_named(string_in(test_case, "client"));
    if (request) reply.shown_request = shown_request(client, request->raw());
    const auto thoughts = test_case.find("thoughts");
    reply.include_thoughts = thoughts && thoughts->as_bool() == true;
    return reply;
}

/// The names that the request of a case gave its tools, of which an answer is told.
inline ToolMap tools_in(const json::View& test_case) {
    const auto request = test_case.find("request");
    if (!request) return {};
    const Profile profile;
    const chat::Request decoded = codec_named(string_in(test_case, "client")).decode_request(request->raw());
    const Codec& provider = codec_named(string_in(test_case, "provider"));
    return provider.encode_request(decoded, {"m", profile, FetchedFiles{}}).tools;
}

/// Calls `check(case)` for each case of a file; a file without cases fails.
template <class Check>
void each_case(const std::string& name, Check check) {
    const std::string text = text_of_file(name);
    const json::Document file = json::Document::copy(text);
    file.validate();
    int seen = 0;
    file.root().find("cases").value().each_item([&](const json::View& test_case) {
        SCOPED_TRACE(name + ": " + string_in(test_case, "name"));
        check(test_case);
        ++seen;
        return true;
    });
    EXPECT_GT(seen, 0) << name;
}

}    // namespace opusclaw::dialect
