// dialect/collect_reply.cpp: deltas of one kind that follow one another are one part, as they would be in a whole reply.
#include "dialect/collect_reply.h"

#include <algorithm>
#include <utility>

namespace opusclaw::dialect::chat {

void ReplyCollector::add(const Event& event) {
    std::visit([this](const auto& kind) { on(kind); }, event);
}

/// The last part when it is of this kind and still grows, else a new one.
template <class Kind>
ReplyCollector::Draft& ReplyCollector::growing() {
    std::vector<Draft>& drafts = current_->drafts;
    if (drafts.empty() || !drafts.back().open || !std::holds_alternative<Kind>(drafts.back().part))
        drafts.push_back({.part = Kind{}, .text = {}});
    return drafts.back();
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
    std::vector<Draft>& drafts = current_->drafts;
    if (!drafts.empty() && std::holds_alternative<Reasoning>(drafts.back().part)) drafts.back().open = false;
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
    current_->calls[call.call] = current_->drafts.size();
    const ToolCall part{.id = keep(call.id),
                        .name = keep(call.name),
                        .arguments = {},
                        .kind = call.kind,
                        .cache_control = {}};
    current_->drafts.push_back({.part = part, .text = {}});
}

void ReplyCollector::on(const CallArguments& arguments) {
    const auto found = current_->calls.find(arguments.call);
    if (found != current_->calls.end()) current_->drafts[found->second].text += arguments.fragment;
}

void ReplyCollector::on(const MediaGiven& given) {
    Media media = given.media;
    for (std::string_view* const text : {&media.mime, &media.base64, &media.url, &media.plain, &media.file_id,
                                         &media.filename, &media.detail, &media.cache_control}) {
        *text = keep(*text);
    }
    current_->drafts.push_back({.part = media, .text = {}, .open = false});
}

void ReplyCollector::on(const Cited& cited) {
    Citation citation = cited.citation;
    citation.url = keep(citation.url);
    citation.title = keep(citation.title);
    current_->citations.push_back(citation);
}

void ReplyCollector::on(const Finished& finished) {
    current_->finish = finished.finish;
    current_->finish_text = keep(finished.text);
}

bool ReplyCollector::complete() const {
    return ended_ ||
           std::ranges::all_of(choices_, [](const auto& choice) { return choice.second.finish.has_value(); });
}

Choice ReplyCollector::whole(Growing& growing) {
    Choice choice{.parts = {},
                  .citations = std::move(growing.citations),
                  .finish = growing.finish,
                  .finish_text = growing.finish_text};
    for (Draft& draft : growing.drafts) {
        const std::string_view text = response_.pool.keep(std::move(draft.text));
        if (auto* const said = std::get_if<Text>(&draft.part)) said->text = text;
        if (auto* const thought = std::get_if<Reasoning>(&draft.part)) thought->text = text;
        if (auto* const refused = std::get_if<Refusal>(&draft.part)) refused->text = text;
        if (auto* const call = std::get_if<ToolCall>(&draft.part)) call->arguments = text;
        choice.parts.push_back(std::move(draft.part));
    }
    choice.finish = finish_beside_calls(choice.finish, choice.parts);
    return choice;
}

Response ReplyCollector::take() {
    for (auto& [index, growing] : choices_) response_.choices.push_back(whole(growing));
    return std::move(response_);
}

}    // namespace opusclaw::dialect::chat
