// dialect/openai_chat/encode_tools.cpp: tools, the choice among them and hosted tools as Chat has them (spec 06 section 9).
#include "dialect/openai_chat/parts.h"
#include "dialect/schema_mends.h"
#include "dialect/web_search.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::ChoiceMode;
using chat::Tool;
using chat::ToolKind;

/// For servers that know functions only, a free-form tool is one with a single text.
bool stays_custom(const Encoding& encoding, ToolKind kind) {
    return kind == ToolKind::Custom && encoding.target.profile.chat.custom_tools;
}

void write_described(const Encoding& encoding, const Tool& tool) {
    json::Writer& writer = encoding.writer;
    const bool custom = stays_custom(encoding, tool.kind);
    const std::string_view kind = custom ? "custom" : "function";
    writer.begin_object().member("type", kind).key(kind).begin_object();
    writer.member("name", encoding.tools.sent(tool.name));
    if (!tool.description.empty()) writer.member("description", tool.description);
    if (!tool.parameters.empty() && custom) writer.member_raw("format", tool.parameters);
    if (tool.kind == ToolKind::Custom && !custom) {
        writer.member_raw("parameters", kInputSchema);
    } else if (!tool.parameters.empty() && !custom) {
        writer.member_raw("parameters", with_items_told(tool.parameters));
    }
    writer.member_if("strict", tool.strict);
    writer.end_object().end_object();
}

void write_search_options(json::Writer& writer, const chat::WebSearch& search) {
    writer.key("web_search_options").begin_object();
    const std::string_view size = context_size_of(search);
    if (!size.empty()) writer.member("search_context_size", size);
    if (has_place(search)) {
        writer.key("user_location").begin_object().member("type", "approximate");
        writer.key("approximate").begin_object();
        write_place(writer, search);
        writer.end_object().end_object();
    }
    writer.end_object();
}

bool can_search(const Encoding& encoding) {
    return encoding.target.profile.chat.search == SearchForm::Plugin ||
           encoding.target.model.find("search") != std::string_view::npos;
}

void write_hosted(const Encoding& encoding, const Tool& tool) {
    if (tool.kind != ToolKind::WebSearch || !can_search(encoding)) {
        encoding.notes.add(tool.name);
        return;
    }
    const chat::WebSearch search = tool.search.value_or(chat::WebSearch{});
    if (!search.allowed_domains.empty() || !search.blocked_domains.empty()) encoding.notes.add("domains");
    if (encoding.target.profile.chat.search == SearchForm::Plugin) {
        encoding.writer.key("plugins").begin_array().begin_object().member("id", "web");
        encoding.writer.end_object().end_array();
    } else {
        write_search_options(encoding.writer, search);
    }
}

bool is_described(const Tool& tool) {
    return (tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom) && !tool.name.empty();
}

void write_named(const Encoding& encoding, std::string_view name, ToolKind tool) {
    const std::string_view kind = stays_custom(encoding, tool) ? "custom" : "function";
    encoding.writer.begin_object().member("type", kind).key(kind).begin_object();
    encoding.writer.member("name", encoding.tools.sent(name)).end_object().end_object();
}

std::string_view word_of(ChoiceMode mode) {
    switch (mode) {
        case ChoiceMode::None: return "none";
        case ChoiceMode::Required: return "required";
        case ChoiceMode::Auto:
        case ChoiceMode::Named: break;
    }
    return "auto";
}

/// A model that searches does so without being told; one that cannot is the wrong one for a client that demands it.
void check_demanded(const Encoding& encoding) {
    const auto kind = demanded_hosted(encoding.request);
    if (kind && (kind != ToolKind::WebSearch || !can_search(encoding))) refuse_demanded();
}

void write_choice(const Encoding& encoding, const chat::ToolChoice& choice) {
    if (demanded_hosted(encoding.request)) return;
    json::Writer& writer = encoding.writer.key("tool_choice");
    if (choice.allowed) {
        writer.begin_object().member("type", "allowed_tools").key("allowed_tools").begin_object();
        writer.member("mode", word_of(choice.mode)).key("tools").begin_array();
        const ToolKinds kinds(encoding.request);
        for (const std::string_view name : *choice.allowed) write_named(encoding, name, kinds.of(name));
        writer.end_array().end_object().end_object();
    } else if (choice.mode == ChoiceMode::Named) {
        write_named(encoding, choice.name, kind_of_named(encoding.request, choice));
    } else {
        writer.value(word_of(choice.mode));
    }
}

}    // namespace

void write_tools(const Encoding& encoding) {
    const auto& tools = encoding.request.tools;
    check_demanded(encoding);
    bool searched = false;
    for (const Tool& tool : tools) {
        const bool described = tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom;
        const bool again = tool.kind == ToolKind::WebSearch && searched;
        if (!described && !again) write_hosted(encoding, tool);
        searched = searched || tool.kind == ToolKind::WebSearch;
    }
    if (std::none_of(tools.begin(), tools.end(), is_described)) return;
    encoding.writer.key("tools").begin_array();
    for (const Tool& tool : tools) {
        if (is_described(tool)) write_described(encoding, tool);
    }
    encoding.writer.end_array();
    if (encoding.request.tool_choice) write_choice(encoding, *encoding.request.tool_choice);
    encoding.writer.member_if("parallel_tool_calls", encoding.request.parallel_tools);
}

}    // namespace opusclaw::dialect::openai_chat
