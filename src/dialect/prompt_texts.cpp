// dialect/prompt_texts.cpp: one walk over the body for each kind of request (spec 05 section 10.2), which ends when nobody wants more.
#include "dialect/prompt_texts.h"

#include <array>
#include <initializer_list>
#include <optional>

namespace opusclaw::dialect {
namespace {

// The chat format's extras.
constexpr std::int64_t kPerTool = 8;
constexpr std::int64_t kPerMessage = 3;
constexpr std::int64_t kPerName = 3;

/// Gives texts to the visitor. What it returns says whether more are wanted, as visitors of views do.
class Texts {
public:
    explicit Texts(const PromptTextVisitor& visit) : visit_(visit) {}
    bool wanted() const { return wanted_; }

    /// A text; what is of another type is none.
    bool text(const json::View& value) {
        if (wanted_ && value.type() == json::Type::String) wanted_ = visit_(value, PromptText::Said);
        return wanted_;
    }
    bool as_written(const json::View& value) {
        if (wanted_) wanted_ = visit_(value, PromptText::AsWritten);
        return wanted_;
    }
    /// A text, or a list of texts, or of objects with a text each.
    bool texts(const json::View& value) {
        text(value);
        value.each_item([this](const json::View& item) { return text(item) && members(item, {"text"}); });
        return wanted_;
    }
    /// A text, or a list of parts with a text each.
    bool parts(const json::View& value) {
        text(value);
        value.each_item([this](const json::View& part) { return members(part, {"text"}); });
        return wanted_;
    }
    bool members(const json::View& value, std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            if (const auto piece = value.find(name)) text(*piece);
        }
        return wanted_;
    }

private:
    const PromptTextVisitor& visit_;
    bool wanted_ = true;
};

class ChatTexts {
public:
    explicit ChatTexts(const PromptTextVisitor& visit) : texts_(visit) {}

    void read(const json::View& body) {
        body.each_member([this](std::string_view key, const json::View& value) {
            if (key == "messages") messages(value);
            if (key == "tools") tools(value);
            if (key == "prompt" || key == "input") texts_.texts(value);    // moderations have parts, too
            return texts_.wanted();
        });
    }
    std::int64_t extras() const { return extras_; }

private:
    void messages(const json::View& list) {
        list.each_item([this](const json::View& item) {
            extras_ += kPerMessage;
            item.each_member(
                [this](std::string_view key, const json::View& value) { return message(key, value); });
            return texts_.wanted();
        });
    }
    bool message(std::string_view key, const json::View& value) {
        if (key == "role") return texts_.text(value);
        if (key == "content") return texts_.parts(value);
        if (key == "name" && value.type() == json::Type::String) {
            extras_ += kPerName;
            return texts_.text(value);
        }
        if (key == "tool_calls") {
            value.each_item([this](const json::View& call) {
                if (const auto called = call.find("function")) texts_.members(*called, {"name", "arguments"});
                return texts_.wanted();
            });
        }
        return texts_.wanted();
    }
    void tools(const json::View& list) {
        list.each_item([this](const json::View& tool) {
            extras_ += kPerTool;
            const auto function = tool.find("function");
            if (!function) return true;
            texts_.members(*function, {"name", "description"});
            if (const auto parameters = function->find("parameters")) texts_.as_written(*parameters);
            return texts_.wanted();
        });
    }

    Texts texts_;
    std::int64_t extras_ = 0;
};

/// An item of a Responses request: a message, or a call and what came of it.
bool item_texts(Texts& texts, const json::View& item) {
    texts.text(item);
    item.each_member([&texts](std::string_view key, const json::View& value) {
        if (key == "content" || key == "summary" || key == "output") texts.parts(value);
        if (key == "name" || key == "arguments") texts.text(value);
        return texts.wanted();
    });
    return texts.wanted();
}

}    // namespace

std::int64_t each_chat_text(std::string_view request_body, const PromptTextVisitor& visit) {
    ChatTexts texts(visit);
    texts.read(json::view_of(request_body));
    return texts.extras();
}

std::int64_t each_embeddings_text(std::string_view request_body, const PromptTextVisitor& visit) {
    if (const auto input = json::view_of(request_body).find("input")) Texts(visit).texts(*input);
    return 0;
}

std::int64_t each_responses_text(std::string_view request_body, const PromptTextVisitor& visit) {
    constexpr std::array<std::string_view, 6> kRaw = {"instructions", "metadata", "text",
                                                      "tool_choice",  "prompt",   "tools"};
    std::array<std::optional<json::View>, kRaw.size()> raw;
    Texts texts(visit);
    json::view_of(request_body).each_member([&](std::string_view key, const json::View& value) {
        if (key == "input") {
            texts.text(value);
            value.each_item([&texts](const json::View& item) { return item_texts(texts, item); });
        }
        for (std::size_t place = 0; place < kRaw.size(); ++place) {
            if (key == kRaw[place] && !value.is_null()) raw[place] = value;
        }
        return texts.wanted();
    });
    for (const auto& member : raw) {
        if (member) texts.as_written(*member);
    }
    return 0;
}

}    // namespace opusclaw::dialect
