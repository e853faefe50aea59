// dialect/openai_chat/reshape.cpp: edits the provider's own chunks and replies, so that what no rule names stays; exact members are
// picked from what came, in their order.
#include "dialect/openai_chat/reshape.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/json/writer.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using json::Node;

constexpr std::string_view kOpen = "<think>\n", kClose = "\n</think>\n";

std::string text_at(const Node& object, std::string_view key) {
    const Node* const node = object.find(key);
    return node == nullptr ? std::string() : node->as_string().value_or("");
}

bool has(const Node& object, std::string_view key) {
    const Node* const node = object.find(key);
    return node != nullptr && node->type() != json::Type::Null;
}

bool has_items(const Node& object, std::string_view key) {
    const Node* const node = object.find(key);
    return node != nullptr && node->type() == json::Type::Array && node->size() > 0;
}

/// The reasoning of a message or delta, taken out of it.
std::string take_reasoning(Node& message) {
    std::string text = text_at(message, "reasoning_content");
    if (text.empty()) text = text_at(message, "reasoning");
    message.erase("reasoning_content");
    message.erase("reasoning");
    return text;
}

void copy(json::Writer& writer, const Node& from, std::string_view key) {
    if (const Node* const node = from.find(key)) writer.member_raw(key, node->str());
}

void copy_or_null(json::Writer& writer, const Node& from, std::string_view key) {
    const Node* const node = from.find(key);
    writer.member_raw(key, node == nullptr ? "null" : node->str());
}

/// A message or delta with the members of ours; reasoning under one name.
std::string exact_message(const Node& message) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    copy(writer, message, "role");
    copy(writer, message, "content");
    if (has(message, "reasoning_content")) {
        copy(writer, message, "reasoning_content");
    } else if (has(message, "reasoning")) {
        writer.member_raw("reasoning_content", message.find("reasoning")->str());
    }
    for (const std::string_view key : {"refusal", "tool_calls", "annotations"})
        if (has(message, key)) copy(writer, message, key);
    writer.end_object();
    return text;
}

void write_choices(json::Writer& writer, const Node& answer, std::string_view message) {
    writer.key("choices").begin_array();
    const Node& choices = *answer.find("choices");
    for (std::size_t index = 0; index < choices.size(); ++index) {
        const Node& choice = *choices.item(index);
        writer.begin_object();
        const Node* const place = choice.find("index");
        writer.member_raw("index", place == nullptr ? std::to_string(index) : place->str());
        if (const Node* const said = choice.find(message)) writer.member_raw(message, exact_message(*said));
        if (message == "delta" || has(choice, "logprobs")) copy_or_null(writer, choice, "logprobs");
        copy_or_null(writer, choice, "finish_reason");
        writer.end_object();
    }
    writer.end_array();
}

std::string exact_chunk(const Node& chunk) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    copy_or_null(writer, chunk, "id");
    writer.member("object", "chat.completion.chunk");
    copy_or_null(writer, chunk, "created");
    copy_or_null(writer, chunk, "model");
    copy_or_null(writer, chunk, "system_fingerprint");
    write_choices(writer, chunk, "delta");
    copy_or_null(writer, chunk, "usage");
    writer.end_object();
    return text;
}

std::string exact_reply(const Node& reply) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    copy_or_null(writer, reply, "id");
    copy_or_null(writer, reply, "model");
    writer.member("object", "chat.completion");
    copy_or_null(writer, reply, "created");
    write_choices(writer, reply, "message");
    copy_or_null(writer, reply, "usage");
    writer.end_object();
    return text;
}

/// The chunk that ends the thoughts of a choice, in front of the one that goes on.
std::string closing_chunk(const Node& chunk, const Node& choice) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    for (const std::string_view key : {"id", "object", "created", "model"}) copy(writer, chunk, key);
    writer.member_raw("system_fingerprint", "null");
    writer.key("choices").begin_array().begin_object();
    const Node* const place = choice.find("index");
    writer.member_raw("index", place == nullptr ? "0" : place->str());
    writer.key("delta").begin_object().member("content", kClose).end_object();
    writer.member_raw("logprobs", "null").member_raw("finish_reason", "null");
    writer.end_object().end_array().member_raw("usage", "null").end_object();
    return text;
}

/// An answer or chunk with choices; nothing: it is none.
std::optional<Node> with_choices(std::string_view text) {
    try {
        Node node = Node::parse(text);
        const Node* const choices = std::as_const(node).find("choices");
        if (choices == nullptr || choices->type() != json::Type::Array) return std::nullopt;
        return node;
    } catch (const Error&) {
        return std::nullopt;
    }
}

void append_frame(std::string& out, std::string_view payload) {
    out.append("data: ").append(payload).append("\n\n");
}

void merge_reply(Node& reply) {
    Node& choices = *reply.find("choices");
    for (std::size_t index = 0; index < choices.size(); ++index) {
        Node* const message = choices.item(index)->find("message");
        if (message == nullptr) continue;
        const Node* const content = std::as_const(*message).find("content");
        const bool parts = content != nullptr && content->type() == json::Type::Array;
        if (parts) continue;    // nobody's thoughts stand beside parts
        const std::string reasoning = take_reasoning(*message);
        if (reasoning.empty()) continue;
        std::string text(kOpen);
        text.append(reasoning).append(kClose).append(text_at(*message, "content"));
        message->set("content", Node::of(std::string_view(text)));
    }
}

}    // namespace

std::string reshaped_reply(std::string_view body, Shape shape) {
    auto reply = with_choices(body);
    if (!reply) return std::string(body);
    if (shape.thinking_to_content) merge_reply(*reply);
    return shape.exact_members ? exact_reply(*reply) : reply->str();
}

/// True: the thoughts end before this chunk.
bool StreamReshaper::merge_choice(Node& choice) {
    Node* const delta = choice.find("delta");
    if (delta == nullptr) return false;
    const Node* const place = std::as_const(choice).find("index");
    Thought& thought = thoughts_[place == nullptr ? 0 : place->as_int().value_or(0)];
    const std::string reasoning = take_reasoning(*delta);
    const std::string said = text_at(*delta, "content");
    const bool goes_on = !said.empty() || has_items(*delta, "tool_calls") || has(*delta, "refusal") ||
                         has(choice, "finish_reason");
    if (reasoning.empty()) {
        const bool closes = thought == Thought::Open && goes_on;
        if (closes) thought = Thought::Closed;
        return closes;
    }
    std::string text(thought == Thought::Open ? "" : kOpen);
    text += reasoning;
    thought = Thought::Open;
    if (goes_on) {    // both in one chunk
        text.append(kClose).append(said);
        thought = Thought::Closed;
    }
    delta->set("content", Node::of(std::string_view(text)));
    return false;
}

void StreamReshaper::merge(Node& chunk, std::string& out) {
    Node& choices = *chunk.find("choices");
    for (std::size_t index = 0; index < choices.size(); ++index) {
        Node& choice = *choices.item(index);
        if (merge_choice(choice)) append_frame(out, closing_chunk(chunk, choice));
    }
}

void StreamReshaper::payload(std::string_view payload, std::string& out) {
    auto chunk = with_choices(payload);
    if (!chunk) return append_frame(out, payload);
    if (shape_.thinking_to_content) merge(*chunk, out);
    append_frame(out, shape_.exact_members ? exact_chunk(*chunk) : chunk->str());
}

std::string StreamReshaper::frames(std::string_view frames) {
    constexpr std::string_view kData = "data: ", kEnd = "\n\n";
    std::string out;
    while (!frames.empty()) {
        const std::size_t end = frames.find(kEnd);
        const std::string_view frame = frames.substr(0, end);
        if (frame.starts_with("data: {")) {
            payload(frame.substr(kData.size()), out);
        } else {
            out.append(frame).append(end == std::string_view::npos ? "" : kEnd);
        }
        frames = end == std::string_view::npos ? std::string_view() : frames.substr(end + kEnd.size());
    }
    return out;
}

}    // namespace opusclaw::dialect::openai_chat
