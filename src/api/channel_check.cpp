// api/channel_check.cpp: the checks one by one; in which order they come is decided by new_channel.cpp and channel_update.cpp.
#include "api/channel_check.h"

#include "api/channel_keys.h"
#include "api/channel_settings_check.h"
#include "api/json_text.h"
#include "api/reply.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kLongestModelBytes = 255;
constexpr std::size_t kLongestRemark = 255;
constexpr std::size_t kLongestStatusCodeMapping = 1024;
constexpr std::size_t kLongestGroups = 64;      // varchar(64) on servers
constexpr std::size_t kLongestIndexed = 191;    // texts without a length, on MySQL
constexpr std::size_t kMysqlTextBytes = 65'535;
constexpr std::int64_t kLargestWeight = 4'294'967'295;    // the column has 32 bits on servers
constexpr std::int64_t kLargestNumber = 2'147'483'647;

std::optional<std::int64_t> bounded(std::optional<std::int64_t> number, std::int64_t least,
                                    std::int64_t most) {
    if (number && (*number < least || *number > most)) fail_key("common.invalid_params");
    return number;
}

/// The object in the text; nullopt for everything else.
std::optional<json::Document> object_of(std::string_view text) {
    try {
        json::Document document = json::Document::copy(text::trim(text));
        document.validate();
        if (document.root().type() == json::Type::Object) return document;
    } catch (const Error&) {
        // each check has its own words for it
    }
    return std::nullopt;
}

bool has_text(const json::Document& object, std::string_view name) {
    const auto value = object.root().find(name);
    return value && !text::trim(value->as_string().value_or("")).empty();
}

void check_length(std::string_view field, std::string_view text, std::size_t most) {
    if (text::count_characters(text) <= most) return;
    const std::string name(field);
    fail("Key: 'Channel." + name + "' Error:Field validation for '" + name + "' failed on the 'max' tag");
}

void check_fits(std::string_view text, std::size_t most) {
    if (text::count_characters(text) > most) fail_key("common.invalid_params");
}

/// No engine keeps a NUL in a text.
void check_characters(const store::ChannelRow& c) {
    const auto check = [](std::string_view text) {
        if (text.find('\0') != std::string_view::npos) fail_key("common.invalid_params");
    };
    for (const auto* text : {&c.key, &c.name, &c.other, &c.models, &c.group, &c.other_info, &c.settings})
        check(*text);
    for (const auto* text :
         {&c.openai_organization, &c.test_model, &c.base_url, &c.model_mapping, &c.status_code_mapping,
          &c.tag, &c.setting, &c.param_override, &c.header_override, &c.remark}) {
        if (*text) check(**text);
    }
}

}    // namespace

std::optional<std::int64_t> read_type(const JsonBody& body) {
    return bounded(body.optional_integer("type"), 0, kLargestNumber);
}

std::optional<std::int64_t> read_status(const JsonBody& body) {
    return bounded(body.optional_integer("status"), 0, 3);
}

std::optional<std::int64_t> read_weight(const JsonBody& body) {
    return bounded(body.optional_integer("weight"), 0, kLargestWeight);
}

std::optional<std::int64_t> read_auto_ban(const JsonBody& body) {
    return bounded(body.optional_integer("auto_ban"), -kLargestNumber, kLargestNumber);
}

void check_settings(std::string_view setting, std::string_view settings) {
    constexpr std::string_view kWrong = "渠道额外设置[channel setting] 格式错误：";
    for (const auto& wrong : {wrong_in_setting(setting), wrong_in_settings(settings)}) {
        if (wrong) fail(std::string(kWrong) + *wrong);
    }
}

void check_model_names(std::string_view models) {
    for (const std::string_view model : text::split(models, ',')) {
        if (model.size() > kLongestModelBytes) fail("模型名称过长: " + std::string(model));
    }
}

void check_vertex_regions(std::string_view other) {
    if (other.empty()) fail("部署地区不能为空");
    const auto regions = object_of(other);
    if (!regions) {
        fail(R"(部署地区必须是标准的Json格式，例如{"default": "us-central1", "region2": "us-east1"})");
    }
    if (!regions->root().find("default")) fail("部署地区必须包含default字段");
}

void check_codex_key(std::string_view text) {
    const auto key = object_of(text);
    if (!key) fail("Codex key must be a valid JSON object");
    if (!has_text(*key, "access_token")) fail("Codex key JSON must include access_token");
    if (!has_text(*key, "account_id")) fail("Codex key JSON must include account_id");
}

void check_lengths(std::string_view status_code_mapping, std::string_view remark) {
    check_length("StatusCodeMapping", status_code_mapping, kLongestStatusCodeMapping);
    check_length("Remark", remark, kLongestRemark);
}

void check_columns(const store::ChannelRow& channel, store::Engine engine) {
    check_characters(channel);
    if (engine == store::Engine::Sqlite) return;
    check_fits(channel.group, kLongestGroups);
    check_model_names(channel.models);
    if (engine != store::Engine::Mysql) return;
    check_fits(channel.name, kLongestIndexed);
    if (channel.base_url) check_fits(*channel.base_url, kLongestIndexed);
    if (channel.tag) check_fits(*channel.tag, kLongestIndexed);
    for (const auto* text :
         {&channel.model_mapping, &channel.setting, &channel.param_override, &channel.header_override}) {
        if (*text && (*text)->size() > kMysqlTextBytes) fail_key("common.invalid_params");
    }
}

bool has_json_keys(std::int64_t type, std::string_view settings_text) {
    if (type != kVertexType) return false;
    const auto settings = object_of(settings_text);
    const auto kind = settings ? settings->root().find("vertex_key_type") : std::nullopt;
    return !kind || kind->as_string() != "api_key";
}

std::vector<std::string> vertex_keys(std::string_view text) {
    constexpr std::string_view kWrong =
        "批量添加 Vertex AI 必须使用标准的JsonArray格式，例如[{key1}, {key2}...]，请检查输入: ";
    std::string why;
    try {
        std::vector<std::string> keys = split_array(text);
        if (!keys.empty()) return keys;
    } catch (const Error& error) {
        why = error.message.text;
    }
    if (!why.empty()) fail(std::string(kWrong) + why);
    fail("批量添加 Vertex AI 的 keys 不能为空");
}

std::vector<std::string> added_vertex_keys(std::string_view text) {
    if (const auto one = object_of(text)) return {compact_json(one->root().raw())};
    std::string why;
    try {
        return split_array(text);
    } catch (const Error& error) {
        why = error.message.text;
    }
    fail("追加密钥解析失败: " + why);
}

}    // namespace opusclaw::api
