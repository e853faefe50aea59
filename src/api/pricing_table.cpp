// api/pricing_table.cpp: builds the table. Prices are billing/price's; how it is written is in pricing_json.cpp, when it is made anew
// in pricing_cache.cpp.
#include "api/pricing_table.h"

#include <algorithm>
#include <set>

#include "api/default_vendors.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "billing/price.h"
#include "catalog/endpoint_types.h"
#include "dialect/model_name.h"

namespace opusclaw::api {
namespace {

using settings::find_number;
using settings::NumberMap;
using settings::Settings;
using store::ModelMetadata;
using store::NameRule;

/// Finds the row that describes a model: one of exactly its name, else the first rule that fits.
class Metadata {
public:
    explicit Metadata(std::span<const ModelMetadata> rows) {
        for (const ModelMetadata& row : rows) {
            if (row.name_rule == static_cast<std::int64_t>(NameRule::Exact))
                exact_.try_emplace(row.model_name, &row);
        }
        for (const NameRule kind : {NameRule::Prefix, NameRule::Suffix, NameRule::Contains}) {
            for (const ModelMetadata& row : rows) {
                if (row.name_rule == static_cast<std::int64_t>(kind)) rules_.push_back(&row);
            }
        }
    }
    /// nullptr: nothing is known.
    const ModelMetadata* find(std::string_view model) const {
        if (const auto found = exact_.find(model); found != exact_.end()) return found->second;
        const auto rule = std::ranges::find_if(
            rules_, [model](const ModelMetadata* row) { return fits(*row, model); });
        return rule == rules_.end() ? nullptr : *rule;
    }

private:
    static bool fits(const ModelMetadata& row, std::string_view model) {
        switch (static_cast<NameRule>(row.name_rule)) {
            case NameRule::Prefix: return model.starts_with(row.model_name);
            case NameRule::Suffix: return model.ends_with(row.model_name);
            case NameRule::Contains: return model.find(row.model_name) != std::string_view::npos;
            case NameRule::Exact: break;
        }
        return false;
    }
    std::map<std::string_view, const ModelMetadata*> exact_;
    std::vector<const ModelMetadata*> rules_;
};

/// Where a model can be had.
struct Offer {
    std::set<std::string_view> groups;
    std::vector<int> channel_types;    // in order, no repeats
};

std::map<std::string_view, Offer> offers_of(const catalog::Snapshot& channels) {
    std::map<std::string_view, Offer> offers;
    channels.each_model([&offers](std::string_view group, const std::string& model,
                                  std::span<const catalog::Channel* const> serving) {
        Offer& offer = offers[model];
        offer.groups.insert(group);
        for (const catalog::Channel* channel : serving) {
            if (std::ranges::find(offer.channel_types, channel->type) == offer.channel_types.end())
                offer.channel_types.push_back(channel->type);
        }
    });
    return offers;
}

std::optional<double> own_number(const NumberMap& table, const std::string& model) {
    if (const auto exact = find_number(table, model)) return exact;
    return find_number(table, dialect::normalise_model(model));
}

void fill_prices(PricedModel& model, const Settings& settings) {
    const billing::Price price = billing::resolve_price(settings,
                                                        {.model = model.name,
                                                         .user_group = {},
                                                         .using_group = {},
                                                         .unset = billing::UnsetPrice::AcceptedByUser});
    model.fixed = price.fixed;
    if (price.fixed) {
        model.model_price = price.model_price;
    } else {
        model.model_ratio = price.model_ratio;
        model.completion_ratio = price.completion_ratio;
    }
    model.cache_ratio = own_number(settings.cache_ratio, model.name);
    model.create_cache_ratio = own_number(settings.create_cache_ratio, model.name);
    model.image_ratio = own_number(settings.image_ratio, model.name);
    model.audio_ratio = own_number(settings.audio_ratio, model.name);
    model.audio_completion_ratio = own_number(settings.audio_completion_ratio, model.name);
    const auto mode = settings.billing_mode.find(model.name);
    const auto expression = settings.billing_expr.find(model.name);
    if (mode != settings.billing_mode.end() && mode->second == "tiered_expr" &&
        expression != settings.billing_expr.end() && !text::trim(expression->second).empty())
        model.billing_expression = expression->second;
}

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

/// The endpoints that metadata name; empty for what is no object of paths.
std::map<std::string, PricingEndpoint> own_endpoints(const std::string& text) {
    std::map<std::string, PricingEndpoint> endpoints;
    if (text::trim(text).empty()) return endpoints;
    try {
        const json::Document document = json::Document::copy(text);
        document.validate();
        if (document.root().type() != json::Type::Object) return endpoints;
        document.root().each_member([&endpoints](std::string_view name, json::View value) {
            PricingEndpoint& endpoint = endpoints[std::string(name)];
            endpoint.method = "POST";
            if (const auto path = value.as_string()) endpoint.path = *path;
            if (value.type() != json::Type::Object) return true;
            const auto path = value.find("path"), method = value.find("method");
            if (path) endpoint.path = path->as_string().value_or("");
            const std::string given = method ? method->as_string().value_or("") : std::string();
            if (!given.empty()) endpoint.method = upper(given);
            return true;
        });
    } catch (const Error&) {
        endpoints.clear();    // a person typed it: what is no JSON counts as nothing
    }
    return endpoints;
}

std::string_view default_path(std::string_view endpoint_type) {
    struct Row {
        std::string_view type, path;
    };
    constexpr Row kRows[] = {
        {"openai", "/v1/chat/completions"},
        {"openai-response", "/v1/responses"},
        {"openai-response-compact", "/v1/responses/compact"},
        {"anthropic", "/v1/messages"},
        {"gemini", "/v1beta/models/{model}:generateContent"},
        {"jina-rerank", "/v1/rerank"},
        {"image-generation", "/v1/images/generations"},
        {"embeddings", "/v1/embeddings"},
    };
    const auto* const found = std::ranges::find(kRows, endpoint_type, &Row::type);
    return found == std::end(kRows) ? std::string_view() : found->path;
}

/// Vendors by name, and those that are wanted but not there.
class Vendors {
public:
    explicit Vendors(std::span<const store::VendorRow> rows) {
        for (const store::VendorRow& row : rows) ids_.try_emplace(row.name, row.id);
    }
    std::int64_t id_for(std::string_view model) {
        const DefaultVendor vendor = default_vendor(model);
        if (vendor.name.empty()) return 0;
        const auto [found, missing] = ids_.try_emplace(std::string(vendor.name), 0);
        if (missing) {
            missing_.push_back(
                {.name = std::string(vendor.name), .description = {}, .icon = std::string(vendor.icon)});
        }
        return found->second;
    }
    std::vector<store::VendorRow> missing() { return std::move(missing_); }

private:
    std::map<std::string, std::int64_t> ids_;
    std::vector<store::VendorRow> missing_;
};

PricedModel priced(std::string_view name, const Offer& offer, const PricingSources& sources) {
    PricedModel model;
    model.name = name;
    model.groups.assign(offer.groups.begin(), offer.groups.end());
    for (const std::string_view type : catalog::endpoint_types(offer.channel_types, name))
        model.endpoint_types.emplace_back(type);
    fill_prices(model, sources.settings);
    return model;
}

/// Takes over what metadata say; a map of endpoints replaces the list.
void describe(PricedModel& model, const ModelMetadata& row, PricingTable& table) {
    model.description = row.description;
    model.icon = row.icon;
    model.tags = row.tags;
    model.vendor_id = row.vendor_id;
    auto endpoints = own_endpoints(row.endpoints);
    if (endpoints.empty()) return;
    model.endpoint_types.clear();
    for (auto& [type, endpoint] : endpoints) {
        model.endpoint_types.push_back(type);
        table.endpoints.insert_or_assign(type, std::move(endpoint));
    }
}

}    // namespace

PricingTable build_pricing(const PricingSources& sources) {
    const Metadata metadata(sources.metadata);
    Vendors vendors(sources.vendors);
    PricingTable table;
    for (const auto& [name, offer] : offers_of(sources.channels)) {
        const ModelMetadata* const row = metadata.find(name);
        if (row != nullptr && row->status != 1) continue;
        PricedModel model = priced(name, offer, sources);
        if (row != nullptr) {
            describe(model, *row, table);
        } else {
            model.vendor_id = vendors.id_for(name);
        }
        table.models.push_back(std::move(model));
    }
    for (const PricedModel& model : table.models) {
        for (const std::string& type : model.endpoint_types) {
            const std::string_view path = default_path(type);
            if (!path.empty()) table.endpoints.try_emplace(type, PricingEndpoint{std::string(path), "POST"});
        }
    }
    std::ranges::copy_if(sources.vendors, std::back_inserter(table.vendors),
                         [](const store::VendorRow& row) { return row.status == 1; });
    table.missing_vendors = vendors.missing();
    return table;
}

}    // namespace opusclaw::api
