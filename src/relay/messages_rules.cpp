// relay/messages_rules.cpp: see the header. How a name asks for thinking is known to dialect/anthropic/thinking.
#include "relay/messages_rules.h"

#include <string>

#include "base/json/edit.h"
#include "base/json/writer.h"
#include "dialect/anthropic/thinking.h"
#include "dialect/envelope.h"
#include "relay/body_edit.h"

namespace opusclaw::relay {
namespace {

namespace anthropic = dialect::anthropic;

std::string thinking_of(const anthropic::ThinkingPlan& plan) {
    std::string text;
    json::Writer writer(text);
    const bool enabled = plan.kind == anthropic::ThinkingKind::Enabled;
    writer.begin_object().member("type", enabled ? "enabled" : "adaptive");
    if (enabled) writer.member("budget_tokens", plan.budget);
    if (plan.summarized && !enabled) writer.member("display", "summarized");
    writer.end_object();
    return text;
}

/// What else the client configured stays.
std::string output_config_of(const Facts& facts, dialect::chat::Effort effort) {
    const auto own = given(facts, Member::OutputConfig);
    json::Node config = own && own->type() == json::Type::Object ? json::Node::parse(own->raw())
                                                                 : json::Node::object();
    config.set("effort", json::Node::of(dialect::chat::effort_name(effort)));
    return config.str();
}

void apply_plan(json::Splice& body, const Facts& facts, const anthropic::ThinkingPlan& plan) {
    set_member(body, facts, Member::Thinking, thinking_of(plan));
    if (plan.effort) set_member(body, facts, Member::OutputConfig, output_config_of(facts, *plan.effort));
    switch (plan.sampling) {
        case anthropic::SamplingRule::Free: break;
        case anthropic::SamplingRule::Removed:
            for (const Member member : {Member::Temperature, Member::TopP, Member::TopK})
                remove_member(body, facts, member);
            break;
        case anthropic::SamplingRule::TemperatureOne:
            set_member(body, facts, Member::Temperature, "1");
            remove_member(body, facts, Member::TopK);
            break;
    }
}

std::string text_at(const json::Node& block, std::string_view name) {
    const json::Node* const value = block.find(name);
    return value == nullptr ? std::string() : value->as_string().value_or("");
}

enum class Block { Kept, Changed, Foreign };

/// A block of thinking in an envelope: unpacked for the model that can read it.
Block unpack(json::Node& block, std::string_view model) {
    const std::string type = text_at(block, "type");
    if (type != "thinking" && type != "redacted_thinking") return Block::Kept;
    const std::string_view member = type == "thinking" ? "signature" : "data";
    const std::string sealed = text_at(block, member);
    if (!dialect::is_envelope(sealed)) return Block::Kept;
    dialect::chat::TextPool pool;
    const auto opaque = dialect::open_opaque(sealed, pool);
    if (!opaque || !dialect::readable_by(*opaque, dialect::Dialect::Anthropic, model)) return Block::Foreign;
    block.set(member, json::Node::of(opaque->value));
    return Block::Changed;
}

/// True when something changed. A message that had nothing else goes.
bool unpack_messages(json::Node& messages, std::string_view model) {
    bool any = false;
    messages.erase_items_if([&](json::Node& message) {
        json::Node* const content = message.find("content");
        if (content == nullptr || content->type() != json::Type::Array) return false;
        const std::size_t erased = content->erase_items_if([&](json::Node& block) {
            const Block found = unpack(block, model);
            any = any || found != Block::Kept;
            return found == Block::Foreign;
        });
        return erased > 0 && content->size() == 0;
    });
    return any;
}

/// Spec 06 section 11.5: thinking of other vendors' models that this gateway gave the client.
void resolve_envelopes(json::Splice& body, const Facts& facts, std::string_view model) {
    constexpr std::string_view kMark = "oc1.";
    const auto own = given(facts, Member::Messages);
    if (!own || own->raw().find(kMark) == std::string_view::npos) return;
    json::Node messages = json::Node::parse(own->raw());
    if (unpack_messages(messages, model)) body.replace(*facts.found(Member::Messages), messages.str());
}

}    // namespace

void split_thinking(Route& route, const Facts& facts, const settings::Settings& settings) {
    route.profile = profile_of(route, facts, settings);
    const std::string_view name = route.model.name;
    const auto plan = anthropic::plan_by_name(name, 0, route.profile);
    route.model.name = name.substr(0, plan.model.size());
    route.suffix = name.substr(plan.model.size());
    if (plan.effort) route.effort = dialect::chat::effort_name(*plan.effort);
}

void apply_messages_rules(json::Splice& body, const Facts& facts, const Route& route) {
    const auto limit = given(facts, Member::MaxTokens);
    const std::int64_t own = limit ? limit->as_int().value_or(0) : 0;
    const std::string asked = std::string(route.model.name).append(route.suffix);
    const auto plan = anthropic::plan_by_name(
        asked, own > 0 ? own : route.profile.anthropic.default_max_tokens, route.profile);
    // `-thinking` is a wish that the client's own thinking goes before; an effort is not.
    const bool clients = asked.ends_with("-thinking") && given(facts, Member::Thinking);
    const bool applies = plan.kind != anthropic::ThinkingKind::None && !clients;
    const std::int64_t wanted = applies || own == 0 ? plan.max_tokens : own;
    if (wanted != own) set_member(body, facts, Member::MaxTokens, std::to_string(wanted));
    if (applies) apply_plan(body, facts, plan);
    resolve_envelopes(body, facts, route.model.name);
}

}    // namespace opusclaw::relay
