// dialect/openai_responses/encode_items.cpp: the conversation as instructions and items (spec 06 sections 8.5, 10.4, 10.8, 11.5): every
// call is followed by its outputs, reasoning that the model can read stands before what it led to.
#include <span>
#include <utility>

#include "base/text.h"
#include "dialect/conversation.h"
#include "dialect/envelope.h"
#include "dialect/media.h"
#include "dialect/openai_responses/call_outputs.h"
#include "dialect/openai_responses/parts.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Media;
using chat::Part;
using chat::Role;
using chat::Text;
using chat::ToolResult;

constexpr std::string_view kErrorMark = "[error] ";
constexpr std::string_view kUnknownName = "unknown_function";

bool has_media(const ToolResult& result) {
    for (const chat::ResultPart& part : result.parts) {
        if (std::holds_alternative<Media>(part)) return true;
    }
    return false;
}

/// A list of texts, as the JSON that it was.
std::string text_of_list(const ToolResult& result) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const chat::ResultPart& part : result.parts) {
        writer.begin_object().member("type", "text");
        writer.member("text", std::get<Text>(part).text).end_object();
    }
    writer.end_array();
    return out;
}

class ItemWriter {
public:
    explicit ItemWriter(const Encoding& encoding)
        : encoding_(encoding),
          writer_(encoding.writer),
          names_(encoding.request),
          outputs_(encoding.request) {}

    void write() {
        for (const chat::Message& message : encoding_.request.messages)
            message.role == Role::Assistant ? write_assistant(message) : write_user(message);
    }

private:
    void write_assistant(const chat::Message& message) {
        std::vector<const Part*> said;
        bool spoke = false;
        bool called = false;
        for (const Part& part : message.parts) {
            const auto* const call = std::get_if<chat::ToolCall>(&part);
            const auto* const reasoning = std::get_if<chat::Reasoning>(&part);
            if (call == nullptr && reasoning == nullptr) {
                said.push_back(&part);
                continue;
            }
            spoke = write_said(said) || spoke;
            if (reasoning != nullptr) write_reasoning(*reasoning);
            if (call == nullptr) continue;
            // A Chat message is an item even when nothing but calls is in it.
            if (!spoke && !called && encoding_.request.source == Dialect::OpenaiChat)
                write_plain("assistant", "");
            called = true;
            write_call(*call);
        }
        spoke = write_said(said) || spoke;
        if (!spoke && !called) write_plain("assistant", "");
    }

    /// False: there was nothing to write.
    bool write_said(std::vector<const Part*>& said) {
        if (said.empty()) return false;
        const auto* const only = said.size() == 1 ? std::get_if<Text>(said.front()) : nullptr;
        if (only != nullptr) {
            write_plain("assistant", only->text);
        } else {
            begin_message("assistant");
            for (const Part* const part : said) write_said_part(*part);
            end_message();
        }
        said.clear();
        return true;
    }

    void write_said_part(const Part& part) {
        const auto* const refusal = std::get_if<chat::Refusal>(&part);
        const auto* const text = std::get_if<Text>(&part);
        const auto* const media = std::get_if<Media>(&part);
        if (refusal != nullptr) {
            writer_.begin_object().member("type", "refusal").member("refusal", refusal->text).end_object();
            return;
        }
        if (media != nullptr) encoding_.notes.add("media of the assistant");
        writer_.begin_object().member("type", "output_text");
        writer_.member("text",
                       media != nullptr ? media_reference(*media) : std::string(text ? text->text : ""));
        writer_.end_object();
    }

    void write_reasoning(const chat::Reasoning& reasoning) {
        const auto& opaque = reasoning.opaque;
        if (!opaque || !readable_by(*opaque, Dialect::OpenaiResponses, encoding_.model)) {
            encoding_.notes.add("reasoning of earlier turns");
            return;
        }
        writer_.begin_object().member("type", "reasoning");
        if (!opaque->item.empty()) writer_.member("id", opaque->item);
        writer_.key("summary").begin_array();
        if (!reasoning.text.empty()) {
            writer_.begin_object().member("type", "summary_text").member("text", reasoning.text).end_object();
        }
        writer_.end_array().member("encrypted_content", opaque->value).end_object();
    }

    void write_call(const chat::ToolCall& call) {
        if (!is_writable(call)) {
            encoding_.notes.add("tool call without a name");
            return;
        }
        const bool custom = call.kind == chat::CallKind::Custom;
        writer_.begin_object().member("type", custom ? "custom_tool_call" : "function_call");
        writer_.member("call_id", id_of(call.id)).member("name", encoding_.tools.sent(call.name));
        const bool empty = call.arguments.empty() && !custom;
        writer_.member(custom ? "input" : "arguments", empty ? std::string_view("{}") : call.arguments);
        writer_.end_object();
        const auto outputs = outputs_.of(call);
        for (const ToolResult* const result : outputs) write_output(*result, &call);
        if (outputs.empty()) write_output({}, &call);
    }

    /// `call` is nullptr when the result answers none.
    void write_output(const ToolResult& result, const chat::ToolCall* call) {
        const bool custom = call != nullptr && call->kind == chat::CallKind::Custom;
        writer_.begin_object().member("type", custom ? "custom_tool_call_output" : "function_call_output");
        writer_.member("call_id", id_of(call != nullptr ? call->id : result.call_id));
        if (!custom) writer_.member("name", name_of(result, call));
        writer_.key("output");
        write_output_value(result);
        writer_.end_object();
    }

    std::string name_of(const ToolResult& result, const chat::ToolCall* call) const {
        const std::string_view own = text::trim(result.name);
        if (!own.empty()) return encoding_.tools.sent(own);
        if (call != nullptr) return encoding_.tools.sent(call->name);
        const std::string_view known = names_.of(result);
        return known.empty() ? std::string(kUnknownName) : encoding_.tools.sent(known);
    }

    void write_output_value(const ToolResult& result) {
        const bool failed = result.outcome == chat::Outcome::Failure;
        if (!has_media(result)) {
            const bool list = result.form == chat::ContentForm::Parts &&
                              encoding_.request.source == Dialect::OpenaiChat;
            const std::string text = list ? text_of_list(result) : plain_text_of(result);
            writer_.value(failed ? std::string(kErrorMark) + text : text);
            return;
        }
        writer_.begin_array();
        if (failed) write_text_part(encoding_, kErrorMark);
        for (const chat::ResultPart& part : result.parts) {
            if (const auto* const text = std::get_if<Text>(&part)) write_text_part(encoding_, text->text);
            if (const auto* const media = std::get_if<Media>(&part)) write_media(encoding_, *media);
        }
        writer_.end_array();
    }

    void write_user(const chat::Message& message) {
        std::vector<const Part*> said;
        bool results = false;
        for (const Part& part : message.parts) {
            const auto* const result = std::get_if<ToolResult>(&part);
            if (result == nullptr) {
                said.push_back(&part);
                continue;
            }
            results = true;
            if (outputs_.answers(*result)) continue;    // stands behind its call
            write_given(said, message.form);
            write_lost(*result);
        }
        write_given(said, message.form);
        if (message.parts.empty() && !results) write_plain("user", "");
    }

    void write_lost(const ToolResult& result) {
        if (!result.call_id.empty()) return write_output(result, nullptr);
        write_plain("user", "[tool_output_missing_call_id] " + plain_text_of(result));
    }

    void write_given(std::vector<const Part*>& said, chat::ContentForm form) {
        if (said.empty()) return;
        const auto* const only = said.size() == 1 ? std::get_if<Text>(said.front()) : nullptr;
        if (only != nullptr && form == chat::ContentForm::PlainString) {
            write_plain("user", only->text);
        } else {
            begin_message("user");
            for (const Part* const part : said) write_given_part(*part);
            end_message();
        }
        said.clear();
    }

    void write_given_part(const Part& part) {
        if (const auto* const text = std::get_if<Text>(&part)) write_text_part(encoding_, text->text);
        if (const auto* const media = std::get_if<Media>(&part)) write_media(encoding_, *media);
        if (const auto* const refusal = std::get_if<chat::Refusal>(&part))
            write_text_part(encoding_, refusal->text);
    }

    void write_plain(std::string_view role, std::string_view text) {
        writer_.begin_object().member("type", "message").member("role", role).member("content", text);
        writer_.end_object();
    }
    void begin_message(std::string_view role) {
        writer_.begin_object().member("type", "message").member("role", role).key("content").begin_array();
    }
    void end_message() { writer_.end_array().end_object(); }

    std::string_view id_of(std::string_view id) const {
        return usable_id(id, IdRule::UpTo64Characters, encoding_.pool);
    }

    const Encoding& encoding_;
    json::Writer& writer_;
    CallNames names_;
    CallOutputs outputs_;
};

/// Texts of one message are parted by a line end, messages by a blank line.
class Instructions {
public:
    void add(std::span<const Text> message) {
        std::string joined;
        for (const Text& text : message) joined.append(&text == message.data() ? "" : "\n").append(text.text);
        const std::string_view trimmed = text::trim(joined);
        if (!trimmed.empty()) joined_.append(joined_.empty() ? "" : "\n\n").append(trimmed);
    }
    std::string take() { return std::move(joined_); }

private:
    std::string joined_;
};

std::string instructions_of(const chat::Request& request) {
    Instructions instructions;
    std::span<const Text> rest = request.system;
    for (const std::size_t count : request.system_messages) {
        instructions.add(rest.first(count));
        rest = rest.subspan(count);
    }
    for (; !rest.empty(); rest = rest.subspan(1)) instructions.add(rest.first(1));
    return instructions.take();
}

}    // namespace

void write_input(const Encoding& encoding) {
    const std::string instructions = instructions_of(encoding.request);
    if (!instructions.empty() || encoding.target.profile.responses.needs_instructions)
        encoding.writer.member("instructions", instructions);
    encoding.writer.key("input").begin_array();
    ItemWriter(encoding).write();
    encoding.writer.end_array();
}

}    // namespace opusclaw::dialect::openai_responses
