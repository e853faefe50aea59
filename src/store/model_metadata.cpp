// store/model_metadata.cpp: statements over tables `models` and `vendors`. Which row describes which model is decided in api.
#include "store/model_metadata.h"

#include "store/state.h"

namespace opusclaw::store {

namespace {

constexpr Column<ModelMetadata> kColumns[] = {
    {"id", &ModelMetadata::id},
    {"model_name", &ModelMetadata::model_name},
    {"description", &ModelMetadata::description},
    {"icon", &ModelMetadata::icon},
    {"tags", &ModelMetadata::tags},
    {"vendor_id", &ModelMetadata::vendor_id},
    {"endpoints", &ModelMetadata::endpoints},
    {"status", &ModelMetadata::status},
    {"name_rule", &ModelMetadata::name_rule},
};

constexpr Column<VendorRow> kVendorColumns[] = {
    {"id", &VendorRow::id},     {"name", &VendorRow::name},     {"description", &VendorRow::description},
    {"icon", &VendorRow::icon}, {"status", &VendorRow::status},
};

}    // namespace

std::vector<ModelMetadata> all_model_metadata(Reader& db) {
    return db.select<ModelMetadata>(kColumns, R"(FROM "models" WHERE "deleted_at" IS NULL ORDER BY "id")");
}

std::vector<VendorRow> all_vendors(Reader& db) {
    return db.select<VendorRow>(kVendorColumns, R"(FROM "vendors" WHERE "deleted_at" IS NULL ORDER BY "id")");
}

void insert_missing_vendors(Transaction& tx, std::span<const VendorRow> vendors, std::int64_t now) {
    hold_lock(tx, "vendors");    // every master makes them
    for (const VendorRow& vendor : vendors) {
        const auto there = tx.integer(
            R"(SELECT COUNT(*) FROM "vendors" WHERE "name" = :name AND "deleted_at" IS NULL)",
            {{"name", vendor.name}});
        if (there.value_or(0) != 0) continue;
        tx.execute(
            R"(INSERT INTO "vendors" ("name", "description", "icon", "status", "created_time", "updated_time"))"
            R"( VALUES (:name, :description, :icon, :status, :now, :now2))",
            {{"name", vendor.name},
             {"description", vendor.description},
             {"icon", vendor.icon},
             {"status", vendor.status},
             {"now", now},
             {"now2", now}});
    }
}

}    // namespace opusclaw::store
