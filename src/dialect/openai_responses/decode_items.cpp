// dialect/openai_responses/decode_items.cpp: the items of `input` as messages (spec 06 sections 5, 8.1, 10, 11.5, 13). Neighbours on
// the assistant's side are one message.
#include <array>

#include "dialect/envelope.h"
#include "dialect/openai_chat/parts.h"
#include "dialect/openai_responses/parts.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Message;
using chat::Part;
using chat::Request;
using json::Type;
using json::View;

/// A hosted tool's picture has no form in a request of another dialect.
constexpr std::string_view kPicture = "[generated image]";

std::string_view joined_texts(const View& item, std::string_view list, chat::TextPool& pool) {
    const auto parts = item.find(list);
    if (!parts) return {};
    std::string joined;
    std::string_view only;
    parts->each_item([&](const View& part) {
        const std::string_view text = pool.string_at(part, "text");
        if (!joined.empty() && !text.empty()) joined.append("\n\n");
        joined.append(text);
        if (!text.empty()) only = text;
        return true;
    });
    return joined.size() == only.size() ? only : pool.keep(std::move(joined));
}

class ItemReader {
public:
    explicit ItemReader(Request& request) : request_(request) {}

    void read(const View& item) {
        if (item.type() != Type::Object) return;
        const std::string_view type = text(item, "type");
        if (type.empty() || type == "message") return read_message(item);
        for (const Row& row : kRows) {
            if (row.type == type) return (this->*row.read)(item);
        }
        request_.left_behind.push_back(type);
    }

private:
    struct Row {
        std::string_view type;
        void (ItemReader::*read)(const View& item);
    };
    static const std::array<Row, 7> kRows;

    std::string_view text(const View& object, std::string_view key) {
        return request_.pool.string_at(object, key);
    }

    void say(Part part) {
        std::vector<Message>& messages = request_.messages;
        if (messages.empty() || messages.back().role != chat::Role::Assistant)
            messages.push_back({.role = chat::Role::Assistant, .parts = {}, .form = {}});
        messages.back().parts.push_back(std::move(part));
        messages.back().form = chat::ContentForm::Parts;
    }

    void read_message(const View& item) {
        const std::string_view role = text(item, "role");
        Message message;
        read_content(item, message);
        if (role == "system" || role == "developer") {
            for (const Part& part : message.parts) {
                if (const auto* const said = std::get_if<chat::Text>(&part)) request_.system.push_back(*said);
            }
        } else if (role != "assistant") {
            request_.messages.push_back(std::move(message));
        } else if (!request_.messages.empty() && request_.messages.back().role == chat::Role::Assistant) {
            for (Part& part : message.parts) say(std::move(part));
        } else {
            message.role = chat::Role::Assistant;
            request_.messages.push_back(std::move(message));
        }
    }

    void read_content(const View& item, Message& message) {
        const auto content = item.find("content");
        if (!content) return;
        if (const auto plain = request_.pool.string(*content)) {
            message.form = chat::ContentForm::PlainString;
            message.parts.emplace_back(chat::Text{*plain, {}});
            return;
        }
        content->each_item([&](const View& part) {
            openai_chat::read_part(request_, part, message.parts);
            return true;
        });
    }

    void read_call(const View& item) { read_call_of(item, chat::CallKind::Function, "arguments"); }
    void read_custom_call(const View& item) { read_call_of(item, chat::CallKind::Custom, "input"); }

    void read_call_of(const View& item, chat::CallKind kind, std::string_view arguments) {
        chat::ToolCall call{.kind = kind};
        call.id = text(item, "call_id");
        if (call.id.empty()) call.id = text(item, "id");
        call.name = text(item, "name");
        call.arguments = request_.pool.arguments(item.find(arguments));
        say(call);
    }

    void read_result(const View& item) {
        chat::ToolResult result;
        result.call_id = text(item, "call_id");
        result.name = text(item, "name");
        const auto output = item.find("output");
        if (output && output->type() == Type::Array) {
            read_result_parts(*output, result);
        } else if (output) {
            result.parts.emplace_back(chat::Text{request_.pool.arguments(output), {}});
        }
        Message message;
        message.parts.emplace_back(std::move(result));
        request_.messages.push_back(std::move(message));
    }

    void read_result_parts(const View& output, chat::ToolResult& result) {
        result.form = chat::ContentForm::Parts;
        std::vector<Part> parts;
        output.each_item([&](const View& part) {
            openai_chat::read_part(request_, part, parts);
            return true;
        });
        for (const Part& part : parts) {
            if (const auto* const said = std::get_if<chat::Text>(&part)) result.parts.emplace_back(*said);
            if (const auto* const media = std::get_if<chat::Media>(&part)) result.parts.emplace_back(*media);
        }
    }

    void read_reasoning(const View& item) {
        chat::Reasoning reasoning{reasoning_in(item, request_.pool), std::nullopt};
        reasoning.opaque = read_opaque(text(item, "encrypted_content"), chat::OpaqueKind::Encrypted,
                                       Dialect::OpenaiResponses, request_.pool);
        if (reasoning.opaque && reasoning.opaque->item.empty()) reasoning.opaque->item = text(item, "id");
        if (!reasoning.text.empty() || reasoning.opaque) say(reasoning);
    }

    void read_picture(const View& /*item*/) { say(chat::Text{kPicture, {}}); }
    void refuse_reference(const View& /*item*/) { refuse_field("item_reference"); }

    Request& request_;
};

const std::array<ItemReader::Row, 7> ItemReader::kRows = {{
    {"function_call", &ItemReader::read_call},
    {"custom_tool_call", &ItemReader::read_custom_call},
    {"function_call_output", &ItemReader::read_result},
    {"custom_tool_call_output", &ItemReader::read_result},
    {"reasoning", &ItemReader::read_reasoning},
    {"image_generation_call", &ItemReader::read_picture},
    {"item_reference", &ItemReader::refuse_reference},
}};

}    // namespace

std::string_view reasoning_in(const View& item, chat::TextPool& pool) {
    const std::string_view summary = joined_texts(item, "summary", pool);
    return summary.empty() ? joined_texts(item, "content", pool) : summary;
}

void read_input(Request& request, const View& input) {
    if (const auto text = request.pool.string(input)) {
        Message message{.role = chat::Role::User, .parts = {}, .form = chat::ContentForm::PlainString};
        message.parts.emplace_back(chat::Text{*text, {}});
        request.messages.push_back(std::move(message));
        return;
    }
    ItemReader reader(request);
    input.each_item([&reader](const View& item) {
        reader.read(item);
        return true;
    });
}

}    // namespace opusclaw::dialect::openai_responses
