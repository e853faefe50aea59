// provider/model_names.cpp: one row a type that does not list its models as OpenAI does.
#include "provider/model_names.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "base/url.h"

namespace opusclaw::provider {
namespace {

constexpr int kOllama = 4, kAnthropic = 14, kGemini = 24, kBaiduV2 = 46;

/// Types without a call of their own. 50, 52 and 54 have task models only.
constexpr std::array<int, 17> kBuiltIn = {11, 15, 16, 18, 23, 33, 37, 39, 41, 44, 49, 50, 51, 52, 54, 56, 57};

struct ListPath {
    int type;
    std::string_view path;         // behind the base URL
    std::string_view plan_path;    // behind the OpenAI base of a plan
};
constexpr std::array kPaths = {
    ListPath{4, "/api/tags", ""},
    ListPath{17, "/compatible-mode/v1/models", ""},
    ListPath{24, "/v1beta/models", ""},
    ListPath{25, "/v1/models", "/models"},
    ListPath{26, "/api/paas/v4/models", "/models"},
    ListPath{45, "/v1/models", "/v1/models"},
    ListPath{46, "/v2/models", ""},
};
constexpr ListPath kUsual{0, "/v1/models", ""};

const ListPath& path_of(int type) {
    const auto found = std::ranges::find(kPaths, type, &ListPath::type);
    return found == kPaths.end() ? kUsual : *found;
}

std::vector<UpstreamHeader> credentials_of(int type, std::string_view key) {
    if (type == kGemini) return {{"x-goog-api-key", std::string(key)}};
    if (type == kAnthropic) return {{"x-api-key", std::string(key)}, {"anthropic-version", "2023-06-01"}};
    if (type == kOllama && key.empty()) return {};
    if (type == kBaiduV2) key = text::trim(key.substr(0, key.find('|')));    // what follows names an app
    return {{"Authorization", "Bearer " + std::string(key)}};
}

NameShape shape_of(int type) {
    if (type == kOllama) return NameShape::OllamaTags;
    return type == kGemini ? NameShape::GeminiPages : NameShape::DataIds;
}

void add_name(ModelNames& found, std::string_view name, NameShape shape) {
    constexpr std::string_view kPrefix = "models/";
    if (shape == NameShape::GeminiPages && name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
    name = text::trim(name);
    if (!name.empty()) found.names.emplace_back(name);
}

void keep_first_of_each(std::vector<std::string>& names) {
    std::unordered_set<std::string> seen;
    std::erase_if(names, [&seen](const std::string& name) { return !seen.insert(name).second; });
}

[[noreturn]] void not_a_list(std::string why) {
    throw Error(ErrorKind::UpstreamBroken, "bad_response_body",
                Message::literal("the answer is not a list of models: " + why));
}

}    // namespace

std::optional<ModelNamesCall> model_names_call(const ModelNamesQuestion& question) {
    if (std::ranges::find(kBuiltIn, question.type) != kBuiltIn.end()) return std::nullopt;
    const ListPath& row = path_of(question.type);
    const bool plan = !question.plan_base.empty() && !row.plan_path.empty();
    ModelNamesCall call{.headers = credentials_of(question.type, question.key),
                        .shape = shape_of(question.type)};
    call.url = std::string(plan ? question.plan_base : question.base_url);
    while (call.url.ends_with('/')) call.url.pop_back();
    call.url += plan ? row.plan_path : row.path;
    return call;
}

ModelNames read_model_names(std::string_view body, NameShape shape) {
    ModelNames found;
    const std::string_view list = shape == NameShape::DataIds ? "data" : "models";
    const std::string_view member = shape == NameShape::DataIds ? "id" : "name";
    try {
        const json::Document document = json::Document::copy(body);
        document.validate();
        const auto items = document.root().find(list);
        if (document.root().type() != json::Type::Object) not_a_list("it is no JSON object");
        if (items && !items->is_null() && items->type() != json::Type::Array)
            not_a_list("`" + std::string(list) + "` is no array");
        if (!items) return found;
        items->each_item([&](json::View item) {
            const auto name = item.find(member);
            add_name(found, name ? name->as_string().value_or("") : std::string(), shape);
            return true;
        });
        keep_first_of_each(found.names);
        const auto next = document.root().find("nextPageToken");
        if (shape == NameShape::GeminiPages && next) found.next_page = next->as_string().value_or("");
    } catch (const Error& error) {
        if (error.kind == ErrorKind::UpstreamBroken) throw;
        not_a_list(error.message.text);
    }
    return found;
}

std::string page_url(const ModelNamesCall& call, std::string_view token) {
    return token.empty() ? call.url : call.url + "?pageToken=" + encode_query_component(token);
}

}    // namespace opusclaw::provider
