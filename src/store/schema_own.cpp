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

// The numbers that hours and days add up, behind the keys of both tables.
std::vector<ColumnSpec> with_amounts(std::vector<ColumnSpec> columns) {
    for (const std::string_view name : {"requests", "quota", "prompt_tokens", "completion_tokens"})
        columns.push_back(needed(name, "0"));
    columns.push_back(needed("use_time", "0").about("seconds"));
    return columns;
}

ColumnSpec own_name(std::string_view name) { return {.name = name, .type = OwnName, .not_null = true}; }

// Statistics never scan `logs` (store/usage.h). The key begins with the user, so that rows of one lie together; what is asked of
// all users is in opus_usage_totals.
TableSpec opus_usage_hourly() {
    return {
        .name = "opus_usage_hourly",
        .purpose = "What log rows add up to, by hour; kept by the transaction that writes them.",
        .columns = with_amounts({needed("hour").about("its beginning, Unix seconds"), needed("user_id"),
                                 needed("token_id"), needed("channel_id"), own_name("model_name"),
                                 own_name("group"), needed("type").about("as in `logs`")}),
        .primary_key = {"user_id", "hour", "token_id", "channel_id", "model_name", "group", "type"},
        .indexes = {},
        .clustered = true,
    };
}

TableSpec opus_usage_totals() {
    return {
        .name = "opus_usage_totals",
        .purpose = "The same without users and tokens, by hour and by day.",
        .columns = with_amounts({needed("channel_id").about("-1: all channels together"),
                                 needed("seconds").about("of the span: 3600 or 86400"),
                                 needed("start").about("Unix seconds"), own_name("model_name"),
                                 own_name("group"), needed("type").about("as in `logs`")}),
        .primary_key = {"channel_id", "seconds", "start", "model_name", "group", "type"},
        .indexes = {},
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

// What is kept of an hour is as good as this number is old (store/quota_data.h).
TableSpec opus_quota_hours() {
    return {
        .name = "opus_quota_hours",
        .purpose = "How often each hour of `quota_data` has been changed after its end.",
        .columns = {needed("hour").about("its beginning, Unix seconds"), needed("changes", "0")},
        .primary_key = {"hour"},
        .indexes = {},
    };
}

// Kept so that a chart of a large site is not added up anew each time (store/chart_hours.h).
TableSpec opus_chart_hours() {
    return {
        .name = "opus_chart_hours",
        .purpose = "What charts show of the hours of the last month, by model and by user.",
        .columns = {needed("chart").about("1 by model, 2 by user"),
                    needed("hour").about("its beginning, Unix seconds"),
                    needed("changes").about("of the hour in `opus_quota_hours` when it was added up"),
                    {.name = "final",
                     .type = ColumnType::Bool,
                     .initial = "false",
                     .not_null = true,
                     .purpose = "added up hours behind its end, for good"},
                    long_text("lines").about("JSON lines, zstd, base64")},
        .primary_key = {"chart", "hour"},
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

// How far each file of a journal is in this database (store/journal_cursors.h).
TableSpec opus_journal() {
    return {
        .name = "opus_journal",
        .purpose = "How far each file of the journal has been applied here.",
        .columns = {needed_varchar("file", 64), needed("seq").about("of the last record applied")},
        .primary_key = {"file"},
        .indexes = {},
    };
}

// Of changes in the main database (store/outbox.h).
TableSpec opus_outbox() {
    return {
        .name = "opus_outbox",
        .purpose = "Log rows on their way to a log database of its own, put here with what they tell of.",
        .columns = {needed_varchar("sender", 64).about("of one process, chosen at its start"), needed("seq"),
                    long_text("log_row").about("JSON")},
        .primary_key = {"sender", "seq"},
        .indexes = {},
    };
}

// What waits to be sent to the outside (store/notices.h).
TableSpec opus_notices() {
    return {
        .name = "opus_notices",
        .purpose = "Notices that wait to be sent; a row goes with its sending, or after a day.",
        .columns = {id(), needed_varchar("kind", 32).about("`notice_webhook`, `notice_bark`, ..."),
                    needed("user_id"), long_text("payload").about("JSON"),
                    needed("created_at").about("Unix seconds"), needed("not_before").about("Unix seconds"),
                    needed("attempts", "0")},
        .primary_key = {"id"},
        .indexes = {{"opus_idx_notices_due", {"kind", "not_before"}}},
    };
}

}    // namespace

std::vector<TableSpec> own_tables() {
    return {opus_migrations(),  opus_usage_hourly(), opus_usage_totals(), opus_usage_gaps(),
            opus_quota_hours(), opus_chart_hours(),  opus_state(),        opus_leases(),
            opus_journal(),     opus_outbox(),       opus_notices()};
}

}    // namespace opusclaw::store::schema
