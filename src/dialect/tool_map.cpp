// dialect/tool_map.cpp: rewriting of names (spec 06 section 9.1): bad characters become `_`, what is too long or taken ends in a
// digest of the client's name, so that the same name is always rewritten alike.
#include "dialect/tool_map.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/writer.h"

namespace opusclaw::dialect {
namespace {

constexpr std::size_t kKept = 55;          // characters of a long name before its digest
constexpr std::size_t kDigestBytes = 4;    // 8 hexadecimal digits

bool begins_identifier(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool allowed(char c, NameForm names) {
    if (begins_identifier(c) || (c >= '0' && c <= '9') || c == '-') return true;
    return names == NameForm::Identifiers && (c == '.' || c == ':');
}

std::string with_digest(std::string_view clean, std::string_view name) {
    std::string out(clean.substr(0, kKept));
    return out.append("_").append(crypto::hex(crypto::sha256(name).substr(0, kDigestBytes)));
}

std::string rewritten(std::string_view name, const ToolRule& rule) {
    std::string clean(name);
    std::replace_if(
        clean.begin(), clean.end(), [&rule](char c) { return !allowed(c, rule.names); }, '_');
    const bool identifier = rule.names == NameForm::Identifiers && !clean.empty();
    if (identifier && !begins_identifier(clean.front())) clean.front() = '_';
    return clean.size() > rule.longest_name ? with_digest(clean, name) : clean;
}

}    // namespace

ToolMap::ToolMap(const chat::Request& request, ToolRule rule) : rule_(rule) {
    // Names that may stay are taken before any other is made.
    for (const chat::Tool& tool : request.tools) {
        if (rewritten(tool.name, rule_) == tool.name) original_.emplace(tool.name, tool.name);
    }
    for (const chat::Tool& tool : request.tools) {
        const bool declared = tool.kind == chat::ToolKind::Function || tool.kind == chat::ToolKind::Custom;
        if (!declared) continue;
        add(tool.name);
        if (tool.kind == chat::ToolKind::Custom && !rule_.custom_tools) wrapped_.insert(sent(tool.name));
    }
}

void ToolMap::add(std::string_view name) {
    std::string sent = rewritten(name, rule_);
    if (sent == name || sent_.contains(name)) return;
    if (original_.contains(sent)) sent = with_digest(sent, name);
    original_.emplace(sent, name);
    sent_.emplace(name, std::move(sent));
}

std::string ToolMap::sent(std::string_view name) const {
    const auto found = sent_.find(name);
    return found != sent_.end() ? found->second : rewritten(name, rule_);
}

std::string_view ToolMap::original(std::string_view sent) const {
    const auto found = original_.find(sent);
    return found != original_.end() ? std::string_view(found->second) : sent;
}

bool ToolMap::wraps(std::string_view sent) const { return wrapped_.contains(sent); }

void ToolMap::restore(chat::Response& response) const {
    for (chat::Choice& choice : response.choices) {
        for (chat::Part& part : choice.parts) {
            auto* const call = std::get_if<chat::ToolCall>(&part);
            if (call == nullptr) continue;
            if (wraps(call->name)) {
                call->kind = chat::CallKind::Custom;
                call->arguments = response.pool.keep(unwrap_input(call->arguments));
            }
            call->name = response.pool.keep(std::string(original(call->name)));
        }
    }
}

chat::ToolKind kind_of_named(const chat::Request& request, const chat::ToolChoice& choice) {
    if (choice.kind == chat::ToolKind::WebSearch) return choice.kind;
    return ToolKinds(request).of(choice.name);
}

ToolKinds::ToolKinds(const chat::Request& request) {
    for (const chat::Tool& tool : request.tools) {
        kinds_.emplace(tool.name, tool.kind);
        searches_ = searches_ || tool.kind == chat::ToolKind::WebSearch;
    }
}

chat::ToolKind ToolKinds::of(std::string_view name) const {
    const auto found = kinds_.find(name);
    if (found != kinds_.end()) return found->second;
    return searches_ && name == "web_search" ? chat::ToolKind::WebSearch : chat::ToolKind::Function;
}

std::string wrap_input(std::string_view input) {
    std::string out;
    json::Writer(out).begin_object().member("input", input).end_object();
    return out;
}

std::string unwrap_input(std::string_view arguments) {
    try {
        const json::Document document = json::Document::over(arguments);
        const auto input = document.root().find("input");
        auto text = input ? input->as_string() : std::nullopt;
        if (text) return *std::move(text);
    } catch (const Error&) {
        // a model that wrote no JSON meant its text
    }
    return std::string(arguments);
}

}    // namespace opusclaw::dialect
