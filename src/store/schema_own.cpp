// store/schema_own.cpp: the tables that New API does not know; their names start with `opus_` (DESIGN section 9). Data only.
#include "store/schema_parts.h"

namespace opusclaw::store::schema {

namespace {

using enum ColumnType;

// Which numbered migrations have run.
TableSpec opus_migrations() {
    return {
        .name = "opus_migrations",
        .columns = {needed("number"), needed_varchar("name", 64), needed("applied_at")},
        .primary_key = {"number"},
        .indexes = {},
    };
}

// What logs add up to, by hour: statistics never scan `logs` (store/usage.h).
TableSpec opus_usage_hourly() {
    return {
        .name = "opus_usage_hourly",
        .columns = {needed("hour"),
                    needed("user_id"),
                    needed("token_id"),
                    needed("channel_id"),
                    {.name = "model_name", .type = OwnName, .not_null = true},
                    {.name = "group", .type = OwnName, .not_null = true},
                    needed("type"),
                    needed("requests", "0"),
                    needed("quota", "0"),
                    needed("prompt_tokens", "0"),
                    needed("completion_tokens", "0"),
                    needed("use_time", "0")},
        .primary_key = {"hour", "user_id", "token_id", "channel_id", "model_name", "group", "type"},
        .indexes = {{"idx_opus_usage_hourly_user_id", {"user_id", "hour"}}},
        .clustered = true,
    };
}

// Ids of log rows that are not in opus_usage_hourly yet: from low_id to high_id, worked off from the top.
TableSpec opus_usage_gaps() {
    return {
        .name = "opus_usage_gaps",
        .columns = {needed("low_id"), needed("high_id")},
        .primary_key = {"low_id"},
        .indexes = {},
    };
}

// Numbers that are kept between starts.
TableSpec opus_state() {
    return {
        .name = "opus_state",
        .columns = {needed_varchar("name", 64), needed("value")},
        .primary_key = {"name"},
        .indexes = {},
    };
}

// Which node does a job that only one may do.
TableSpec opus_leases() {
    return {
        .name = "opus_leases",
        .columns = {needed_varchar("name", 64), needed_varchar("holder", 64), needed("until")},
        .primary_key = {"name"},
        .indexes = {},
    };
}

}    // namespace

std::vector<TableSpec> own_tables() {
    return {opus_migrations(), opus_usage_hourly(), opus_usage_gaps(), opus_state(), opus_leases()};
}

}    // namespace opusclaw::store::schema
