// provider/hosted_media.cpp: one walk for both: over the blocks of messages and of the results of tools in them. Bodies without such a
// source are not looked into.
#include "provider/hosted_media.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "base/json/edit.h"
#include "base/json/view.h"

namespace opusclaw::provider {
namespace {

using OnSource = std::function<void(json::Node& source, std::string url)>;

std::string text_at(const json::Node& node, std::string_view name) {
    const json::Node* const value = node.find(name);
    return value == nullptr ? std::string() : value->as_string().value_or("");
}

void walk_content(json::Node& holder, const OnSource& on_source) {
    json::Node* const content = holder.find("content");
    if (content == nullptr || content->type() != json::Type::Array) return;
    for (std::size_t at = 0; at < content->size(); ++at) {
        json::Node& block = *content->item(at);
        const std::string type = text_at(block, "type");
        if (type == "tool_result") walk_content(block, on_source);
        if (type != "image" && type != "document") continue;
        json::Node* const source = block.find("source");
        if (source != nullptr && text_at(*source, "type") == "url")
            on_source(*source, text_at(*source, "url"));
    }
}

void walk_messages(json::Node& messages, const OnSource& on_source) {
    for (std::size_t at = 0; at < messages.size(); ++at) {
        if (json::Node* const message = messages.item(at)) walk_content(*message, on_source);
    }
}

}    // namespace

std::vector<std::string> hosted_media_needs(std::string_view body) {
    std::vector<std::string> urls;
    const json::Document document = json::Document::over(body);
    const auto messages = document.root().find("messages");
    if (!messages || messages->raw().find("\"url\"") == std::string_view::npos) return urls;
    json::Node list = json::Node::parse(messages->raw());
    std::unordered_set<std::string> seen;
    walk_messages(list, [&](json::Node&, std::string url) {
        if (seen.insert(url).second) urls.push_back(std::move(url));
    });
    return urls;
}

std::string with_hosted_media(std::string_view messages, const dialect::FetchedFiles& files) {
    json::Node list = json::Node::parse(messages);
    walk_messages(list, [&files](json::Node& source, const std::string& url) {
        const auto found = files.find(url);
        if (found == files.end()) return;
        source = json::Node::object();
        source.set("type", json::Node::of("base64"));
        source.set("media_type", json::Node::of(found->second.mime));
        source.set("data", json::Node::of(found->second.base64));
    });
    return list.str();
}

}    // namespace opusclaw::provider
