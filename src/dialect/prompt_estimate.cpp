// dialect/prompt_estimate.cpp: collects the texts of a request, joined by line ends, and counts them (spec 05 section 10.2).
#include "dialect/prompt_estimate.h"

#include <array>
#include <optional>

#include "base/json/view.h"
#include "dialect/token_estimate.h"

namespace opusclaw::dialect {
namespace {

class TextCollector {
public:
    explicit TextCollector(std::string_view model) : estimator_(model) {}

    void text(std::string_view piece) {
        if (any_) estimator_.add("\n");
        any_ = true;
        estimator_.add(piece);
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
    std::int64_t tokens() const { return estimator_.tokens(); }

private:
    TokenEstimator estimator_;
    bool any_ = false;
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

std::int64_t estimate_embeddings_prompt(std::string_view model, std::string_view request_body) {
    TextCollector texts(model);
    if (const auto input = json::view_of(request_body).find("input")) texts.texts(*input);
    return texts.tokens();
}

std::int64_t estimate_responses_prompt(std::string_view model, std::string_view request_body) {
    constexpr std::array<std::string_view, 6> kRaw = {"instructions", "metadata", "text",
                                                      "tool_choice",  "prompt",   "tools"};
    std::array<std::optional<json::View>, kRaw.size()> raw;
    TextCollector texts(model);
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
