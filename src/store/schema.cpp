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
        .columns =
            {
                id(),
                {.name = "username", .type = S191, .index = PlainAndConstraint},
                {.name = "password", .type = LongText, .not_null = true},
                indexed_name("display_name"),
                {.name = "role", .type = I32, .initial = "1"},
                {.name = "status", .type = I32, .initial = "1"},
                indexed_name("email"),
                indexed_name("github_id"),
                indexed_name("discord_id"),
                indexed_name("oidc_id"),
                indexed_name("wechat_id"),
                indexed_name("telegram_id"),
                {.name = "access_token", .type = Char, .size = 32, .index = Unique},
                count32("quota"),
                count32("used_quota"),
                count32("request_count"),
                {.name = "group", .type = Varchar, .size = 64, .initial = "'default'"},
                {.name = "aff_code", .type = Varchar, .size = 32, .index = Unique},
                count32("aff_count"),
                count32("aff_quota"),
                count32("aff_history"),
                {.name = "inviter_id", .type = I32, .index = Plain},
                soft_delete(),
                indexed_name("linux_do_id"),
                {.name = "setting", .type = Text},
                {.name = "remark", .type = Varchar, .size = 255},
                {.name = "stripe_customer", .type = Varchar, .size = 64, .index = Plain},
                {.name = "created_at", .type = I64},
                {.name = "last_login_at", .type = I64, .initial = "0"},
            },
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.2.
TableSpec tokens() {
    return {
        .name = "tokens",
        .columns =
            {
                id(),
                {.name = "user_id", .index = Plain},
                {.name = "key", .type = Varchar, .size = 128, .index = Unique},
                {.name = "status", .initial = "1"},
                indexed_name("name"),
                {.name = "created_time"},
                {.name = "accessed_time"},
                {.name = "expired_time", .initial = "-1"},
                {.name = "remain_quota", .initial = "0"},
                {.name = "unlimited_quota", .type = Bool},
                {.name = "model_limits_enabled", .type = Bool},
                {.name = "model_limits", .type = Text},
                {.name = "allow_ips", .type = S191, .initial = "''"},
                {.name = "used_quota", .initial = "0"},
                {.name = "group", .type = S191, .initial = "''"},
                {.name = "cross_group_retry", .type = Bool},
                soft_delete(),
            },
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.3.
TableSpec channels() {
    return {
        .name = "channels",
        .columns =
            {
                id(),
                {.name = "type", .initial = "0"},
                {.name = "key", .type = LongText, .not_null = true},
                {.name = "open_ai_organization", .type = LongText},
                {.name = "test_model", .type = LongText},
                {.name = "status", .initial = "1"},
                indexed_name("name"),
                {.name = "weight", .type = U64, .initial = "0"},
                {.name = "created_time"},
                {.name = "test_time"},
                {.name = "response_time"},
                {.name = "base_url", .type = S191, .initial = "''"},
                {.name = "other", .type = LongText},
                {.name = "balance", .type = F64},
                {.name = "balance_updated_time"},
                {.name = "models", .type = LongText},
                {.name = "group", .type = Varchar, .size = 64, .initial = "'default'"},
                {.name = "used_quota", .initial = "0"},
                {.name = "model_mapping", .type = Text},
                {.name = "status_code_mapping", .type = Varchar, .size = 1024, .initial = "''"},
                {.name = "priority", .initial = "0"},
                {.name = "auto_ban", .initial = "1"},
                {.name = "other_info", .type = LongText},
                indexed_name("tag"),
                {.name = "setting", .type = Text},
                {.name = "param_override", .type = Text},
                {.name = "header_override", .type = Text},
                {.name = "remark", .type = Varchar, .size = 255},
                {.name = "channel_info", .type = Json},
                {.name = "settings", .type = LongText},
            },
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.4.
TableSpec abilities() {
    return {
        .name = "abilities",
        .columns =
            {
                {.name = "group", .type = Varchar, .size = 64},
                {.name = "model", .type = Varchar, .size = 255},
                {.name = "channel_id", .index = Plain},
                {.name = "enabled", .type = Bool},
                {.name = "priority", .initial = "0", .index = Plain},
                {.name = "weight", .type = U64, .initial = "0", .index = Plain},
                indexed_name("tag"),
            },
        .primary_key = {"group", "model", "channel_id"},
        .indexes = {},
    };
}

// Section 2.5.
TableSpec options() {
    return {
        .name = "options",
        .columns = {{.name = "key", .type = S191}, {.name = "value", .type = LongText}},
        .primary_key = {"key"},
        .indexes = {},
    };
}

// Section 2.13.
TableSpec setups() {
    return {
        .name = "setups",
        .columns = {{.name = "id", .type = UnsignedId},
                    {.name = "version", .type = Varchar, .size = 50, .not_null = true},
                    {.name = "initialized_at", .not_null = true}},
        .primary_key = {"id"},
        .indexes = {},
    };
}

}    // namespace

// Section 2.6.
TableSpec logs() {
    const auto named = [](std::string_view name) {
        return ColumnSpec{.name = name, .type = S191, .initial = "''", .index = Plain};
    };
    return {
        .name = "logs",
        .columns =
            {
                id(),
                {.name = "user_id", .index = Plain},
                {.name = "created_at"},
                {.name = "type"},
                {.name = "content", .type = LongText},
                named("username"),
                named("token_name"),
                named("model_name"),
                {.name = "quota", .initial = "0"},
                {.name = "prompt_tokens", .initial = "0"},
                {.name = "completion_tokens", .initial = "0"},
                {.name = "use_time", .initial = "0"},
                {.name = "is_stream", .type = Bool},
                {.name = "channel_id", .index = Plain},
                {.name = "channel_name", .type = LongText},
                {.name = "token_id", .initial = "0", .index = Plain},
                indexed_name("group"),
                named("ip"),
                {.name = "request_id", .type = Varchar, .size = 64, .initial = "''", .index = Plain},
                {.name = "other", .type = LongText},
            },
        .primary_key = {"id"},
        .indexes = {{"idx_created_at_id", {"id", "created_at"}},
                    {"idx_user_id_id", {"user_id", "id"}},
                    {"idx_created_at_type", {"created_at", "type"}},
                    {"index_username_model_name", {"model_name", "username"}},
                    // Ours: the few rows that no request paid for are found without a scan.
                    {.name = "opus_idx_logs_other_types",
                     .columns = {"type", "id"},
                     .condition = R"("type" <> 2)"}},
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
