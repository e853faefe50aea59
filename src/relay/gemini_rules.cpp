// relay/gemini_rules.cpp: see the header. How a name asks for thinking is known to dialect/gemini/thinking.
#include "relay/gemini_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/json/edit.h"
#include "base/json/first_item.h"
#include "base/json/writer.h"
#include "dialect/envelope.h"
#include "dialect/gemini/fields.h"
#include "dialect/gemini/thinking.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

namespace gemini = dialect::gemini;

constexpr std::string_view kVideoSite = "www.youtube.com";
constexpr std::string_view kVideoMime = "video/webm";
constexpr std::string_view kEnvelope = "oc1.";
/// Members of parts that may have an id, in both spellings.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kFunctionMembers = {
    {{"functionCall", "function_call"}, {"functionResponse", "function_response"}}};

/// The plan of a whole name, suffix and all.
gemini::NamePlan plan_of(std::string_view name, const Facts& facts, const dialect::Profile& profile) {
    dialect::chat::Request request;
    request.source = dialect::Dialect::Gemini;
    if (facts.max_output > 0) request.output_limit = facts.max_output;
    const dialect::FetchedFiles none;
    return gemini::plan_by_name(request, {.model = name, .profile = profile, .files = none});
}

std::string thinking_of(const gemini::ThinkingPlan& plan) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member_if("includeThoughts", plan.include_thoughts);
    writer.member_if("thinkingBudget", plan.budget);
    if (!plan.level.empty()) writer.member("thinkingLevel", plan.level);
    writer.end_object();
    return text;
}

/// What the name asks for, unless the client says itself how to think.
void add_thinking(json::Splice& body, const Facts& facts, const Route& route) {
    const std::string asked = std::string(route.model.name).append(route.suffix);
    const gemini::NamePlan named = plan_of(asked, facts, route.profile);
    if (!named.speaks || !named.plan.any()) return;
    const auto config = given(facts, GeminiMember::GenerationConfig);
    if (config && gemini::find_field(*config, "thinkingConfig")) return;
    if (config && config->type() != json::Type::Object) return;    // the provider's to refuse
    json::Node changed = config ? json::Node::parse(config->raw()) : json::Node::object();
    changed.set("thinkingConfig", json::Node::parse(thinking_of(named.plan)));
    if (const auto place = gemini_place(facts, GeminiMember::GenerationConfig)) {
        body.replace(*facts.found(*place), changed.str());
    } else {
        body.add("generationConfig", changed.str());
    }
}

json::Node* field(json::Node& object, std::string_view camel, std::string_view snake) {
    json::Node* const found = object.find(snake);
    return found != nullptr ? found : object.find(camel);
}

std::string text_of(const json::Node* value) {
    return value == nullptr ? std::string() : value->as_string().value_or("");
}

/// True when the type of a video was left out and is there now.
bool name_video_type(json::Node& part) {
    json::Node* const file = field(part, "fileData", "file_data");
    if (file == nullptr || file->type() != json::Type::Object) return false;
    const std::string uri = text_of(field(*file, "fileUri", "file_uri"));
    if (uri.find(kVideoSite) == std::string::npos) return false;
    if (!text_of(field(*file, "mimeType", "mime_type")).empty()) return false;
    file->erase("mime_type");
    file->set("mimeType", json::Node::of(kVideoMime));
    return true;
}

enum class Part { Kept, Changed, Foreign };

/// A signature in an envelope: unpacked for the model that can read it; else a thought goes, any other part goes unsigned.
Part unpack(json::Node& part, std::string_view model) {
    json::Node* const signature = field(part, "thoughtSignature", "thought_signature");
    const std::string sealed = text_of(signature);
    if (!dialect::is_envelope(sealed)) return Part::Kept;
    dialect::chat::TextPool pool;
    const auto opaque = dialect::open_opaque(sealed, pool);
    if (opaque && dialect::readable_by(*opaque, dialect::Dialect::Gemini, model)) {
        *signature = json::Node::of(opaque->value);
        return Part::Changed;
    }
    const json::Node* const thought = part.find("thought");
    if (thought != nullptr && thought->as_bool().value_or(false)) return Part::Foreign;
    part.erase("thoughtSignature");
    part.erase("thought_signature");
    return Part::Changed;
}

bool drop_ids_of_part(json::Node& part) {
    bool any = false;
    for (const auto& [camel, snake] : kFunctionMembers) {
        json::Node* const member = field(part, camel, snake);
        any = (member != nullptr && member->erase("id")) || any;
    }
    return any;
}

/// True when calls of functions, or their results, had ids. A part may stand alone, without a list.
bool drop_function_ids(json::Node& contents) {
    bool any = false;
    for (std::size_t i = 0; json::Node* const content = contents.item(i); ++i) {
        json::Node* const parts = content->find("parts");
        if (parts == nullptr) continue;
        any = drop_ids_of_part(*parts) || any;
        for (std::size_t j = 0; json::Node* const part = parts->item(j); ++j)
            any = drop_ids_of_part(*part) || any;
    }
    return any;
}

/// Whether there may be ids to drop.
bool may_have_ids(const Route& route, const std::optional<json::View>& value) {
    if (!route.profile.gemini.removes_function_ids || !value) return false;
    return std::ranges::any_of(kFunctionMembers, [&value](const auto& member) {
        const std::string_view text = value->raw();
        return text.find(member.first) != text.npos || text.find(member.second) != text.npos;
    });
}

/// Of contents that need nothing else.
void drop_ids_of_contents(json::Splice& body, const Facts& facts, const Route& route) {
    const auto contents = given(facts, GeminiMember::Contents);
    if (!may_have_ids(route, contents)) return;
    json::Node edited = json::Node::parse(contents->raw());
    if (drop_function_ids(edited)) body.replace(*facts.found(GeminiMember::Contents), edited.str());
}

/// Of requests in a list.
void drop_ids_of_requests(json::Splice& body, const Facts& facts, const Route& route) {
    const auto list = given(facts, GeminiMember::Requests);
    if (!may_have_ids(route, list)) return;
    json::Node requests = json::Node::parse(list->raw());
    bool changed = false;
    for (std::size_t i = 0; json::Node* const request = requests.item(i); ++i) {
        json::Node* const contents = request->find("contents");
        changed = (contents != nullptr && drop_function_ids(*contents)) || changed;
    }
    if (changed) body.replace(*facts.found(GeminiMember::Requests), requests.str());
}

/// True when something changed. A content that had nothing else goes.
bool edit_parts(json::Node& contents, std::string_view model) {
    bool any = false;
    contents.erase_items_if([&](json::Node& content) {
        json::Node* const parts = content.find("parts");
        if (parts == nullptr || parts->type() != json::Type::Array) return false;
        const std::size_t erased = parts->erase_items_if([&](json::Node& part) {
            const Part found = unpack(part, model);
            any = any || found != Part::Kept;
            if (found == Part::Foreign) return true;
            any = name_video_type(part) || any;
            return false;
        });
        return erased > 0 && parts->size() == 0;
    });
    return any;
}

bool lacks_role(const json::Node& content) {
    return content.type() == json::Type::Object && text_of(content.find("role")).empty();
}

/// A conversation begins with the user. Only the first content is looked at.
void name_first_role(json::Splice& body, const Facts& facts, std::string_view contents) {
    const auto first = json::first_item(contents);
    if (!first || !first->starts_with('{')) return;
    const json::View content = json::view_of(*first);
    const auto role = content.find("role");
    if (role && !role->as_string().value_or("").empty()) return;
    std::string_view place = role ? role->raw() : first->substr(1, 0);
    const auto begin = static_cast<std::size_t>(place.data() - facts.peeked.text.data());
    const json::Range range{begin, begin + place.size()};
    std::string text = role ? R"("user")" : R"("role":"user")";
    if (!role && !content.empty()) text += ',';
    body.replace(range, std::move(text));
}

void edit_contents(json::Splice& body, const Facts& facts, const Route& route) {
    const auto contents = given(facts, GeminiMember::Contents);
    if (!contents || contents->type() != json::Type::Array) return;
    const std::string_view text = contents->raw();
    const bool ids = may_have_ids(route, contents);
    const bool within = ids || text.find(kVideoSite) != std::string_view::npos ||
                        text.find(kEnvelope) != std::string_view::npos;
    if (!within) return name_first_role(body, facts, text);
    json::Node edited = json::Node::parse(text);
    bool changed = edit_parts(edited, route.model.name);
    changed = (ids && drop_function_ids(edited)) || changed;
    json::Node* const first = edited.item(0);
    if (first != nullptr && lacks_role(*first)) {
        first->set("role", json::Node::of("user"));
        changed = true;
    }
    if (changed) body.replace(*facts.found(GeminiMember::Contents), edited.str());
}

/// True when it named another.
bool rename_in(json::Node& request, const std::string& name) {
    if (request.type() != json::Type::Object || text_of(request.find("model")) == name) return false;
    request.set("model", json::Node::of(name));
    return true;
}

}    // namespace

void split_gemini_thinking(Route& route, const Facts& facts, const settings::Settings& settings) {
    route.profile = profile_of(route, facts, settings);
    const std::string_view name = route.model.name;
    const gemini::NamePlan named = plan_of(name, facts, route.profile);
    if (!named.speaks) return;
    route.model.name = name.substr(0, named.plan.model.size());
    route.suffix = name.substr(named.plan.model.size());
    if (const auto effort = dialect::chat::effort_named(named.plan.level))
        route.effort = dialect::chat::effort_name(*effort);
}

void bill_without_thinking(Facts& facts, const settings::Settings& settings) {
    constexpr std::string_view kSilent = "-nothinking";
    if (!settings.gemini_thinking_adapter_enabled || facts.model.ends_with(kSilent)) return;
    const auto config = given(facts, GeminiMember::GenerationConfig);
    const auto thinking = config ? gemini::find_field(*config, "thinkingConfig") : std::nullopt;
    const auto budget = thinking ? gemini::find_field(*thinking, "thinkingBudget") : std::nullopt;
    if (!budget || budget->as_int() != 0) return;
    const std::string name = facts.model + std::string(kSilent);
    const bool priced = settings::find_number(settings.model_price, name) ||
                        settings::find_number(settings.model_ratio, name);
    if (priced) facts.billed_model = name;
}

void apply_gemini_rules(json::Splice& body, const Facts& facts, const Route& route) {
    add_thinking(body, facts, route);
    edit_contents(body, facts, route);
    drop_ids_of_requests(body, facts, route);
}

void name_model_in_bodies(json::Splice& body, const Facts& facts, const Route& route) {
    if (!route.provider->gemini.names_in_bodies) {
        if (const json::Found* const found = facts.found(GeminiMember::Model)) body.remove(*found);
        return drop_ids_of_contents(body, facts, route);
    }
    const std::string name = "models/" + std::string(route.model.name);
    const provider::Endpoint endpoint = facts.form->endpoint;
    const auto own = given(facts, GeminiMember::Model);
    if (const json::Found* const found = facts.found(GeminiMember::Model)) {
        if (!own || own->as_string() != name) body.replace(*found, json::quoted(name));
    } else if (endpoint == provider::Endpoint::EmbedContent) {
        body.add("model", json::quoted(name));
    }
    if (const auto inner = given(facts, GeminiMember::GenerateContentRequest)) {
        json::Node request = json::Node::parse(inner->raw());
        if (rename_in(request, name))
            body.replace(*facts.found(GeminiMember::GenerateContentRequest), request.str());
    }
    const auto list = given(facts, GeminiMember::Requests);
    if (!list || list->type() != json::Type::Array || endpoint != provider::Endpoint::BatchEmbedContents)
        return;
    json::Node requests = json::Node::parse(list->raw());
    bool changed = false;
    for (std::size_t i = 0; i < requests.size(); ++i) changed = rename_in(*requests.item(i), name) || changed;
    if (changed) body.replace(*facts.found(GeminiMember::Requests), requests.str());
}

}    // namespace opusclaw::relay
