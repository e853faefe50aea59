// api/pricing_table.h: what every model that can be used costs (spec 03 section 13.1): built from channels, price tables and
// metadata, and written for one caller. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/writer.h"
#include "catalog/catalog.h"
#include "settings/settings.h"
#include "store/model_metadata.h"

namespace opusclaw::api {

/// What the table is made of. References outlive the call.
struct PricingSources {
    const settings::Settings& settings;
    const catalog::Snapshot& channels;
    std::span<const store::ModelMetadata> metadata;
    std::span<const store::VendorRow> vendors;
};

struct PricedModel {
    std::string name, description, icon, tags;
    std::int64_t vendor_id = 0;    // 0 unknown
    bool fixed = false;            // a price per call; else ratios
    double model_ratio = 0, model_price = 0, completion_ratio = 0;
    // Absent: the model stands in no such table.
    std::optional<double> cache_ratio, create_cache_ratio, image_ratio, audio_ratio, audio_completion_ratio;
    std::vector<std::string> groups;            // sorted
    std::vector<std::string> endpoint_types;    // in the order in which they are offered
    std::string billing_expression;             // empty: none
};

struct PricingEndpoint {
    std::string path, method;
};

struct PricingTable {
    std::vector<PricedModel> models;                     // by name
    std::vector<store::VendorRow> vendors;               // those that are shown
    std::map<std::string, PricingEndpoint> endpoints;    // by endpoint type
    std::vector<store::VendorRow> missing_vendors;       // known by the names of models, not in the database
};
PricingTable build_pricing(const PricingSources& sources);

/// Who reads. `group` is nullopt for visitors.
struct PricingReader {
    const settings::Settings& settings;
    std::optional<std::string> group;
    enum class Sees { OwnGroups, AllGroups } sees = Sees::OwnGroups;    // AllGroups: administrators
};
/// Writes the whole answer.
void write_pricing(json::Writer& writer, const PricingTable& table, const PricingReader& reader);

}    // namespace opusclaw::api
