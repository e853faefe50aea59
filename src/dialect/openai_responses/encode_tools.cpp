// dialect/openai_responses/encode_tools.cpp: tools and the choice among them as Responses has them (spec 06 sections 9, 14.1): flat
// objects, each function with a description, a schema and a word about strictness.
#include "dialect/openai_responses/parts.h"
#include "dialect/schema_mends.h"
#include "dialect/schema_types.h"
#include "dialect/web_search.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::ChoiceMode;
using chat::Tool;
using chat::ToolKind;

constexpr std::string_view kEmptySchema = R"({"type":"object","properties":{}})";

/// Parameters are those of an object, whatever their schema forgets to say.
std::string with_type(std::string schema) {
    const json::View root = json::view_of(schema);
    if (root.empty()) return std::string(kEmptySchema);
    return root.find("type") ? schema : R"({"type":"object",)" + schema.substr(1);
}

std::string schema_of(const Tool& tool) {
    if (tool.parameters.empty() || json::view_of(tool.parameters).type() != json::Type::Object)
        return std::string(kEmptySchema);
    return with_items_told(with_type(tool.strict == true ? respelled_schema(tool.parameters)
                                                         : normalised_schema(tool.parameters)));
}

/// A grammar stands flat in this dialect.
void write_custom_format(json::Writer& writer, std::string_view format) {
    const json::View view = json::view_of(format);
    const auto grammar = view.find("grammar");
    if (!grammar) {
        writer.member_raw("format", format);
        return;
    }
    writer.key("format").begin_object().member("type", "grammar");
    grammar->each_member([&writer](std::string_view key, const json::View& value) {
        writer.member_raw(key, value.raw());
        return true;
    });
    writer.end_object();
}

void write_described(const Encoding& encoding, const Tool& tool) {
    json::Writer& writer = encoding.writer;
    const bool custom = tool.kind == ToolKind::Custom;
    writer.begin_object().member("type", custom ? "custom" : "function");
    writer.member("name", encoding.tools.sent(tool.name)).member("description", tool.description);
    if (!custom) {
        writer.member_raw("parameters", schema_of(tool)).member("strict", tool.strict.value_or(false));
    } else if (!tool.parameters.empty()) {
        write_custom_format(writer, tool.parameters);
    }
    writer.end_object();
}

void write_search(json::Writer& writer, const chat::WebSearch& search) {
    writer.begin_object().member("type", "web_search");
    const std::string_view size = context_size_of(search);
    if (!size.empty()) writer.member("search_context_size", size);
    if (has_place(search)) {
        writer.key("user_location").begin_object().member("type", "approximate");
        write_place(writer, search);
        writer.end_object();
    }
    if (!search.allowed_domains.empty() || !search.blocked_domains.empty()) {
        writer.key("filters").begin_object();
        if (!search.allowed_domains.empty()) writer.member_raw("allowed_domains", search.allowed_domains);
        if (!search.blocked_domains.empty()) writer.member_raw("blocked_domains", search.blocked_domains);
        writer.end_object();
    }
    writer.end_object();
}

bool is_writable(const Tool& tool) {
    const bool described = tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom;
    if (described) return !tool.name.empty();
    return tool.kind == ToolKind::WebSearch || tool.kind == ToolKind::CodeExecution;
}

void write_tool(const Encoding& encoding, const Tool& tool) {
    if (tool.kind == ToolKind::WebSearch) {
        write_search(encoding.writer, tool.search.value_or(chat::WebSearch{}));
    } else if (tool.kind == ToolKind::CodeExecution) {
        encoding.writer.begin_object().member("type", "code_interpreter").key("container").begin_object();
        encoding.writer.member("type", "auto").end_object().end_object();
    } else {
        write_described(encoding, tool);
    }
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

void write_named(const Encoding& encoding, std::string_view name, ToolKind kind) {
    json::Writer& writer = encoding.writer;
    if (kind == ToolKind::WebSearch || kind == ToolKind::CodeExecution) {
        const bool search = kind == ToolKind::WebSearch;
        writer.begin_object().member("type", search ? "web_search" : "code_interpreter").end_object();
        return;
    }
    writer.begin_object().member("type", kind == ToolKind::Custom ? "custom" : "function");
    writer.member("name", encoding.tools.sent(name)).end_object();
}

void write_choice(const Encoding& encoding, const chat::ToolChoice& choice) {
    json::Writer& writer = encoding.writer.key("tool_choice");
    if (choice.allowed) {
        const ToolKinds kinds(encoding.request);
        writer.begin_object().member("type", "allowed_tools").member("mode", word_of(choice.mode));
        writer.key("tools").begin_array();
        for (const std::string_view name : *choice.allowed) write_named(encoding, name, kinds.of(name));
        writer.end_array().end_object();
    } else if (choice.mode == ChoiceMode::Named) {
        write_named(encoding, choice.name, kind_of_named(encoding.request, choice));
    } else {
        writer.value(word_of(choice.mode));
    }
}

}    // namespace

void write_tools(const Encoding& encoding) {
    const auto demanded = demanded_hosted(encoding.request);
    if (demanded && demanded != ToolKind::WebSearch && demanded != ToolKind::CodeExecution) refuse_demanded();
    std::vector<const Tool*> tools;
    for (const Tool& tool : encoding.request.tools) {
        if (is_writable(tool)) {
            tools.push_back(&tool);
        } else {
            encoding.notes.add(tool.name.empty() ? "tool without a name" : tool.name);
        }
    }
    if (tools.empty()) return;
    encoding.writer.key("tools").begin_array();
    for (const Tool* const tool : tools) write_tool(encoding, *tool);
    encoding.writer.end_array();
    if (encoding.request.tool_choice) write_choice(encoding, *encoding.request.tool_choice);
    encoding.writer.member_if("parallel_tool_calls", encoding.request.parallel_tools);
}

}    // namespace opusclaw::dialect::openai_responses
