// relay/route_fit.cpp: what a completed route takes from the options and the name of the model (spec 06 sections 6, 22, 25).
#include <algorithm>

#include "relay/model_rules.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/route.h"

namespace opusclaw::relay {
namespace {

/// The entry of the model that is sent, else the common one.
std::int64_t default_max_tokens(const settings::Settings& settings, std::string_view model) {
    const auto& table = settings.claude_default_max_tokens;
    for (const std::string_view name : {model, std::string_view("default")}) {
        const auto found = table.find(name);
        if (found != table.end() && found->second > 0) return found->second;
    }
    return dialect::AnthropicProfile{}.default_max_tokens;
}

dialect::GeminiProfile gemini_profile(const Route& route, const settings::Settings& settings) {
    dialect::GeminiProfile profile{
        .safety = {},
        .thinking_adapter = settings.gemini_thinking_adapter_enabled,
        .thinking_share = settings.gemini_thinking_adapter_share,
        .signature_bypass = settings.gemini_signature_bypass,
        .removes_function_ids = settings.gemini_removes_result_ids && !route.provider->gemini.function_ids};
    const bool asked = route.form != nullptr && route.form->dialect == dialect::Dialect::Gemini;
    if (!asked) return profile;    // of no use to the other dialects
    profile.safety.insert(settings.gemini_safety_settings.begin(), settings.gemini_safety_settings.end());
    const auto& names = settings.gemini_image_models;
    profile.image_output = std::ranges::find(names, route.model.name) != names.end();
    return profile;
}

}    // namespace

bool passes_body_on(const Route& route, const Facts& facts, const settings::Settings& settings) {
    if (translates(route, facts)) return false;
    return settings.pass_through_request_enabled || route.channel->pass_through_body;
}

void fit_route(Route& route, const Facts& facts, const settings::Settings& settings) {
    route.effort = route.suffix = {};
    route.model_headers = nullptr;
    route.versions = &settings.gemini_version_settings;
    if (route.provider->model_headers == provider::ModelHeaders::FromSettings) {
        const auto found = settings.claude_model_headers.find(facts.model);
        if (found != settings.claude_model_headers.end()) route.model_headers = &found->second;
    }
    fit_provider(route, facts, settings);
    if (!translates(route, facts) && facts.form->split_name != nullptr)
        facts.form->split_name(route, facts, settings);
}

dialect::Profile profile_of(const Route& route, const Facts& facts, const settings::Settings& settings) {
    dialect::Profile profile;
    profile.chat = provider::chat_profile(*route.provider, route.model.name);
    profile.chat.stream_options = route.provider->stream_options == provider::StreamOptions::Supported;
    profile.anthropic = {.default_max_tokens = default_max_tokens(settings, route.model.name),
                         .thinking_adapter = settings.claude_thinking_adapter_enabled,
                         .thinking_share = settings.claude_thinking_adapter_share};
    profile.gemini = gemini_profile(route, settings);
    profile.keep_thinking_suffix = keeps_suffix(settings, facts.model, route.model.name);
    return profile;
}

}    // namespace opusclaw::relay
