// api/pricing_json.cpp: the price list as one caller may see it (spec 03 section 13.1).
#include <algorithm>

#include "account/caller.h"
#include "api/pricing_table.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kAllGroups = "all";
constexpr std::string_view kItemVersion = "5a90f2b86c08bd983a9a2e6d66c255f4eaef9c4bc934386d2b6ae84ef0ff1f1f";
constexpr std::string_view kVersion = "a42d372ccf0b5dd13ecf71203521f9d2";

using Groups = std::map<std::string, std::string>;

Groups groups_of(const PricingReader& reader) {
    const settings::Settings& settings = reader.settings;
    if (reader.group && !reader.group->empty()) return account::usable_groups(settings, *reader.group);
    return {settings.user_usable_groups.begin(), settings.user_usable_groups.end()};
}

bool may_use(const Groups& usable, const std::string& group) {
    return group == kAllGroups || usable.contains(group);
}

void member_unless_empty(json::Writer& writer, std::string_view name, const std::string& text) {
    if (!text.empty()) writer.member(name, text);
}

void write_prices(json::Writer& writer, const PricedModel& model) {
    writer.member("quota_type", model.fixed ? 1 : 0).member("model_ratio", model.model_ratio);
    writer.member("model_price", model.model_price).member("owner_by", "");
    writer.member("completion_ratio", model.completion_ratio);
    writer.member_if("cache_ratio", model.cache_ratio)
        .member_if("create_cache_ratio", model.create_cache_ratio);
    writer.member_if("image_ratio", model.image_ratio).member_if("audio_ratio", model.audio_ratio);
    writer.member_if("audio_completion_ratio", model.audio_completion_ratio);
}

/// The members of a model but its version.
void write_model(json::Writer& writer, const PricedModel& model, const Groups* shown) {
    writer.member("model_name", model.name);
    member_unless_empty(writer, "description", model.description);
    member_unless_empty(writer, "icon", model.icon);
    member_unless_empty(writer, "tags", model.tags);
    if (model.vendor_id != 0) writer.member("vendor_id", model.vendor_id);
    write_prices(writer, model);
    writer.key("enable_groups").begin_array();
    for (const std::string& group : model.groups) {
        if (shown == nullptr || may_use(*shown, group)) writer.value(group);
    }
    writer.end_array().key("supported_endpoint_types").begin_array();
    for (const std::string& type : model.endpoint_types) writer.value(type);
    writer.end_array();
    if (model.billing_expression.empty()) return;
    writer.member("billing_mode", "tiered_expr").member("billing_expr", model.billing_expression);
}

void write_models(json::Writer& writer, const PricingTable& table, const PricingReader& reader,
                  const Groups& usable) {
    writer.key("data").begin_array();
    for (const PricedModel& model : table.models) {
        const auto usable_here = [&usable](const std::string& group) { return may_use(usable, group); };
        if (std::ranges::none_of(model.groups, usable_here)) continue;
        writer.begin_object();
        write_model(writer, model, reader.sees == PricingReader::Sees::AllGroups ? nullptr : &usable);
        if (&model == &table.models.front()) writer.member("pricing_version", kItemVersion);
        writer.end_object();
    }
    writer.end_array();
}

void write_vendors(json::Writer& writer, const PricingTable& table) {
    writer.key("vendors").begin_array();
    for (const store::VendorRow& vendor : table.vendors) {
        writer.begin_object().member("id", vendor.id).member("name", vendor.name);
        writer.member("description", vendor.description).member("icon", vendor.icon).end_object();
    }
    writer.end_array();
}

void write_groups(json::Writer& writer, const PricingReader& reader, const Groups& usable) {
    const settings::Settings& settings = reader.settings;
    const auto special = settings.group_group_ratio.find(reader.group.value_or(""));
    writer.key("group_ratio").begin_object();
    for (const auto& [group, description] : usable) {
        auto ratio = settings::find_number(settings.group_ratio, group);
        if (!ratio) continue;
        if (special != settings.group_group_ratio.end())
            ratio = settings::find_number(special->second, group).value_or(*ratio);
        writer.member(group, *ratio);
    }
    writer.end_object().key("usable_group").begin_object();
    for (const auto& [group, description] : usable) writer.member(group, description);
    writer.end_object();
}

void write_endpoints(json::Writer& writer, const PricingTable& table) {
    writer.key("supported_endpoint").begin_object();
    for (const auto& [type, endpoint] : table.endpoints) {
        writer.key(type).begin_object().member("path", endpoint.path);
        writer.member("method", endpoint.method).end_object();
    }
    writer.end_object();
}

}    // namespace

void write_pricing(json::Writer& writer, const PricingTable& table, const PricingReader& reader) {
    const Groups usable = groups_of(reader);
    writer.begin_object().member("success", true);
    write_models(writer, table, reader, usable);
    write_vendors(writer, table);
    write_groups(writer, reader, usable);
    write_endpoints(writer, table);
    writer.key("auto_groups").begin_array();
    for (const std::string& group : reader.settings.auto_groups) {
        if (usable.contains(group)) writer.value(group);
    }
    writer.end_array().member("pricing_version", kVersion).end_object();
}

}    // namespace opusclaw::api
