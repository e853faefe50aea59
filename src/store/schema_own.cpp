// store/schema_own.cpp: the tables that New API does not know; their names start with `opus_` (DESIGN section 9). Data only.
#include "store/schema_parts.h"

namespace opusclaw::store::schema {

namespace {

using enum ColumnType;

TableSpec opus_migrations() {
    return {
        .name = "opus_migrations",
        .purpose = "Which numbered migrations have run.",
        .columns = {needed("number"), needed_varchar("name", 64), needed("applied_at").about("Unix seconds")},
        .primary_key = {"number"},
        .indexes = {},
    };
}

// Statistics never scan `logs` (store/usage.h).
TableSpec opus_usage_hourly() {
    return {
        .name = "opus_usage_hourly",
        .purpose = "What log rows add up to, by hour; kept by the transaction that writes them.",
        .columns = {needed("hour").about("its beginning, Unix seconds"),
                    needed("user_id"),
                    needed("token_id"),
                    needed("channel_id"),
                    {.name = "model_name", .type = OwnName, .not_null = true},
                    {.name = "group", .type = OwnName, .not_null = true},
                    needed("type").about("as in `logs`"),
                    needed("requests", "0"),
                    needed("quota", "0"),
                    needed("prompt_tokens", "0"),
                    needed("completion_tokens", "0"),
                    needed("use_time", "0").about("seconds")},
        .primary_key = {"hour", "user_id", "token_id", "channel_id", "model_name", "group", "type"},
        .indexes = {{"idx_opus_usage_hourly_user_id", {"user_id", "hour"}}},
        .clustered = true,
    };
}

TableSpec opus_usage_gaps() {
    return {
        .name = "opus_usage_gaps",
        .purpose =
            "Log rows that are not in `opus_usage_hourly` yet: ids from low_id to high_id, worked off from "
            "the top.",
        .columns = {needed("low_id"), needed("high_id")},
        .primary_key = {"low_id"},
        .indexes = {},
    };
}

TableSpec opus_state() {
    return {
        .name = "opus_state",
        .purpose = "Numbers that are kept between starts.",
        .columns = {needed_varchar("name", 64), needed("value")},
        .primary_key = {"name"},
        .indexes = {},
    };
}

TableSpec opus_leases() {
    return {
        .name = "opus_leases",
        .purpose = "Which node does a job that only one may do.",
        .columns = {needed_varchar("name", 64),
                    needed_varchar("holder", 64).about("of one process, chosen at its start"),
                    needed("until").about("Unix seconds")},
        .primary_key = {"name"},
        .indexes = {},
    };
}

}    // namespace

std::vector<TableSpec> own_tables() {
    return {opus_migrations(), opus_usage_hourly(), opus_usage_gaps(), opus_state(), opus_leases()};
}

}    // namespace opusclaw::store::schema
