// dialect/openai_responses/encode_response.cpp: a whole Responses answer from the neutral one (spec 06 sections 15.2, 18, 19.3, 21).
#include "dialect/envelope.h"
#include "dialect/openai_responses/codec.h"
#include "dialect/openai_responses/output_item.h"
#include "dialect/openai_responses/response_object.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Part;

/// Neighbouring texts and refusals are parts of one message.
class ItemList {
public:
    explicit ItemList(const ItemIds& ids) : ids_(ids) {}

    void add(const Part& part) {
        if (const auto* const text = std::get_if<chat::Text>(&part)) say(PartKind::Text, text->text);
        if (const auto* const refusal = std::get_if<chat::Refusal>(&part))
            say(PartKind::Refusal, refusal->text);
        if (const auto* const media = std::get_if<chat::Media>(&part)) add_media(*media);
        if (const auto* const reasoning = std::get_if<chat::Reasoning>(&part)) add_reasoning(*reasoning);
        if (const auto* const call = std::get_if<chat::ToolCall>(&part)) add_call(*call);
    }

    /// Sources belong to the first text: others stand for media. An answer of other things gets an empty one for them.
    void cite(const std::vector<chat::Citation>& citations) {
        if (citations.empty()) return;
        OutputPart* text = first_text();
        if (text == nullptr) {
            open(ItemKind::Message).parts.emplace_back();
            text = first_text();
        }
        for (const chat::Citation& citation : citations) text->annotations.push_back(annotation_of(citation));
    }

    const std::vector<OutputItem>& items() const { return items_; }

private:
    OutputItem& open(ItemKind kind) {
        OutputItem& item = items_.emplace_back();
        item.kind = kind;
        item.id = ids_.item(kind, items_.size() - 1);
        return item;
    }

    void say(PartKind kind, std::string_view text) {
        if (text.empty()) return;
        const bool speaking = !items_.empty() && items_.back().kind == ItemKind::Message;
        std::vector<OutputPart>& parts = (speaking ? items_.back() : open(ItemKind::Message)).parts;
        if (parts.empty() || parts.back().kind != kind)
            parts.push_back({.kind = kind, .text = {}, .annotations = {}});
        parts.back().text.append(text);
    }

    OutputPart* first_text() {
        for (OutputItem& item : items_) {
            for (OutputPart& part : item.parts) {
                if (part.kind == PartKind::Text) return &part;
            }
        }
        return nullptr;
    }

    void add_media(const chat::Media& media) {
        const auto picture = picture_data(media);
        if (!picture) return say(PartKind::Text, shown_media(media));
        open(ItemKind::Image).text = *picture;
    }

    void add_reasoning(const chat::Reasoning& reasoning) {
        if (reasoning.text.empty() && !reasoning.opaque) return;
        OutputItem& item = open(ItemKind::Reasoning);
        item.text = reasoning.text;
        if (reasoning.opaque) item.encrypted = show_opaque(*reasoning.opaque, Dialect::OpenaiResponses);
    }

    void add_call(const chat::ToolCall& call) {
        const bool custom = call.kind == chat::CallKind::Custom;
        OutputItem& item = open(custom ? ItemKind::CustomCall : ItemKind::FunctionCall);
        item.call_id = call.id.empty() ? ids_.call(items_.size() - 1) : std::string(call.id);
        item.name = call.name;
        item.text = call.arguments.empty() && !custom ? std::string_view("{}") : call.arguments;
    }

    const ItemIds& ids_;
    std::vector<OutputItem> items_;
};

}    // namespace

std::string encode_response(const chat::Response& response, const Reply& reply) {
    const ItemIds ids(reply.request_id);
    ItemList list(ids);
    const chat::Choice none;
    const chat::Choice& choice = response.choices.empty() ? none : response.choices.front();
    for (const Part& part : choice.parts) list.add(part);
    list.cite(choice.citations);
    ResponseState state{.id = ids.response(),
                        .model = response.model.empty() ? reply.model : std::string(response.model),
                        .created = response.created.value_or(reply.created),
                        .output = {},
                        .usage = response.usage.value_or(Usage{})};
    set_end(state, choice.finish);
    for (const OutputItem& item : list.items()) {
        const bool cut = choice.finish == chat::Finish::TokenLimit && &item == &list.items().back();
        json::Writer writer(state.output.emplace_back());
        write_item(writer, item, cut ? ItemStatus::Incomplete : ItemStatus::Completed);
    }
    std::string out;
    json::Writer writer(out);
    write_response(writer, state, reply);
    return out;
}

}    // namespace opusclaw::dialect::openai_responses
