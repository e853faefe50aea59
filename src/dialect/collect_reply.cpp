// dialect/collect_reply.cpp: deltas of one kind that follow one another are one part, as they would be in a whole reply.
#include "dialect/collect_reply.h"

#include <utility>

namespace opusclaw::dialect::chat {

void ReplyCollector::add(const Event& event) {
    if (others_ && !std::holds_alternative<ChoiceNamed>(event)) return;
    std::visit([this](const auto& kind) { on(kind); }, event);
}

/// The last part when it is of this kind and still grows, else a new one.
template <class Kind>
ReplyCollector::Draft& ReplyCollector::growing() {
    if (drafts_.empty() || !drafts_.back().open || !std::holds_alternative<Kind>(drafts_.back().part))
        drafts_.push_back({.part = Kind{}, .text = {}});
    return drafts_.back();
}

void ReplyCollector::on(const Started& started) {
    response_.id = keep(started.id);
    response_.model = keep(started.model);
    response_.created = started.created;
}

void ReplyCollector::on(const ReasoningDelta& delta) { growing<Reasoning>().text += delta.text; }
void ReplyCollector::on(const TextDelta& delta) { growing<Text>().text += delta.text; }
void ReplyCollector::on(const RefusalDelta& delta) { growing<Refusal>().text += delta.text; }

void ReplyCollector::on(const ReasoningBreak&) {
    if (!drafts_.empty() && std::holds_alternative<Reasoning>(drafts_.back().part))
        drafts_.back().open = false;
}

void ReplyCollector::on(const SignatureGiven& given) {
    Draft& draft = growing<Reasoning>();
    Opaque opaque = given.opaque;
    opaque.model = keep(opaque.model);
    opaque.value = keep(opaque.value);
    opaque.item = keep(opaque.item);
    opaque.call_id = keep(opaque.call_id);
    std::get<Reasoning>(draft.part).opaque = opaque;
    draft.open = false;    // nothing may follow a signature in its part
}

void ReplyCollector::on(const CallStarted& call) {
    calls_[call.call] = drafts_.size();
    const ToolCall part{.id = keep(call.id),
                        .name = keep(call.name),
                        .arguments = {},
                        .kind = call.kind,
                        .cache_control = {}};
    drafts_.push_back({.part = part, .text = {}});
}

void ReplyCollector::on(const CallArguments& arguments) {
    const auto found = calls_.find(arguments.call);
    if (found != calls_.end()) drafts_[found->second].text += arguments.fragment;
}

void ReplyCollector::on(const MediaGiven& given) {
    Media media = given.media;
    for (std::string_view* const text : {&media.mime, &media.base64, &media.url, &media.plain, &media.file_id,
                                         &media.filename, &media.detail, &media.cache_control}) {
        *text = keep(*text);
    }
    drafts_.push_back({.part = media, .text = {}, .open = false});
}

void ReplyCollector::on(const Cited& cited) {
    Citation citation = cited.citation;
    citation.url = keep(citation.url);
    citation.title = keep(citation.title);
    citations_.push_back(citation);
}

void ReplyCollector::on(const Finished& finished) {
    complete_ = true;
    finish_ = finished.finish;
    finish_text_ = keep(finished.text);
}

Response ReplyCollector::take() {
    Choice choice{
        .parts = {}, .citations = std::move(citations_), .finish = finish_, .finish_text = finish_text_};
    for (Draft& draft : drafts_) {
        const std::string_view text = response_.pool.keep(std::move(draft.text));
        if (auto* const said = std::get_if<Text>(&draft.part)) said->text = text;
        if (auto* const thought = std::get_if<Reasoning>(&draft.part)) thought->text = text;
        if (auto* const refused = std::get_if<Refusal>(&draft.part)) refused->text = text;
        if (auto* const call = std::get_if<ToolCall>(&draft.part)) call->arguments = text;
        choice.parts.push_back(std::move(draft.part));
    }
    choice.finish = finish_beside_calls(choice.finish, choice.parts);
    response_.choices.push_back(std::move(choice));
    return std::move(response_);
}

}    // namespace opusclaw::dialect::chat
