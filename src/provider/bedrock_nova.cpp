// provider/bedrock_nova.cpp: messages, tools and limits of Chat; answers and events back: bedrock_nova_answer.cpp.
#include "provider/bedrock_nova.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "provider/bedrock.h"
#include "provider/bedrock_nova_media.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kFailed = "convert_request_failed";

[[noreturn]] void refuse(std::string_view why) { throw_error(ErrorKind::InvalidRequest, kFailed, why); }

std::string text_of(json::View object, std::string_view name) {
    const auto value = object.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

std::optional<json::View> given(json::View object, std::string_view name) {
    const auto value = object.find(name);
    return value && !value->is_null() ? value : std::nullopt;
}

void write_content(NovaParts& parts, json::View message) {
    const auto content = given(message, "content");
    if (!content) return;
    if (const auto text = content->as_string()) return parts.text(*text);
    if (content->type() != json::Type::Array) refuse("content is neither a text nor a list");
    content->each_item([&parts](json::View part) {
        parts.part(part);
        return true;
    });
}

bool is_object(std::string_view text) {
    if (!text::trim(text).starts_with('{')) return false;
    try {
        json::Document::over(text).validate();
        return true;
    } catch (const Error&) {
        return false;
    }
}

void write_tool_use(json::Writer& writer, json::View call) {
    const auto function = call.find("function");
    if (!function) return;
    const std::string arguments = text_of(*function, "arguments");
    const bool object = is_object(arguments);
    writer.begin_object().key("toolUse").begin_object();
    writer.member("toolUseId", text_of(call, "id")).member("name", text_of(*function, "name"));
    writer.member_raw("input", object ? std::string_view(arguments) : "{}").end_object().end_object();
}

void write_tool_result(json::Writer& writer, NovaParts& parts, json::View message) {
    writer.begin_object().key("toolResult").begin_object();
    writer.member("toolUseId", text_of(message, "tool_call_id")).key("content").begin_array();
    write_content(parts, message);
    writer.end_array().end_object().end_object();
}

/// Messages one after the other; those of one side that follow each other are one turn.
class Turns {
public:
    Turns(json::Writer& writer, const dialect::FetchedFiles* files)
        : writer_(writer), parts_(writer, files) {}

    void add(json::View message) {
        if (is_system_message(message)) return;
        const std::string role = text_of(message, "role");
        begin(role == "assistant" ? "assistant" : "user");
        if (role == "tool") {
            write_tool_result(writer_, parts_, message);
            return;
        }
        write_content(parts_, message);
        const auto calls = given(message, "tool_calls");
        if (!calls) return;
        calls->each_item([this](json::View call) {
            write_tool_use(writer_, call);
            return true;
        });
    }
    void finish() {
        if (!side_.empty()) writer_.end_array().end_object();
    }

private:
    void begin(std::string_view side) {
        if (side_ == side) return;
        finish();
        side_ = side;
        writer_.begin_object().member("role", side).key("content").begin_array();
    }

    json::Writer& writer_;
    NovaParts parts_;
    std::string_view side_;
};

void write_system(json::Writer& writer, json::View messages) {
    std::string blocks;
    json::Writer inner(blocks);
    NovaParts parts(inner, nullptr, NovaParts::Takes::Texts);
    inner.begin_array();
    messages.each_item([&parts](json::View message) {
        if (is_system_message(message)) write_content(parts, message);
        return true;
    });
    inner.end_array();
    if (blocks != "[]") writer.member_raw("system", blocks);
}

/// A limit of 0 is none.
std::optional<json::View> token_limit(json::View root) {
    for (const std::string_view name : {"max_completion_tokens", "max_tokens"}) {
        const auto limit = given(root, name);
        if (limit && limit->as_int() != 0) return limit;
    }
    return std::nullopt;
}

void write_limits(json::Writer& writer, json::View root) {
    std::string config;
    json::Writer inner(config);
    inner.begin_object();
    if (const auto limit = token_limit(root)) inner.member_raw("maxTokens", limit->raw());
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kNames = {
        {{"temperature", "temperature"}, {"top_p", "topP"}, {"top_k", "topK"}}};
    for (const auto& [chat, nova] : kNames) {
        if (const auto value = given(root, chat)) inner.member_raw(nova, value->raw());
    }
    if (const auto stop = given(root, "stop")) {
        inner.key("stopSequences");
        if (stop->type() == json::Type::Array) {
            inner.raw(stop->raw());
        } else {
            inner.begin_array().raw(stop->raw()).end_array();
        }
    }
    inner.end_object();
    if (config != "{}") writer.member_raw("inferenceConfig", config);
}

void write_tool(json::Writer& writer, json::View tool) {
    const auto function = tool.find("function");
    if (!function) return;
    writer.begin_object().key("toolSpec").begin_object().member("name", text_of(*function, "name"));
    if (const std::string text = text_of(*function, "description"); !text.empty())
        writer.member("description", text);
    const auto schema = given(*function, "parameters");
    writer.key("inputSchema").begin_object();
    writer.member_raw("json", schema ? schema->raw() : R"({"type":"object","properties":{}})");
    writer.end_object().end_object().end_object();
}

void write_choice(json::Writer& writer, json::View root) {
    const auto choice = given(root, "tool_choice");
    if (!choice) return;
    const auto function = choice->find("function");
    if (function) {
        writer.key("toolChoice").begin_object().key("tool").begin_object();
        writer.member("name", text_of(*function, "name")).end_object().end_object();
    } else {
        const bool must = choice->as_string() == "required";
        writer.member_raw("toolChoice", must ? R"({"any":{}})" : R"({"auto":{}})");
    }
}

/// A choice of none means that there are none.
void write_tools(json::Writer& writer, json::View root) {
    const auto tools = given(root, "tools");
    const auto choice = given(root, "tool_choice");
    if (!tools || tools->empty() || (choice && choice->as_string() == "none")) return;
    writer.key("toolConfig").begin_object().key("tools").begin_array();
    tools->each_item([&writer](json::View tool) {
        write_tool(writer, tool);
        return true;
    });
    writer.end_array();
    write_choice(writer, root);
    writer.end_object();
}

std::string request_body(const CallFacts& /*call*/, const CallBody& body) {
    return nova_request(body.text, body.files);
}

StreamPiece read_message(const StreamMessage& message, const ReplyFacts& reply, StreamState& state) {
    StreamPiece piece = bedrock_piece(message);
    if (!piece.payload.empty()) piece.payload = nova_chunk(piece.payload, reply, state);
    return piece;
}

}    // namespace

std::string nova_request(std::string_view chat, const dialect::FetchedFiles* files) {
    const json::Document document = json::Document::over(chat);
    const json::View root = document.root();
    const auto messages = given(root, "messages");
    if (!messages || messages->type() != json::Type::Array) refuse("messages is no list");
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("schemaVersion", "messages-v1");
    write_system(writer, *messages);
    writer.key("messages").begin_array();
    Turns turns(writer, files);
    messages->each_item([&turns](json::View message) {
        turns.add(message);
        return true;
    });
    turns.finish();
    writer.end_array();
    write_limits(writer, root);
    write_tools(writer, root);
    writer.end_object();
    return out;
}

const Protocol kNovaProtocol = {.url = bedrock_url,
                                .client_headers = CallHeaders::OwnOnly,
                                .headers = bedrock_headers,
                                .needs = nova_media_needs,
                                .body = request_body,
                                .sign = bedrock_signature,
                                .read_error = bedrock_error,
                                .whole_answer = nova_answer,
                                .read_message = read_message};

}    // namespace opusclaw::provider
