// provider/body_rules.cpp: finds the members of a body and applies the rules of a row to them.
#include "provider/body_rules.h"

#include <algorithm>
#include <utility>

#include "base/json/writer.h"
#include "provider/provider.h"

namespace opusclaw::provider {
namespace {

json::Range range_of(std::string_view part, std::string_view text) {
    const auto begin = static_cast<std::size_t>(part.data() - text.data());
    return {.begin = begin, .end = begin + part.size()};
}

/// Where the key stands that begins at or behind `from`: behind a comma, an opening brace and blanks.
json::Range key_range(std::string_view text, std::size_t from, std::size_t value) {
    const std::size_t begin = text.find('"', from);
    std::size_t end = value;
    while (end > begin + 1 && text[end - 1] != '"') --end;
    return {.begin = begin, .end = end};
}

bool is_limit(const std::optional<json::View>& value) { return value && value->as_double().value_or(1) != 0; }

void move_member(Members& members, const Rename& rename) {
    if (!members.has(rename.from)) return;
    const auto value = members.find(rename.from);
    if (rename.move == Move::Renamed) {
        members.rename(rename.from, rename.to);
        return;
    }
    const bool fills = rename.move == Move::LimitFillsIn;
    if (!is_limit(value) || (fills && is_limit(members.find(rename.to)))) {
        if (!fills) members.remove(rename.from);
        return;
    }
    if (!members.has(rename.to)) {
        members.rename(rename.from, rename.to);
        return;
    }
    members.set(rename.to, std::string(value->raw()));
    members.remove(rename.from);
}

void keep_within(Members& members, const NumberLimit& limit) {
    const auto value = members.find(limit.member);
    const auto number = value ? value->as_double() : std::nullopt;
    if (!number) return;
    if (*number >= limit.most) {
        members.set(limit.member, std::string(limit.instead_of_more));
    } else if (*number <= 0 && !limit.instead_of_less.empty()) {
        members.set(limit.member, std::string(limit.instead_of_less));
    }
}

void make_list(Members& members, std::string_view name) {
    const auto value = members.find(name);
    if (value && value->type() == json::Type::String)
        members.set(name, "[" + std::string(value->raw()) + "]");
}

void apply_settings(Members& members, const BodyQuestion& question) {
    for (const Setting& setting : question.name_rule->settings) {
        if (setting.endpoint != question.endpoint) continue;
        if (setting.json.empty()) {
            members.remove(setting.member);
        } else if (setting.present == Present::Replaced || !members.has(setting.member)) {
            members.set(setting.member, std::string(setting.json));
        }
    }
    for (const Rename& rename : question.name_rule->renames) move_member(members, rename);
}

bool applies(const NameRule& rule, Endpoint endpoint) {
    return endpoint == Endpoint::ChatCompletions ||
           std::ranges::any_of(rule.settings,
                               [endpoint](const Setting& row) { return row.endpoint == endpoint; });
}

}    // namespace

Members::Members(std::string_view object, json::Splice& body) : body_(body) {
    std::size_t from = 0;
    json::view_of(object).each_member([&](std::string_view name, const json::View& value) {
        const json::Range place = range_of(value.raw(), object);
        const json::Range key = key_range(object, from, place.begin);
        members_.push_back({.name = std::string(name), .place = json::Found::of(key, place), .value = value});
        from = place.end;
        return true;
    });
}

std::optional<json::View> Members::find(std::string_view name) const {
    const auto found = std::find_if(members_.rbegin(), members_.rend(), [name](const Member& member) {
        return member.name == name && !member.removed;
    });
    if (found == members_.rend() || found->value.is_null()) return std::nullopt;
    return found->value;
}

bool Members::has(std::string_view name) const {
    const bool own = std::ranges::any_of(
        members_, [name](const Member& member) { return member.name == name && !member.removed; });
    return own || std::ranges::find(added_, name) != added_.end();
}

void Members::set(std::string_view name, std::string json) {
    bool found = false;
    for (const Member& member : members_) {
        if (member.name != name || member.removed) continue;
        body_.replace(member.place, json);
        found = true;
    }
    if (found || std::ranges::find(added_, name) != added_.end()) return;
    body_.add(name, json);
    added_.emplace_back(name);
}

void Members::remove(std::string_view name) {
    for (Member& member : members_) {
        if (member.name != name || member.removed) continue;
        body_.remove(member.place);
        member.removed = true;
    }
}

void Members::rename(std::string_view from, std::string_view to) {
    for (Member& member : members_) {
        if (member.name != from || member.removed) continue;
        body_.replace(member.place.key(), json::quoted(to));
        member.name = to;
    }
}

void Members::keep_only(std::span<const std::string_view> names) {
    for (Member& member : members_) {
        if (member.removed || std::ranges::find(names, member.name) != names.end()) continue;
        body_.remove(member.place);
        member.removed = true;
    }
}

const NameRule* name_rule(const Provider& provider, Endpoint endpoint, std::string_view model,
                          Thinking thinking) {
    const auto found = std::ranges::find_if(provider.names, [&](const NameRule& rule) {
        const bool kept = rule.suffix == Suffix::Thinking && thinking == Thinking::KeptInName;
        return !kept && model.size() > rule.ends.size() && model.starts_with(rule.starts) &&
               model.ends_with(rule.ends) && applies(rule, endpoint);
    });
    return found == provider.names.end() ? nullptr : &*found;
}

const BodyForm* body_form(const Provider& provider, Endpoint endpoint) {
    const auto found = std::ranges::find(provider.bodies, endpoint, &BodyForm::endpoint);
    return found == provider.bodies.end() ? nullptr : &*found;
}

void apply_body_rules(std::string_view object, json::Splice& body, const BodyQuestion& question) {
    const BodyForm* const form = body_form(question.provider, question.endpoint);
    const bool only_messages = form != nullptr && form->rule == nullptr && form->limits.empty() &&
                               form->lists.empty() && form->renames.empty() && form->known.empty();
    if (question.name_rule == nullptr && (form == nullptr || only_messages)) return;
    Members members(object, body);
    if (question.name_rule != nullptr) apply_settings(members, question);
    if (form == nullptr) return;
    if (form->rule != nullptr) form->rule(members, question.facts);
    for (const NumberLimit& limit : form->limits) keep_within(members, limit);
    for (const std::string_view name : form->lists) make_list(members, name);
    for (const Rename& rename : form->renames) move_member(members, rename);
    if (!form->known.empty()) members.keep_only(form->known);
}

}    // namespace opusclaw::provider
