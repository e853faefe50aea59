// relay/responses_policy.cpp: an option that was stored with other shapes inside reads as far as it can (spec 01 section 6).
#include "relay/responses_policy.h"

#include <algorithm>

#include "base/error.h"
#include "base/json/view.h"
#include "relay/request_form.h"
#include "relay/route_path.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

std::vector<std::int64_t> numbers_in(const json::View& policy, std::string_view name) {
    std::vector<std::int64_t> numbers;
    const auto list = policy.find(name);
    if (!list) return numbers;
    list->each_item([&numbers](const json::View& item) {
        if (const auto number = item.as_int(); number && *number > 0) numbers.push_back(*number);
        return true;
    });
    return numbers;
}

}    // namespace

void ResponsesPolicy::read(const std::string& text) {
    text_ = text;
    enabled_ = false;
    models_.clear();
    try {
        const json::Document document = json::Document::copy(text);
        const json::View policy = document.root();
        const auto flag = [&policy](std::string_view name) {
            const auto value = policy.find(name);
            return value ? value->as_bool() : std::nullopt;
        };
        all_channels_ = flag("all_channels").value_or(true);
        channels_ = numbers_in(policy, "channel_ids");
        types_ = numbers_in(policy, "channel_types");
        if (const auto list = policy.find("model_patterns")) {
            list->each_item([this](const json::View& item) {
                const auto pattern = item.as_string();
                if (!pattern || pattern->empty()) return true;
                if (auto regex = Regex::compile(*pattern)) models_.push_back(std::move(*regex));
                return true;
            });
        }
        enabled_ = flag("enabled").value_or(false) && !models_.empty();
    } catch (const Error&) {
        enabled_ = false;
    }
}

bool ResponsesPolicy::covers(const catalog::Channel& channel) const {
    return all_channels_ || std::ranges::find(channels_, channel.id.value) != channels_.end() ||
           std::ranges::find(types_, channel.type) != types_.end();
}

bool ResponsesPolicy::names(std::string_view model) const {
    return !model.empty() &&
           std::ranges::any_of(models_, [model](const Regex& regex) { return regex.found_in(model); });
}

void ResponsesPolicy::apply(Route& route, const Facts& facts, const settings::Settings& settings) {
    const std::string& text = settings.chat_completions_to_responses_policy.text;
    if (text != text_) read(text);
    if (!enabled_ || facts.form->translated != Translated::AsConversation) return;
    if (facts.form->endpoint == Endpoint::Responses || route.form->endpoint == Endpoint::Responses) return;
    if (settings.pass_through_request_enabled || route.channel->pass_through_body) return;
    if (route.channel->responses_via_chat || !covers(*route.channel) || !names(facts.model)) return;
    if (route.provider->url == provider::UrlForm::BaseWithModel)
        return;    // whatever stands there is the only one
    const provider::EndpointPath* const found = path_of(route, Endpoint::Responses);
    if (found == nullptr) return;
    route.form = &form_of(Endpoint::Responses);
    route.path = found->path;
    route.joint = found->joint;
    route.stream_path = found->stream_path;
}

bool by_policy(const Route& route, const Facts& facts) {
    return translates(route, facts) && route.form->endpoint == Endpoint::Responses &&
           path_of(route, facts.form->endpoint) != nullptr;
}

}    // namespace opusclaw::relay
