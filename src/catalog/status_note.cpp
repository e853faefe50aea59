// catalog/status_note.cpp: two members are ours, everything else of the object stays byte for byte.
#include "catalog/status_note.h"

#include "base/error.h"
#include "base/json/edit.h"

namespace opusclaw::catalog {
namespace {

constexpr std::string_view kReason = "status_reason";

json::Node object_of(std::string_view text) {
    try {
        json::Node node = json::Node::parse(text);
        if (node.type() == json::Type::Object) return node;
    } catch (const Error&) {
        // empty, or no JSON
    }
    return json::Node::object();
}

}    // namespace

std::string status_reason(std::string_view other_info) {
    json::Node node = object_of(other_info);
    const json::Node* const reason = node.find(kReason);
    return reason == nullptr ? std::string() : reason->as_string().value_or("");
}

std::string with_status_note(std::string_view other_info, std::string_view reason, std::int64_t now) {
    json::Node node = object_of(other_info);
    node.set(kReason, json::Node::of(reason));
    node.set("status_time", json::Node::of(now));
    return node.str();
}

std::optional<std::string> without_status_reason(std::string_view other_info) {
    json::Node node = object_of(other_info);
    return node.erase(kReason) ? std::optional(node.str()) : std::nullopt;
}

}    // namespace opusclaw::catalog
