// dialect/gemini/encode_tools.cpp: tools and the choice among them as the provider takes them (spec 06 section 9): hosted tools first, all
// functions in one object, free-form tools as functions with one text.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "dialect/gemini/parts.h"
#include "dialect/gemini/schema.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::ChoiceMode;
using chat::Tool;
using chat::ToolKind;

constexpr std::array<std::string_view, 3> kHosted = {"codeExecution", "googleSearch", "urlContext"};

/// The provider's own tool of that kind; empty: it has none.
std::string_view hosted_name_of(ToolKind kind) {
    switch (kind) {
        case ToolKind::WebSearch: return "googleSearch";
        case ToolKind::CodeExecution: return "codeExecution";
        case ToolKind::UrlReading: return "urlContext";
        case ToolKind::Function:
        case ToolKind::Custom:
        case ToolKind::Hosted: break;
    }
    return {};
}

/// The provider's own tool that `tool` stands for; empty: it is no such tool.
std::string_view hosted_name(const chat::Request& request, const Tool& tool) {
    if (tool.kind != ToolKind::Function) return hosted_name_of(tool.kind);
    // Chat clients name them as if they were functions.
    const bool named = request.source == Dialect::OpenaiChat &&
                       std::find(kHosted.begin(), kHosted.end(), tool.name) != kHosted.end();
    return named ? tool.name : std::string_view();
}

/// What goes out.
struct Chosen {
    std::array<bool, kHosted.size()> hosted{};
    std::vector<const Tool*> functions;

    static std::size_t place_of(std::string_view name) {
        return static_cast<std::size_t>(std::find(kHosted.begin(), kHosted.end(), name) - kHosted.begin());
    }
    bool offers(std::string_view name) const { return !name.empty() && hosted.at(place_of(name)); }
};

/// The names that a choice in mode AUTO leaves to the model: only mode ANY takes a list of them.
std::optional<std::unordered_set<std::string_view>> allowed_names(const chat::Request& request) {
    const auto& choice = request.tool_choice;
    if (!choice || !choice->allowed || choice->mode == ChoiceMode::Required) return std::nullopt;
    return std::unordered_set<std::string_view>(choice->allowed->begin(), choice->allowed->end());
}

bool is_function(const chat::Request& request, const Tool& tool) {
    const bool described = tool.kind == ToolKind::Function || tool.kind == ToolKind::Custom;
    return described && !tool.name.empty() && hosted_name(request, tool).empty();
}

Chosen choose(const Encoding& encoding) {
    const chat::Request& request = encoding.request;
    const auto allowed = allowed_names(request);
    Chosen chosen;
    for (const Tool& tool : request.tools) {
        if (tool.strict == true) encoding.notes.add("strict");
        if (is_function(request, tool) && (!allowed || allowed->contains(tool.name)))
            chosen.functions.push_back(&tool);
    }
    // Before its third generation the provider refuses hosted tools beside functions.
    const bool alone = chosen.functions.empty() || is_third_generation(encoding.plan.model);
    for (const Tool& tool : request.tools) {
        const std::string_view name = hosted_name(request, tool);
        const bool asked = !name.empty() && (alone || tool.kind == ToolKind::Function);
        if (asked) {
            chosen.hosted.at(Chosen::place_of(name)) = true;
        } else if (!is_function(request, tool)) {
            encoding.notes.add(tool.name);
        }
    }
    return chosen;
}

void write_function(const Encoding& encoding, const Tool& tool) {
    json::Writer& writer = encoding.writer;
    writer.begin_object().member("name", encoding.tools.sent(tool.name));
    if (!tool.description.empty()) writer.member("description", tool.description);
    const bool custom = tool.kind == ToolKind::Custom;
    std::string schema;
    if (custom) {
        schema = kInputSchema;
    } else if (!tool.parameters.empty()) {
        schema = rewrite_schema(json::view_of(tool.parameters), SchemaUse::Parameters, encoding.notes);
    }
    if (!says_nothing(schema)) writer.member_raw("parameters", schema);
    writer.end_object();
}

std::string_view word_of(ChoiceMode mode) {
    switch (mode) {
        case ChoiceMode::Auto: return "AUTO";
        case ChoiceMode::None: return "NONE";
        case ChoiceMode::Required:
        case ChoiceMode::Named: break;
    }
    return "ANY";
}

/// A hosted tool cannot be forced, only offered; where it cannot even be that, the channel is the wrong one.
void check_demanded(const Encoding& encoding, const Chosen& chosen) {
    const auto kind = demanded_hosted(encoding.request);
    if (kind && !chosen.offers(hosted_name_of(*kind))) refuse_demanded();
}

void write_choice(const Encoding& encoding) {
    const auto& choice = encoding.request.tool_choice;
    if (!choice || demanded_hosted(encoding.request)) return;
    json::Writer& writer = encoding.writer;
    writer.key("toolConfig").begin_object().key("functionCallingConfig").begin_object();
    writer.member("mode", word_of(choice->mode));
    std::vector<std::string_view> names;
    if (choice->mode == ChoiceMode::Named) names.push_back(choice->name);
    if (choice->mode == ChoiceMode::Required && choice->allowed) names = *choice->allowed;
    if (!names.empty()) {
        writer.key("allowedFunctionNames").begin_array();
        for (const std::string_view name : names) writer.value(encoding.tools.sent(name));
        writer.end_array();
    }
    writer.end_object().end_object();
}

}    // namespace

void write_tools(const Encoding& encoding) {
    const Chosen chosen = choose(encoding);
    check_demanded(encoding, chosen);
    const bool hosted = std::find(chosen.hosted.begin(), chosen.hosted.end(), true) != chosen.hosted.end();
    if (!hosted && chosen.functions.empty()) return;
    json::Writer& writer = encoding.writer;
    writer.key("tools").begin_array();
    for (std::size_t i = 0; i < kHosted.size(); ++i) {
        if (chosen.hosted[i]) writer.begin_object().key(kHosted[i]).begin_object().end_object().end_object();
    }
    if (!chosen.functions.empty()) {
        writer.begin_object().key("functionDeclarations").begin_array();
        for (const Tool* const tool : chosen.functions) write_function(encoding, *tool);
        writer.end_array().end_object();
    }
    writer.end_array();
    // Without functions the provider refuses a choice among them.
    if (!chosen.functions.empty()) write_choice(encoding);
}

}    // namespace opusclaw::dialect::gemini
