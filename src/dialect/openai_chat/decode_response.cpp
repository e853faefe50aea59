// dialect/openai_chat/decode_response.cpp: a whole Chat answer (spec 06 sections 15.1, 18, 19.2).
#include <utility>

#include "dialect/broken_answer.h"
#include "dialect/openai_chat/answer_parts.h"
#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/finish.h"
#include "dialect/openai_chat/read.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Choice;
using chat::Response;
using json::View;

constexpr int kBadGateway = 502;

void read_call(Response& response, const View& value, Choice& choice) {
    const auto custom = value.find("custom");
    const auto body = custom ? custom : value.find("function");
    if (!body) return;
    chat::TextPool& pool = response.pool;
    chat::ToolCall call;
    call.kind = custom ? chat::CallKind::Custom : chat::CallKind::Function;
    call.id = pool.string_at(value, "id");
    call.name = pool.string_at(*body, "name");
    call.arguments = pool.arguments(body->find(custom ? "input" : "arguments"));
    choice.parts.emplace_back(call);
}

void read_message(Response& response, const View& message, Choice& choice) {
    chat::TextPool& pool = response.pool;
    const std::string_view reasoning = reasoning_in(message, pool);
    if (!reasoning.empty()) choice.parts.emplace_back(chat::Reasoning{reasoning, std::nullopt});
    std::string_view text = text_in(message, pool);
    const auto audio = message.find("audio");
    if (text.empty() && audio) text = pool.string_at(*audio, "transcript");
    if (!text.empty()) choice.parts.emplace_back(chat::Text{text, {}});
    const std::string_view refusal = pool.string_at(message, "refusal");
    if (!refusal.empty()) choice.parts.emplace_back(chat::Refusal{refusal});
    each_image(message, pool, [&](const chat::Media& media) {
        choice.parts.emplace_back(media);
        return true;
    });
    each_annotation(message, pool, [&](const chat::Citation& citation) {
        choice.citations.push_back(citation);
        return true;
    });
    if (const auto calls = message.find("tool_calls")) {
        calls->each_item([&](const View& call) {
            read_call(response, call, choice);
            return true;
        });
    }
}

void read_choice(Response& response, const View& value) {
    Choice choice;
    if (const auto message = value.find("message")) read_message(response, *message, choice);
    const std::string_view reason = response.pool.string_at(value, "finish_reason");
    if (!reason.empty()) choice.finish = read_finish(reason);
    if (choice.finish == chat::Finish::Unknown) choice.finish_text = reason;
    choice.finish = chat::finish_beside_calls(choice.finish, choice.parts);
    response.choices.push_back(std::move(choice));
}

void read_answer_object(Response& response, const View& root) {
    const auto choices = root.find("choices");
    const auto error = root.find("error");
    if (error && !error->is_null() && (!choices || choices->empty())) {
        response.error = read_upstream_error(root.raw(), kBadGateway);
        return;
    }
    response.id = response.pool.string_at(root, "id");
    response.model = response.pool.string_at(root, "model");
    if (const auto created = root.find("created")) response.created = created->as_int();
    if (choices) {
        choices->each_item([&](const View& choice) {
            read_choice(response, choice);
            return true;
        });
    }
    if (const auto usage = root.find("usage")) response.usage = read_usage(*usage);
}

}    // namespace

Response decode_response(std::string_view body) {
    Response response;
    with_answer_object(body, [&response](const View& root) { read_answer_object(response, root); });
    return response;
}

}    // namespace opusclaw::dialect::openai_chat
