// store/schema_catalog.cpp: the tables of models, vendors, prefilled groups and asynchronous tasks (spec 01 sections 2.7, 2.8, 2.12).
// Data only.
#include "store/schema_parts.h"

namespace opusclaw::store::schema {

namespace {

using enum ColumnType;
using enum ColumnIndex;

// Section 2.7; private_data is ours (spec 10 section 25.4).
TableSpec midjourneys() {
    return {
        .name = "midjourneys",
        .columns = {id(),
                    number("code"),
                    indexed("user_id"),
                    indexed_varchar("action", 40),
                    indexed_name("mj_id"),
                    long_text("prompt"),
                    long_text("prompt_en"),
                    long_text("description"),
                    long_text("state"),
                    indexed("submit_time"),
                    indexed("start_time"),
                    indexed("finish_time"),
                    long_text("image_url"),
                    long_text("video_url"),
                    long_text("video_urls"),
                    indexed_varchar("status", 20),
                    indexed_varchar("progress", 30),
                    long_text("fail_reason"),
                    number("channel_id"),
                    number("quota"),
                    long_text("buttons"),
                    long_text("properties"),
                    json("private_data")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.8.
TableSpec tasks() {
    return {
        .name = "tasks",
        .columns = {id(), indexed("created_at"), number("updated_at"), indexed_varchar("task_id", 191),
                    indexed_varchar("platform", 30), indexed("user_id"), varchar("group", 50),
                    indexed("channel_id"), number("quota"), indexed_varchar("action", 40),
                    indexed_varchar("status", 20), long_text("fail_reason"), indexed("submit_time"),
                    indexed("start_time"), indexed("finish_time"), indexed_varchar("progress", 20),
                    json("properties"), json("private_data"), json("data")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.12.
TableSpec models() {
    return {
        .name = "models",
        .columns = {id(),
                    {.name = "model_name", .type = Short, .size = 128, .not_null = true},
                    text("description"),
                    varchar("icon", 128),
                    varchar("tags", 255),
                    indexed("vendor_id"),
                    text("endpoints"),
                    number("status", "1"),
                    number("sync_official", "1"),
                    number("created_time"),
                    number("updated_time"),
                    soft_delete(),
                    number("name_rule", "0")},
        .primary_key = {"id"},
        .indexes = {{"uk_model_name_delete_at", {"model_name", "deleted_at"}, true}},
    };
}

TableSpec vendors() {
    return {
        .name = "vendors",
        .columns = {id(),
                    {.name = "name", .type = Short, .size = 128, .not_null = true},
                    text("description"),
                    varchar("icon", 128),
                    number("status", "1"),
                    number("created_time"),
                    number("updated_time"),
                    soft_delete()},
        .primary_key = {"id"},
        .indexes = {{"uk_vendor_name_delete_at", {"name", "deleted_at"}, true}},
    };
}

TableSpec prefill_groups() {
    return {
        .name = "prefill_groups",
        .columns = {id(),
                    {.name = "name", .type = Short, .size = 64, .not_null = true},
                    {.name = "type", .type = Short, .size = 32, .index = Plain, .not_null = true},
                    json("items"),
                    varchar("description", 255),
                    number("created_time"),
                    number("updated_time"),
                    soft_delete()},
        .primary_key = {"id"},
        .indexes = {{"uk_prefill_name", {"name"}, true, R"("deleted_at" IS NULL)"}},
    };
}

}    // namespace

std::vector<TableSpec> catalog_tables() { return {models(), vendors(), prefill_groups()}; }

std::vector<TableSpec> task_tables() { return {midjourneys(), tasks()}; }

}    // namespace opusclaw::store::schema
