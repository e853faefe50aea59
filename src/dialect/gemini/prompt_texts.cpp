// dialect/gemini/prompt_texts.cpp: what of a Gemini request counts as its prompt: the texts of parts, calls with their arguments, results,
// the system's instruction, tools as they are written (spec 05 section 10.2). Bodies of all actions, which have what of it they have.
#include <array>

#include "dialect/gemini/fields.h"
#include "dialect/prompt_texts.h"

namespace opusclaw::dialect {
namespace {

using json::View;

/// Every function tells whether more texts are wanted.
class Texts {
public:
    explicit Texts(const PromptTextVisitor& visit) : visit_(visit) {}

    void body(const View& root) {
        gemini::each_field(root, [this](std::string_view key, const View& value) {
            if (key == "contents") each(value, [this](const View& item) { return content(item); });
            if (key == "content" || key == "systemInstruction") content(value);
            if (key == "tools") as_written(value);
            if (key == "requests") each(value, [this](const View& item) { return request(item); });
            if (key == "instances") each(value, [this](const View& item) { return member(item, "prompt"); });
            if (key == "generateContentRequest") body(value);
        });
    }

private:
    /// The items of a list; one that stands alone is one.
    template <class Take>
    bool each(const View& value, Take take) {
        if (value.type() != json::Type::Array) return take(value);
        value.each_item([&take](const View& item) { return take(item); });
        return wanted_;
    }
    bool request(const View& item) {
        const auto inner = item.find("content");
        return inner ? content(*inner) : wanted_;
    }
    bool content(const View& value) {
        if (value.type() == json::Type::String) return text(value);
        const auto parts = value.find("parts");
        return parts ? each(*parts, [this](const View& item) { return part(item); }) : wanted_;
    }
    bool part(const View& item) {
        if (item.type() == json::Type::String) return text(item);
        member(item, "text");
        for (const std::string_view name : kNested) {
            const auto inner = gemini::find_field(item, name);
            if (!inner) continue;
            for (const std::string_view said : {"name", "code", "output"}) member(*inner, said);
            for (const std::string_view raw : {"args", "response"}) {
                if (const auto value = inner->find(raw)) as_written(*value);
            }
        }
        return wanted_;
    }
    bool member(const View& object, std::string_view name) {
        const auto value = object.find(name);
        return value ? text(*value) : wanted_;
    }
    bool text(const View& value) {
        if (wanted_ && value.type() == json::Type::String) wanted_ = visit_(value, PromptText::Said);
        return wanted_;
    }
    void as_written(const View& value) {
        if (wanted_ && !value.is_null()) wanted_ = visit_(value, PromptText::AsWritten);
    }

    static constexpr std::array<std::string_view, 4> kNested = {"functionCall", "functionResponse",
                                                                "executableCode", "codeExecutionResult"};
    const PromptTextVisitor& visit_;
    bool wanted_ = true;
};

}    // namespace

std::int64_t each_gemini_text(std::string_view request_body, const PromptTextVisitor& visit) {
    Texts(visit).body(json::view_of(request_body));
    return 0;
}

}    // namespace opusclaw::dialect
