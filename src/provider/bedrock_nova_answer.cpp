// provider/bedrock_nova_answer.cpp: what Nova says, as Chat says it. An answer is one choice.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "provider/bedrock_nova.h"

namespace opusclaw::provider {
namespace {

std::string_view finish_of(std::string_view reason) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kReasons = {
        {{"max_tokens", "length"},
         {"content_filtered", "content_filter"},
         {"guardrail_intervened", "content_filter"},
         {"tool_use", "tool_calls"}}};
    for (const auto& [nova, chat] : kReasons) {
        if (nova == reason) return chat;
    }
    return "stop";
}

std::string text_at(json::View root, std::initializer_list<std::string_view> path) {
    const auto value = root.at(path);
    return value ? value->as_string().value_or("") : std::string();
}

std::int64_t number_of(json::View usage, std::string_view name) {
    const auto value = usage.find(name);
    return value ? value->as_int().value_or(0) : 0;
}

void write_usage(json::Writer& writer, json::View usage) {
    const std::int64_t input = number_of(usage, "inputTokens"), output = number_of(usage, "outputTokens");
    // What was read from a cache is told beside the input.
    const std::int64_t cached = number_of(usage, "cacheReadInputTokenCount");
    const std::int64_t prompt = input + cached + number_of(usage, "cacheWriteInputTokenCount");
    writer.key("usage").begin_object().member("prompt_tokens", prompt).member("completion_tokens", output);
    writer.member("total_tokens", prompt + output);
    writer.key("prompt_tokens_details").begin_object().member("cached_tokens", cached).end_object();
    writer.end_object();
}

void begin_reply(json::Writer& writer, const ReplyFacts& reply, std::string_view object) {
    writer.begin_object().member("id", std::string("chatcmpl-").append(reply.request_id));
    writer.member("object", object).member("created", reply.created).member("model", reply.model);
}

/// One chunk with one choice. `delta` and `finish` are JSON.
std::string chunk(const ReplyFacts& reply, std::string_view delta, std::string_view finish = "null") {
    std::string out;
    json::Writer writer(out);
    begin_reply(writer, reply, "chat.completion.chunk");
    writer.key("choices").begin_array().begin_object().member("index", 0);
    writer.member_raw("delta", delta).member_raw("finish_reason", finish);
    writer.end_object().end_array().end_object();
    return out;
}

std::string usage_chunk(const ReplyFacts& reply, json::View usage) {
    std::string out;
    json::Writer writer(out);
    begin_reply(writer, reply, "chat.completion.chunk");
    writer.member_raw("choices", "[]");
    write_usage(writer, usage);
    writer.end_object();
    return out;
}

/// Each tool has a block of its own, those of texts come first.
std::int64_t tool_index(json::View event, StreamState& state) {
    const std::int64_t block = number_of(event, "contentBlockIndex");
    if (!state.first_tool) state.first_tool = block;
    return std::max<std::int64_t>(block - *state.first_tool, 0);
}

std::string tool_start(json::View use, std::int64_t index) {
    std::string delta;
    json::Writer writer(delta);
    writer.begin_object().key("tool_calls").begin_array().begin_object();
    writer.member("index", index).member("id", text_at(use, {"toolUseId"})).member("type", "function");
    writer.key("function").begin_object().member("name", text_at(use, {"name"})).member("arguments", "");
    writer.end_object().end_object().end_array().end_object();
    return delta;
}

std::string tool_arguments(std::string_view part, std::int64_t index) {
    std::string delta;
    json::Writer writer(delta);
    writer.begin_object().key("tool_calls").begin_array().begin_object().member("index", index);
    writer.key("function").begin_object().member("arguments", part);
    writer.end_object().end_object().end_array().end_object();
    return delta;
}

std::string text_delta(std::string_view text) {
    std::string delta;
    json::Writer(delta).begin_object().member("content", text).end_object();
    return delta;
}

std::string delta_chunk(json::View event, const ReplyFacts& reply, StreamState& state) {
    if (const auto text = event.at({"delta", "text"}))
        return chunk(reply, text_delta(text->as_string().value_or("")));
    const auto input = event.at({"delta", "toolUse", "input"});
    if (!input) return {};
    const std::string part = input->as_string().value_or(std::string(input->raw()));
    return chunk(reply, tool_arguments(part, tool_index(event, state)));
}

void write_tool_calls(json::Writer& writer, json::View content) {
    std::string calls;
    json::Writer inner(calls);
    inner.begin_array();
    content.each_item([&inner](json::View block) {
        const auto use = block.find("toolUse");
        if (!use) return true;
        const auto input = use->find("input");
        inner.begin_object().member("id", text_at(*use, {"toolUseId"})).member("type", "function");
        inner.key("function").begin_object().member("name", text_at(*use, {"name"}));
        inner.member("arguments", input ? input->raw() : "{}").end_object().end_object();
        return true;
    });
    inner.end_array();
    if (calls != "[]") writer.member_raw("tool_calls", calls);
}

void write_message(json::Writer& writer, json::View root) {
    const auto content = root.at({"output", "message", "content"});
    std::string text;
    if (content) {
        content->each_item([&text](json::View block) {
            text += text_at(block, {"text"});
            return true;
        });
    }
    writer.key("message").begin_object().member("role", "assistant").member("content", text);
    if (content) write_tool_calls(writer, *content);
    writer.end_object();
}

}    // namespace

std::string nova_answer(std::string_view body, const ReplyFacts& reply) {
    try {
        const json::Document document = json::Document::copy(body);
        document.validate();
        const json::View root = document.root();
        if (!root.at({"output", "message"}))
            throw_error(ErrorKind::UpstreamBroken, "bad_response_body", "the answer has no message");
        std::string out;
        json::Writer writer(out);
        begin_reply(writer, reply, "chat.completion");
        writer.key("choices").begin_array().begin_object().member("index", 0);
        write_message(writer, root);
        writer.member("finish_reason", finish_of(text_at(root, {"stopReason"})));
        writer.end_object().end_array();
        if (const auto usage = root.find("usage")) write_usage(writer, *usage);
        writer.end_object();
        return out;
    } catch (const Error& error) {
        if (error.kind == ErrorKind::UpstreamBroken) throw;
        throw Error(ErrorKind::UpstreamBroken, "bad_response_body", error.message);
    }
}

std::string nova_chunk(std::string_view event, const ReplyFacts& reply, StreamState& state) {
    const json::Document document = json::Document::copy(event);
    const json::View root = document.root();
    if (root.find("messageStart")) return chunk(reply, R"({"role":"assistant","content":""})");
    if (const auto start = root.find("contentBlockStart")) {
        const auto use = start->at({"start", "toolUse"});
        return use ? chunk(reply, tool_start(*use, tool_index(*start, state))) : std::string();
    }
    if (const auto delta = root.find("contentBlockDelta")) return delta_chunk(*delta, reply, state);
    if (const auto stop = root.find("messageStop"))
        return chunk(reply, "{}", json::quoted(finish_of(text_at(*stop, {"stopReason"}))));
    const auto usage = root.at({"metadata", "usage"});
    return usage ? usage_chunk(reply, *usage) : std::string();
}

}    // namespace opusclaw::provider
