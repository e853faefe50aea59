// store/schema.cpp: the columns and indexes of the tables that a relayed request touches, in New API's names and types (spec 01
// section 2), and the list of all tables. Data only; the SQL made from it is in schema_sql.cpp, when it runs in migrations.cpp.
#include "store/schema.h"

#include "store/schema_parts.h"

namespace opusclaw::store {
namespace schema {

namespace {

using enum ColumnType;
using enum ColumnIndex;

// Section 2.1.
TableSpec users() {
    return {
        .name = "users",
        .purpose = "Accounts, with their balances.",
        .columns =
            {
                id(),
                {.name = "username", .type = S191, .index = PlainAndConstraint},
                {.name = "password", .type = LongText, .not_null = true, .purpose = "bcrypt"},
                indexed_name("display_name"),
                {.name = "role",
                 .type = I32,
                 .initial = "1",
                 .purpose = "1 common, 10 administrator, 100 root"},
                {.name = "status", .type = I32, .initial = "1", .purpose = "1 enabled, 2 disabled"},
                indexed_name("email"),
                indexed_name("github_id"),
                indexed_name("discord_id"),
                indexed_name("oidc_id"),
                indexed_name("wechat_id"),
                indexed_name("telegram_id"),
                {.name = "access_token",
                 .type = Char,
                 .size = 32,
                 .index = Unique,
                 .purpose = "of the management API; NULL: none"},
                count32("quota").about("balance, in quota units"),
                count32("used_quota").about("spent so far, in quota units"),
                count32("request_count").about("requests so far"),
                {.name = "group",
                 .type = Varchar,
                 .size = 64,
                 .initial = "'default'",
                 .purpose = "decides prices and channels"},
                {.name = "aff_code",
                 .type = Varchar,
                 .size = 32,
                 .index = Unique,
                 .purpose = "code for inviting others"},
                count32("aff_count").about("people invited"),
                count32("aff_quota").about("reward that can still be moved to the balance"),
                count32("aff_history").about("rewards in all"),
                {.name = "inviter_id", .type = I32, .index = Plain, .purpose = "who invited; 0: nobody"},
                soft_delete().about("set: the account is deleted"),
                indexed_name("linux_do_id"),
                {.name = "setting", .type = Text, .purpose = "JSON: notices, language, side bar"},
                {.name = "remark", .type = Varchar, .size = 255, .purpose = "of an administrator"},
                {.name = "stripe_customer",
                 .type = Varchar,
                 .size = 64,
                 .index = Plain,
                 .purpose = "id at Stripe"},
                {.name = "created_at", .type = I64, .purpose = "Unix seconds"},
                {.name = "last_login_at", .type = I64, .initial = "0", .purpose = "Unix seconds"},
            },
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.2.
TableSpec tokens() {
    return {
        .name = "tokens",
        .purpose = "API keys of users.",
        .columns =
            {
                id(),
                {.name = "user_id", .index = Plain},
                {.name = "key",
                 .type = Varchar,
                 .size = 128,
                 .index = Unique,
                 .purpose = "48 characters, without `sk-`"},
                {.name = "status", .initial = "1", .purpose = "1 enabled, 2 disabled, 3 expired, 4 used up"},
                indexed_name("name"),
                {.name = "created_time", .purpose = "Unix seconds"},
                {.name = "accessed_time", .purpose = "last use, Unix seconds"},
                {.name = "expired_time", .initial = "-1", .purpose = "Unix seconds; -1: never"},
                {.name = "remain_quota",
                 .initial = "0",
                 .purpose = "what it may still spend, in quota units"},
                {.name = "unlimited_quota",
                 .type = Bool,
                 .purpose = "only the balance of its user bounds it"},
                {.name = "model_limits_enabled", .type = Bool, .purpose = "only the models of model_limits"},
                {.name = "model_limits", .type = Text, .purpose = "comma list"},
                {.name = "allow_ips",
                 .type = S191,
                 .initial = "''",
                 .purpose = "addresses and CIDR ranges, one a line; empty: any"},
                {.name = "used_quota", .initial = "0", .purpose = "spent so far"},
                {.name = "group", .type = S191, .initial = "''", .purpose = "empty: its user's"},
                {.name = "cross_group_retry",
                 .type = Bool,
                 .purpose = "in the group `auto`: try the next group"},
                soft_delete().about("set: deleted"),
            },
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.3.
TableSpec channels() {
    return {
        .name = "channels",
        .purpose = "Upstreams: provider, keys, models.",
        .columns =
            {
                id(),
                {.name = "type", .initial = "0", .purpose = "number of the provider"},
                {.name = "key",
                 .type = LongText,
                 .not_null = true,
                 .purpose = "one key, or several: one a line or a JSON array"},
                {.name = "open_ai_organization", .type = LongText, .purpose = "sent to OpenAI"},
                {.name = "test_model", .type = LongText, .purpose = "for tests; NULL: the first"},
                {.name = "status", .initial = "1", .purpose = "1 enabled, 2 disabled by hand, 3 by itself"},
                indexed_name("name"),
                {.name = "weight", .type = U64, .initial = "0", .purpose = "share among equal priorities"},
                {.name = "created_time", .purpose = "Unix seconds"},
                {.name = "test_time", .purpose = "last test, Unix seconds"},
                {.name = "response_time", .purpose = "of the last test, milliseconds"},
                {.name = "base_url", .type = S191, .initial = "''", .purpose = "empty: the provider's own"},
                {.name = "other",
                 .type = LongText,
                 .purpose = "depends on the type: region, API version, ..."},
                {.name = "balance", .type = F64, .purpose = "USD, as the provider said"},
                {.name = "balance_updated_time", .purpose = "Unix seconds"},
                {.name = "models", .type = LongText, .purpose = "comma list"},
                {.name = "group",
                 .type = Varchar,
                 .size = 64,
                 .initial = "'default'",
                 .purpose = "comma list of the groups it serves"},
                {.name = "used_quota", .initial = "0", .purpose = "spent through it"},
                {.name = "model_mapping", .type = Text, .purpose = "JSON: asked model to upstream model"},
                {.name = "status_code_mapping",
                 .type = Varchar,
                 .size = 1024,
                 .initial = "''",
                 .purpose = "JSON: upstream status to our status"},
                {.name = "priority", .initial = "0", .purpose = "higher ones are tried first"},
                {.name = "auto_ban", .initial = "1", .purpose = "1: it may be disabled by itself"},
                {.name = "other_info",
                 .type = LongText,
                 .purpose = "JSON: why and since when it is disabled"},
                indexed_name("tag").about("name of several channels edited together"),
                {.name = "setting", .type = Text, .purpose = "JSON: proxy, system prompt, pass-through, ..."},
                {.name = "param_override", .type = Text, .purpose = "JSON: changes to request bodies"},
                {.name = "header_override", .type = Text, .purpose = "JSON: changes to request headers"},
                {.name = "remark", .type = Varchar, .size = 255},
                {.name = "channel_info", .type = Json, .purpose = "JSON: several keys and their states"},
                {.name = "settings", .type = LongText, .purpose = "JSON: what only some types have"},
            },
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.4.
TableSpec abilities() {
    return {
        .name = "abilities",
        .purpose = "Which channel serves which model to which group; made from `channels`.",
        .columns =
            {
                {.name = "group", .type = Varchar, .size = 64},
                {.name = "model", .type = Varchar, .size = 255},
                {.name = "channel_id", .index = Plain},
                {.name = "enabled", .type = Bool, .purpose = "the channel is"},
                {.name = "priority", .initial = "0", .index = Plain, .purpose = "the channel's"},
                {.name = "weight", .type = U64, .initial = "0", .index = Plain, .purpose = "the channel's"},
                indexed_name("tag").about("the channel's"),
            },
        .primary_key = {"group", "model", "channel_id"},
        .indexes = {},
    };
}

// Section 2.5.
TableSpec options() {
    return {
        .name = "options",
        .purpose = "Settings; see OPTIONS.md.",
        .columns = {{.name = "key", .type = S191}, {.name = "value", .type = LongText}},
        .primary_key = {"key"},
        .indexes = {},
    };
}

// Section 2.13.
TableSpec setups() {
    return {
        .name = "setups",
        .purpose = "One row once the set-up is over.",
        .columns =
            {{.name = "id", .type = UnsignedId},
             {.name = "version", .type = Varchar, .size = 50, .not_null = true, .purpose = "that did it"},
             {.name = "initialized_at", .not_null = true, .purpose = "Unix seconds"}},
        .primary_key = {"id"},
        .indexes = {},
    };
}

std::vector<IndexSpec> indexes_of_logs() {
    // What a user asks of his own rows is answered without a look at them.
    const std::vector<std::string_view> own = {"created_at", "type", "model_name"};
    std::vector<IndexSpec> indexes = {
        {"idx_created_at_id", {"id", "created_at"}},
        {"idx_user_id_id", {"user_id", "id"}, false, {}, own, own},
        {"idx_created_at_type", {"created_at", "type"}},
        {"index_username_model_name", {"model_name", "username"}},
        // Ours: the few rows that no request paid for are found without a scan, and whoever and whatever they are of without a
        // look at them.
        {.name = "opus_idx_logs_other_types",
         .columns = {"type", "id"},
         .condition = R"("type" <> 2)",
         .sqlite_columns = {"created_at", "user_id", "channel_id", "username", "token_name", "model_name",
                            "group"}}};
    // There an entry is too small for all that; billed rows are in none of these.
    for (const std::string_view column : {"user_id", "username", "model_name", "channel_id"})
        indexes.push_back({.name = "opus_idx_logs_other_" + std::string(column),
                           .columns = {column, "type", "id"},
                           .condition = R"("type" <> 2)",
                           .postgres_only = true});
    return indexes;
}

}    // namespace

// Section 2.6.
TableSpec logs() {
    const auto named = [](std::string_view name) {
        return ColumnSpec{.name = name, .type = S191, .initial = "''", .index = PlainByIdTime};
    };
    return {
        .name = "logs",
        .purpose =
            "One row for each billed request and for what happens to accounts. In the log database if there "
            "is one.",
        .columns =
            {
                id(),
                {.name = "user_id", .index = PlainByModel},
                {.name = "created_at", .purpose = "Unix seconds"},
                {.name = "type",
                 .purpose =
                     "1 top-up, 2 request, 3 by an administrator, 4 system, 5 failed request, 6 refund"},
                {.name = "content", .type = LongText, .purpose = "in words"},
                named("username"),
                named("token_name"),
                named("model_name"),
                {.name = "quota", .initial = "0", .purpose = "quota units"},
                {.name = "prompt_tokens", .initial = "0"},
                {.name = "completion_tokens", .initial = "0"},
                {.name = "use_time", .initial = "0", .purpose = "seconds"},
                {.name = "is_stream", .type = Bool},
                {.name = "channel_id", .index = PlainByIdTime},
                {.name = "channel_name", .type = LongText, .purpose = "never written"},
                {.name = "token_id", .initial = "0", .index = PlainById},
                {.name = "group",
                 .type = S191,
                 .index = PlainByIdTime,
                 .purpose = "the one that set the price"},
                {.name = "ip",
                 .type = S191,
                 .initial = "''",
                 .index = Plain,
                 .purpose = "only if the user wants it"},
                {.name = "request_id",
                 .type = Varchar,
                 .size = 64,
                 .initial = "''",
                 .index = Plain,
                 .purpose = "also in the answer and in the log files"},
                {.name = "other", .type = LongText, .purpose = "JSON: how the price came about"},
            },
        .primary_key = {"id"},
        .indexes = indexes_of_logs(),
    };
}

std::vector<TableSpec> core_tables() {
    return {users(), tokens(), channels(), abilities(), options(), logs(), setups()};
}

}    // namespace schema

std::span<const TableSpec> all_tables() {
    static const std::vector<TableSpec> kTables = [] {
        std::vector<TableSpec> all;
        for (auto part : {schema::core_tables(), schema::task_tables(), schema::money_tables(),
                          schema::account_tables(), schema::catalog_tables(), schema::own_tables()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return kTables;
}

std::span<const TableSpec> log_tables() {
    static const std::vector<TableSpec> kTables = [] {
        std::vector<TableSpec> all = schema::own_tables();
        all.push_back(schema::logs());
        return all;
    }();
    return kTables;
}

}    // namespace opusclaw::store
