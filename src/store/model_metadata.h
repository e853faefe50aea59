// store/model_metadata.h: tables `models` and `vendors` as the price list reads them (spec 01 section 2.12; 03 sections 12, 13.1). Rows
// with deleted_at are invisible.
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

enum class NameRule : std::int64_t { Exact = 0, Prefix = 1, Contains = 2, Suffix = 3 };

struct ModelMetadata {
    std::int64_t id = 0;
    std::string model_name, description, icon, tags;
    std::int64_t vendor_id = 0;
    std::string endpoints;    // JSON text, may be empty
    std::int64_t status = 1, name_rule = 0;
};
/// In id order.
std::vector<ModelMetadata> all_model_metadata(Reader& db);

struct VendorRow {
    std::int64_t id = 0;
    std::string name, description, icon;
    std::int64_t status = 1;
};
/// In id order.
std::vector<VendorRow> all_vendors(Reader& db);
/// Inserts what has no row of its name yet; an id is not read. `now`: unix seconds.
void insert_missing_vendors(Transaction& tx, std::span<const VendorRow> vendors, std::int64_t now);

}    // namespace opusclaw::store
