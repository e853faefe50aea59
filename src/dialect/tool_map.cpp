// dialect/tool_map.cpp: rewriting of names (spec 06 section 9.1): bad characters become `_`, what is too long or taken ends in a
// digest of the client's name, so that the same name is always rewritten alike.
#include "dialect/tool_map.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/unfit.h"

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

bool is_hosted(chat::ToolKind kind) {
    return kind != chat::ToolKind::Function && kind != chat::ToolKind::Custom;
}

/// Steps over blanks and `wanted`, as far as the text goes. False: something else stands there.
bool step_over(std::string_view& text, std::string_view wanted) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const std::size_t shared = std::min(text.size(), wanted.size());
    if (text.substr(0, shared) != wanted.substr(0, shared)) return false;
    text.remove_prefix(shared);
    return true;
}

/// How long the escape at the front is; half a surrogate pair needs the other half.
std::size_t length_of_escape(std::string_view text) {
    constexpr std::size_t kPlain = 2, kUnit = 6, kPair = 12, kSecondDigit = 3;
    if (text.size() < kPlain || text[1] != 'u') return kPlain;
    const bool surrogate = text.size() > kSecondDigit && (text[2] == 'd' || text[2] == 'D') &&
                           std::string_view("89abAB").find(text[kSecondDigit]) != std::string_view::npos;
    return surrogate ? kPair : kUnit;
}

/// The part of the text of a JSON string that is there, up to its end or the last whole character.
struct StringPart {
    std::string_view inner;
    bool cut = true;
};
StringPart string_part(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '"') return {text.substr(0, at), false};
        const std::size_t length = text[at] == '\\' ? length_of_escape(text.substr(at)) : 1;
        if (length > text.size() - at) break;
        at += length;
    }
    return {text.substr(0, at)};
}

/// The input of arguments that a provider cut. nullopt: they are no beginning of such arguments.
std::optional<FreeInput> begun_input(std::string_view arguments) {
    for (const std::string_view token : {"{", "\"input\"", ":", "\""}) {
        if (!step_over(arguments, token)) return std::nullopt;
    }
    const StringPart part = string_part(arguments);
    try {
        const json::Document document = json::Document::copy("\"" + std::string(part.inner) + "\"");
        auto text = document.root().as_string();
        if (text) return FreeInput{*std::move(text), part.cut};
    } catch (const Error&) {
        // no JSON at all
    }
    return std::nullopt;
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
                call->arguments = response.pool.keep(unwrap_input(call->arguments).text);
            }
            call->name = response.pool.keep(std::string(original(call->name)));
        }
    }
}

chat::ToolKind kind_of_named(const chat::Request& request, const chat::ToolChoice& choice) {
    return is_hosted(choice.kind) ? choice.kind : ToolKinds(request).of(choice.name);
}

std::optional<chat::ToolKind> demanded_hosted(const chat::Request& request) {
    const auto& choice = request.tool_choice;
    if (!choice || choice->mode != chat::ChoiceMode::Named) return std::nullopt;
    const chat::ToolKind kind = kind_of_named(request, *choice);
    return is_hosted(kind) ? std::optional(kind) : std::nullopt;
}

void refuse_demanded() {
    throw Unfit("invalid_request", "tool_choice is not supported by the selected channel");
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

FreeInput unwrap_input(std::string_view arguments) {
    if (text::trim(arguments).empty()) return {};
    try {
        const json::Document document = json::Document::over(arguments);
        const json::View root = document.root();
        const auto input = root.find("input");
        auto words = input ? input->as_string() : std::nullopt;
        if (words) return {*std::move(words)};
        if (root.type() == json::Type::Object && root.empty()) return {};
    } catch (const Error&) {
        if (auto input = begun_input(arguments)) return *std::move(input);
    }
    return {std::string(arguments)};    // a model that wrote no such JSON meant its text
}

}    // namespace opusclaw::dialect
