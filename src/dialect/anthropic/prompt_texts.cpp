// dialect/anthropic/prompt_texts.cpp: what of a Messages request counts as its prompt: the system, the texts of messages, calls with
// their input, results, tools with their schemas (spec 05 section 10.2).
#include "dialect/prompt_texts.h"

#include <initializer_list>
#include <optional>

namespace opusclaw::dialect {
namespace {

/// Every function tells whether more texts are wanted.
class Texts {
public:
    explicit Texts(const PromptTextVisitor& visit) : visit_(visit) {}

    void body(const json::View& root) {
        root.each_member([this](std::string_view key, const json::View& value) {
            if (key == "system") content(value);
            if (key == "messages") value.each_item([this](const json::View& item) { return message(item); });
            if (key == "tools") value.each_item([this](const json::View& item) { return tool(item); });
            return wanted_;
        });
    }

private:
    bool message(const json::View& item) {
        members(item, {"role"});
        if (const auto blocks = item.find("content")) content(*blocks);
        return wanted_;
    }
    bool tool(const json::View& item) {
        members(item, {"name", "description"});
        return as_written(item.find("input_schema"));
    }
    /// What is of another type is none.
    bool text(const json::View& value) {
        if (wanted_ && value.type() == json::Type::String) wanted_ = visit_(value, PromptText::Said);
        return wanted_;
    }
    bool as_written(const std::optional<json::View>& value) {
        if (wanted_ && value && !value->is_null()) wanted_ = visit_(*value, PromptText::AsWritten);
        return wanted_;
    }
    void members(const json::View& object, std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names)
            if (const auto value = object.find(name)) text(*value);
    }
    /// A text, or the texts of blocks.
    void content(const json::View& value) {
        text(value);
        value.each_item([this](const json::View& block) {
            members(block, {"text", "thinking", "name"});
            const auto type = block.find("type");
            if (!type) return wanted_;
            if (type->as_string() == "tool_use") as_written(block.find("input"));
            const auto result = block.find("content");
            if (result && type->as_string() == "tool_result") content(*result);
            return wanted_;
        });
    }

    const PromptTextVisitor& visit_;
    bool wanted_ = true;
};

}    // namespace

std::int64_t each_messages_text(std::string_view request_body, const PromptTextVisitor& visit) {
    Texts(visit).body(json::view_of(request_body));
    return 0;
}

}    // namespace opusclaw::dialect
