// dialect/prompt_estimate.cpp: collects the texts of a request, joined by line ends, and counts them (spec 05 section 10.2).
#include "dialect/prompt_estimate.h"

#include <array>
#include <initializer_list>
#include <optional>

#include "base/json/view.h"

namespace opusclaw::dialect {
namespace {

// The chat format's extras.
constexpr std::int64_t kPerTool = 8;
constexpr std::int64_t kPerMessage = 3;
constexpr std::int64_t kPerName = 3;
constexpr std::int64_t kOnce = 3;

class TextCollector {
public:
    TextCollector(std::string_view model, Counting counting) : counter_(model, counting) {}

    void text(std::string_view piece) {
        if (any_) counter_.add("\n");
        any_ = true;
        counter_.add(piece);
    }
    /// A text; what is of another type counts nothing.
    void text(const json::View& value) {
        if (const auto plain = value.as_plain_string()) {
            text(*plain);
        } else if (const auto resolved = value.as_string()) {
            text(*resolved);
        }
    }
    /// A text, or the texts of a list.
    void texts(const json::View& value) {
        text(value);
        value.each_item([this](json::View item) {
            text(item);
            return true;
        });
    }
    /// A text, or a list of parts with a text each.
    void parts(const json::View& value) {
        text(value);
        value.each_item([this](json::View part) {
            if (const auto piece = part.find("text")) text(*piece);
            return true;
        });
    }
    bool any() const { return any_; }
    std::int64_t tokens() const { return counter_.tokens(); }

private:
    TokenCounter counter_;
    bool any_ = false;
};

/// Collects what counts in a chat request, and counts the extras.
class ChatCollector {
public:
    ChatCollector(std::string_view model, Counting counting) : texts_(model, counting) {}
    void read(const json::View& body) {
        body.each_member([this](std::string_view key, json::View value) {
            if (key == "messages") {
                messages(value);
            } else if (key == "tools") {
                tools(value);
            } else if (key == "prompt" || key == "input") {
                texts_.texts(value);
            }
            return true;
        });
    }
    std::int64_t tokens() const { return texts_.any() ? texts_.tokens() + extras_ + kOnce : 0; }

private:
    void members(const json::View& value, std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            if (const auto piece = value.find(name)) texts_.text(*piece);
        }
    }
    void message(std::string_view key, const json::View& value) {
        if (key == "role") texts_.text(value);
        if (key == "name" && value.type() == json::Type::String) {
            extras_ += kPerName;
            texts_.text(value);
        }
        if (key == "content") texts_.parts(value);
        if (key != "tool_calls") return;
        value.each_item([this](json::View call) {
            if (const auto called = call.find("function")) members(*called, {"name", "arguments"});
            return true;
        });
    }
    void messages(const json::View& list) {
        list.each_item([this](json::View item) {
            extras_ += kPerMessage;
            item.each_member([this](std::string_view key, json::View value) {
                message(key, value);
                return true;
            });
            return true;
        });
    }
    void tools(const json::View& list) {
        list.each_item([this](json::View tool) {
            extras_ += kPerTool;
            const auto function = tool.find("function");
            if (!function) return true;
            members(*function, {"name", "description"});
            if (const auto parameters = function->find("parameters")) texts_.text(parameters->raw());
            return true;
        });
    }

    TextCollector texts_;
    std::int64_t extras_ = 0;
};

/// A message, or a call and what came of it.
void collect_item(TextCollector& texts, const json::View& item) {
    texts.text(item);
    item.each_member([&texts](std::string_view key, json::View value) {
        if (key == "content" || key == "summary" || key == "output") texts.parts(value);
        if (key == "name" || key == "arguments") texts.text(value);
        return true;
    });
}

}    // namespace

std::int64_t estimate_chat_prompt(std::string_view model, std::string_view request_body, Counting counting) {
    ChatCollector collector(model, counting);
    collector.read(json::view_of(request_body));
    return collector.tokens();
}

std::int64_t estimate_embeddings_prompt(std::string_view model, std::string_view request_body,
                                        Counting counting) {
    TextCollector texts(model, counting);
    if (const auto input = json::view_of(request_body).find("input")) texts.texts(*input);
    return texts.tokens();
}

std::int64_t estimate_responses_prompt(std::string_view model, std::string_view request_body,
                                       Counting counting) {
    constexpr std::array<std::string_view, 6> kRaw = {"instructions", "metadata", "text",
                                                      "tool_choice",  "prompt",   "tools"};
    std::array<std::optional<json::View>, kRaw.size()> raw;
    TextCollector texts(model, counting);
    json::view_of(request_body).each_member([&](std::string_view key, json::View value) {
        if (key == "input") {
            texts.text(value);
            value.each_item([&texts](json::View item) {
                collect_item(texts, item);
                return true;
            });
        }
        for (std::size_t place = 0; place < kRaw.size(); ++place) {
            if (key == kRaw[place] && !value.is_null()) raw[place] = value;
        }
        return true;
    });
    for (const auto& member : raw) {
        if (member) texts.text(member->raw());
    }
    return texts.tokens();
}

}    // namespace opusclaw::dialect
