// relay/model_list.cpp: which models a caller may see, written in three dialects.
#include "relay/model_list.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "base/json/writer.h"
#include "base/url.h"
#include "billing/price.h"
#include "catalog/channel_types.h"

namespace opusclaw::relay {
namespace {

constexpr std::int64_t kCreated = 1'626'777'600;
constexpr std::string_view kCreatedAt = "2021-07-20T10:40:00Z";
constexpr std::string_view kListPath = "/v1/models";
constexpr std::string_view kGeminiPath = "/v1beta/models";
constexpr std::string_view kGeminiOpenaiPath = "/v1beta/openai/models";

enum class Form { Openai, Anthropic, Gemini };

bool given(const net::RequestHead& request, std::string_view header) {
    return !request.headers.find(header).value_or("").empty();
}

Form form_of(const net::RequestHead& request) {
    if (request.path == kGeminiPath) return Form::Gemini;
    if (request.path == kGeminiOpenaiPath) return Form::Openai;
    if (given(request, "x-api-key") && given(request, "anthropic-version")) return Form::Anthropic;
    if (request.path != kListPath) return Form::Openai;
    const bool google = given(request, "x-goog-api-key") ||
                        query_parameters(request.query).find("key").has_value();
    return google ? Form::Gemini : Form::Openai;
}

std::vector<std::string> group_models(const account::Caller& caller, const catalog::Snapshot& snapshot,
                                      const settings::Settings& settings) {
    if (caller.group != "auto") return snapshot.models_of(caller.group);
    const auto usable = account::usable_groups(settings, caller.user->group);
    std::set<std::string> models;
    for (const std::string& group : settings.auto_groups) {
        if (!usable.contains(group)) continue;
        for (std::string& model : snapshot.models_of(group)) models.insert(std::move(model));
    }
    return {models.begin(), models.end()};
}

std::vector<std::string> visible_models(const account::Caller& caller, const catalog::Snapshot& snapshot,
                                        const settings::Settings& settings) {
    std::vector<std::string> models = caller.token->model_limits_enabled
                                          ? caller.token->model_limits
                                          : group_models(caller, snapshot, settings);
    if (!settings.self_use_mode_enabled && !caller.user->accept_unset_prices) {
        std::erase_if(models, [&](const std::string& model) { return !billing::has_price(settings, model); });
    }
    std::sort(models.begin(), models.end());
    models.erase(std::unique(models.begin(), models.end()), models.end());
    return models;
}

void write_openai(json::Writer& writer, std::string_view model, const catalog::Snapshot& snapshot) {
    writer.begin_object().member("id", model).member("object", "model").member("created", kCreated);
    writer.member("owned_by", catalog::model_owner(model));
    writer.key("supported_endpoint_types").begin_array();
    for (const std::string_view type : snapshot.endpoint_types(model)) writer.value(type);
    writer.end_array().end_object();
}

void write_anthropic(json::Writer& writer, std::string_view model) {
    writer.begin_object().member("id", model).member("created_at", kCreatedAt).member("display_name", model);
    writer.member("type", "model").end_object();
}

void write_gemini(json::Writer& writer, std::string_view model) {
    constexpr std::array<std::string_view, 8> kUnknown = {"inputTokenLimit",
                                                          "outputTokenLimit",
                                                          "supportedGenerationMethods",
                                                          "thinking",
                                                          "temperature",
                                                          "maxTemperature",
                                                          "topP",
                                                          "topK"};
    writer.begin_object().member("name", model).member_null("baseModelId").member_null("version");
    writer.member("displayName", model).member_null("description");
    for (const std::string_view name : kUnknown) writer.member_null(name);
    writer.end_object();
}

std::string openai_list(const std::vector<std::string>& models, const catalog::Snapshot& snapshot) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("success", true).member("object", "list").key("data").begin_array();
    for (const std::string& model : models) write_openai(writer, model, snapshot);
    writer.end_array().end_object();
    return text;
}

std::string anthropic_list(const std::vector<std::string>& models) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().key("data").begin_array();
    for (const std::string& model : models) write_anthropic(writer, model);
    writer.end_array();
    const auto end = [&models](bool last) -> std::optional<std::string> {
        if (models.empty()) return std::nullopt;
        return last ? models.back() : models.front();
    };
    writer.member_or_null("first_id", end(false))
        .member("has_more", false)
        .member_or_null("last_id", end(true))
        .end_object();
    return text;
}

std::string gemini_list(const std::vector<std::string>& models) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().key("models").begin_array();
    for (const std::string& model : models) write_gemini(writer, model);
    writer.end_array().member_null("nextPageToken").end_object();
    return text;
}

ModelAnswer one_model(std::string_view model, Form form, const std::vector<std::string>& models,
                      const catalog::Snapshot& snapshot) {
    ModelAnswer answer;
    json::Writer writer(answer.body);
    if (!std::binary_search(models.begin(), models.end(), model)) {
        answer.status = 404;
        writer.begin_object().key("error").begin_object();
        writer.member("message", "The model '" + std::string(model) + "' does not exist")
            .member("type", "invalid_request_error");
        writer.member("param", "model").member("code", "model_not_found").end_object().end_object();
    } else if (form == Form::Anthropic) {
        write_anthropic(writer, model);
    } else {
        write_openai(writer, model, snapshot);
    }
    return answer;
}

}    // namespace

bool is_model_list(std::string_view path) {
    return path == kListPath || path == kGeminiPath || path == kGeminiOpenaiPath ||
           (path.starts_with("/v1/models/") && path.size() > kListPath.size() + 1);
}

ModelAnswer answer_model_list(const net::RequestHead& request, const account::Caller& caller,
                              const catalog::Snapshot& snapshot, const settings::Settings& settings) {
    const std::vector<std::string> models = visible_models(caller, snapshot, settings);
    const Form form = form_of(request);
    if (request.path.starts_with("/v1/models/")) {
        const std::string_view escaped = request.path.substr(kListPath.size() + 1);
        const std::string model = percent_decode(escaped).value_or(std::string(escaped));
        return one_model(model, form, models, snapshot);
    }
    if (form == Form::Anthropic) return {.body = anthropic_list(models)};
    if (form == Form::Gemini) return {.body = gemini_list(models)};
    return {.body = openai_list(models, snapshot)};
}

}    // namespace opusclaw::relay
