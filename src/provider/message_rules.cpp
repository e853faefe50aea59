// provider/message_rules.cpp: rules on the messages of a Chat request (spec 07 sections 13, 16, 24; 08 section 6). Only the values that a rule
// names are looked into.
#include <algorithm>
#include <array>
#include <map>

#include "base/crypto.h"
#include "base/json/edit.h"
#include "provider/body_rules.h"

namespace opusclaw::provider {
namespace {

using json::Node;

constexpr std::size_t kMistralId = 9;

bool is_mistral_id(std::string_view id) {
    return id.size() == kMistralId && std::ranges::all_of(id, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

/// The same id always becomes the same other one, in this request and in the next.
void shorten_id(Node& holder, std::string_view member) {
    const Node* const id = holder.find(member);
    const auto text = id == nullptr ? std::nullopt : id->as_string();
    if (!text || text->empty() || is_mistral_id(*text)) return;
    holder.set(member, Node::of(crypto::hex(crypto::sha256(*text)).substr(0, kMistralId)));
}

void keep_members(Node& object, std::span<const std::string_view> names) {
    for (const std::string& key : object.keys()) {
        if (std::ranges::find(names, key) == names.end()) object.erase(key);
    }
}

void each_item(Node* list, const std::function<void(Node&)>& visit) {
    if (list == nullptr || list->type() != json::Type::Array) return;
    for (std::size_t i = 0; i < list->size(); ++i) visit(*list->item(i));
}

Node text_part(std::string_view text) {
    Node part = Node::object();
    part.set("type", Node::of("text"));
    part.set("text", Node::of(text));
    return part;
}

/// A text becomes a part; with tool calls beside it an empty one becomes none.
void make_parts(Node& message) {
    const Node* const content = message.find("content");
    const auto text = content == nullptr ? std::nullopt : content->as_string();
    if (!text) return;
    const Node* const calls = message.find("tool_calls");
    Node parts = Node::array();
    if (!text->empty() || calls == nullptr || calls->size() == 0) parts.push(text_part(*text));
    message.set("content", std::move(parts));
}

/// `image_url` is the URL itself.
void make_plain_url(Node& part) {
    const Node* const image = part.find("image_url");
    const Node* const url = image == nullptr ? nullptr : image->find("url");
    if (url == nullptr) return;
    Node plain = *url;
    part.set("image_url", std::move(plain));
}

void mistral_message(Node& message) {
    constexpr std::array<std::string_view, 5> kKnown = {"role", "content", "tool_calls", "tool_call_id",
                                                        "prefix"};
    keep_members(message, kKnown);
    shorten_id(message, "tool_call_id");
    each_item(message.find("tool_calls"), [](Node& call) { shorten_id(call, "id"); });
    make_parts(message);
    each_item(message.find("content"), make_plain_url);
}

/// True when there was something to cut.
bool cut_data_prefix(Node& part) {
    Node* const image = part.find("image_url");
    Node* const url = image == nullptr ? nullptr : image->find("url");
    const auto text = url == nullptr ? std::nullopt : url->as_string();
    if (!text || !text->starts_with("data:image/")) return false;
    const std::size_t comma = text->find(',');
    if (comma == std::string::npos) return false;
    image->set("url", Node::of(std::string_view(*text).substr(comma + 1)));
    return true;
}

}    // namespace

void give_a_message(Members& members, const BodyFacts&) {
    if (!members.find("prefix") && !members.find("suffix")) return;
    const auto messages = members.find("messages");
    if (messages && !(messages->type() == json::Type::Array && messages->empty())) return;
    members.set("messages", R"([{"role":"user","content":""}])");
}

std::optional<std::string> mistral_messages(std::string_view messages) {
    Node list = Node::parse(messages);
    each_item(&list, mistral_message);
    return list.str();
}

std::optional<std::string> perplexity_messages(std::string_view messages) {
    static constexpr std::array<std::string_view, 2> kKnown = {"role", "content"};
    Node list = Node::parse(messages);
    each_item(&list, [](Node& message) { keep_members(message, kKnown); });
    return list.str();
}

std::optional<std::string> bare_image_data(std::string_view messages) {
    if (messages.find("data:image") == std::string_view::npos) return std::nullopt;
    Node list = Node::parse(messages);
    bool any = false;
    each_item(&list, [&any](Node& message) {
        each_item(message.find("content"), [&any](Node& part) { any = cut_data_prefix(part) || any; });
    });
    return any ? std::optional(list.str()) : std::nullopt;
}

}    // namespace opusclaw::provider
