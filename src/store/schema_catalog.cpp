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
        .purpose = "Drawings.",
        .columns = {id(),
                    number("code").about("1 after the first good look at it, else what submitting gave"),
                    indexed("user_id"),
                    indexed_varchar("action", 40),
                    indexed_name("mj_id").about("id at the provider"),
                    long_text("prompt"),
                    long_text("prompt_en"),
                    long_text("description"),
                    long_text("state"),
                    indexed("submit_time").about("Unix milliseconds"),
                    indexed("start_time").about("Unix milliseconds"),
                    indexed("finish_time").about("Unix milliseconds"),
                    long_text("image_url"),
                    long_text("video_url"),
                    long_text("video_urls"),
                    indexed_varchar("status", 20),
                    indexed_varchar("progress", 30).about("`100%`: over"),
                    long_text("fail_reason"),
                    number("channel_id"),
                    number("quota").about("charged"),
                    long_text("buttons").about("JSON"),
                    long_text("properties").about("JSON"),
                    json("private_data").about("Opusclaw's own; never shown")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.8.
TableSpec tasks() {
    return {
        .name = "tasks",
        .purpose = "Asynchronous tasks: music, video.",
        .columns = {id(), indexed("created_at").about("Unix seconds"),
                    number("updated_at").about("Unix seconds"),
                    indexed_varchar("task_id", 191)
                        .about("`task_` and 32 characters; of old rows the id at the provider"),
                    indexed_varchar("platform", 30).about("`suno`, `mj` or a channel type"),
                    indexed("user_id"), varchar("group", 50), indexed("channel_id"),
                    number("quota").about("charged"), indexed_varchar("action", 40),
                    indexed_varchar("status", 20)
                        .about("NOT_START, SUBMITTED, QUEUED, IN_PROGRESS, SUCCESS, FAILURE or UNKNOWN"),
                    long_text("fail_reason"), indexed("submit_time").about("Unix seconds"),
                    indexed("start_time").about("Unix seconds"), indexed("finish_time").about("Unix seconds"),
                    indexed_varchar("progress", 20).about("`0%` to `100%`"),
                    json("properties").about("JSON: input and model names"),
                    json("private_data").about("JSON: key, how it was paid; never shown"),
                    json("data").about("the provider's result")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.12.
TableSpec models() {
    return {
        .name = "models",
        .purpose = "Descriptions of models for the price page.",
        .columns = {id(),
                    {.name = "model_name", .type = Short, .size = 128, .not_null = true},
                    text("description"),
                    varchar("icon", 128),
                    varchar("tags", 255).about("comma list"),
                    indexed("vendor_id"),
                    text("endpoints").about("JSON: endpoint type to path"),
                    number("status", "1").about("1 enabled, else hidden"),
                    number("sync_official", "1").about("1: kept like the official description"),
                    number("created_time").about("Unix seconds"),
                    number("updated_time").about("Unix seconds"),
                    soft_delete().about("set: deleted"),
                    number("name_rule", "0").about("0 exact, 1 prefix, 2 contains, 3 suffix")},
        .primary_key = {"id"},
        .indexes = {{"uk_model_name_delete_at", {"model_name", "deleted_at"}, true}},
    };
}

TableSpec vendors() {
    return {
        .name = "vendors",
        .purpose = "Makers of models.",
        .columns = {id(),
                    {.name = "name", .type = Short, .size = 128, .not_null = true},
                    text("description"),
                    varchar("icon", 128),
                    number("status", "1").about("1 enabled, else hidden"),
                    number("created_time").about("Unix seconds"),
                    number("updated_time").about("Unix seconds"),
                    soft_delete().about("set: deleted")},
        .primary_key = {"id"},
        .indexes = {{"uk_vendor_name_delete_at", {"name", "deleted_at"}, true}},
    };
}

TableSpec prefill_groups() {
    return {
        .name = "prefill_groups",
        .purpose = "Lists to fill forms with.",
        .columns = {id(),
                    {.name = "name", .type = Short, .size = 64, .not_null = true},
                    {.name = "type",
                     .type = Short,
                     .size = 32,
                     .index = Plain,
                     .not_null = true,
                     .purpose = "`model`, `tag` or `endpoint`"},
                    json("items").about("JSON"),
                    varchar("description", 255),
                    number("created_time").about("Unix seconds"),
                    number("updated_time").about("Unix seconds"),
                    soft_delete().about("set: deleted")},
        .primary_key = {"id"},
        .indexes = {{"uk_prefill_name", {"name"}, true, R"("deleted_at" IS NULL)"}},
    };
}

}    // namespace

std::vector<TableSpec> catalog_tables() { return {models(), vendors(), prefill_groups()}; }

std::vector<TableSpec> task_tables() { return {midjourneys(), tasks()}; }

}    // namespace opusclaw::store::schema
