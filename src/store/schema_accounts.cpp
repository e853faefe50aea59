// store/schema_accounts.cpp: the tables of signing in and of what belongs to one user (spec 01 sections 2.11, 2.14-2.16, 2.18).
// Data only.
#include "store/schema_parts.h"

namespace opusclaw::store::schema {

namespace {

using enum ColumnType;
using enum ColumnIndex;

// Section 2.11.
TableSpec quota_data() {
    return {
        .name = "quota_data",
        .purpose =
            "Usage by user, model and hour, for the dashboard's charts. One hour may have several rows: "
            "readers add up.",
        .columns = {id(),
                    {.name = "user_id", .index = PlainByTime},
                    {.name = "username", .type = Short, .size = 64, .initial = "''"},
                    {.name = "model_name", .type = Short, .size = 64, .initial = "''"},
                    number("created_at").about("beginning of the hour, Unix seconds"),
                    number("token_used", "0").about("prompt and completion tokens"),
                    number("count", "0").about("requests"),
                    number("quota", "0").about("quota units")},
        .primary_key = {"id"},
        .indexes =
            {{"idx_qdt_model_user_name", {"model_name", "username"}},
             {"idx_qdt_created_at", {"created_at"}},
             // Ours: the sums for the charts are read from an index alone, in the order that they are shown in.
             {"opus_idx_qdt_models", {"created_at", "model_name", "token_used", "count", "quota"}},
             {"opus_idx_qdt_name_times", {"username", "created_at"}},
             {"opus_idx_qdt_users", {"created_at", "username", "token_used", "count", "quota"}}},
    };
}

// Section 2.14.
TableSpec two_fas() {
    return {
        .name = "two_fas",
        .purpose = "Second factors.",
        .columns = {id(),
                    {.name = "user_id", .index = PlainAndConstraint, .not_null = true},
                    needed_varchar("secret", 255).about("base32"),
                    flag("is_enabled"),
                    number("failed_attempts", "0"),
                    time("locked_until").about("after too many wrong codes"),
                    time("last_used_at"),
                    time("created_at"),
                    time("updated_at"),
                    soft_delete()},
        .primary_key = {"id"},
        .indexes = {},
    };
}

TableSpec two_fa_backup_codes() {
    return {
        .name = "two_fa_backup_codes",
        .purpose = "Codes for a lost second factor.",
        .columns = {id(),
                    {.name = "user_id", .index = Plain, .not_null = true},
                    needed_varchar("code_hash", 255).about("bcrypt"),
                    flag("is_used"),
                    time("used_at"),
                    time("created_at"),
                    soft_delete()},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.15.
TableSpec passkey_credentials() {
    return {
        .name = "passkey_credentials",
        .purpose = "Passkeys, one a user.",
        .columns = {id(),
                    {.name = "user_id", .index = Unique, .not_null = true},
                    {.name = "credential_id",
                     .type = Varchar,
                     .size = 512,
                     .index = Unique,
                     .not_null = true,
                     .purpose = "base64"},
                    {.name = "public_key", .type = Text, .not_null = true, .purpose = "base64"},
                    varchar("attestation_type", 255),
                    varchar("aa_guid", 512).about("kind of the device, base64"),
                    {.name = "sign_count", .type = U32, .initial = "0", .purpose = "of the device"},
                    flag("clone_warning"),
                    flag("user_present"),
                    flag("user_verified"),
                    flag("backup_eligible"),
                    flag("backup_state"),
                    text("transports").about("JSON array"),
                    varchar("attachment", 32),
                    time("last_used_at"),
                    time("created_at"),
                    time("updated_at"),
                    soft_delete()},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.16.
TableSpec checkins() {
    return {
        .name = "checkins",
        .purpose = "Daily check-ins.",
        .columns = {id(), needed("user_id"), needed_varchar("checkin_date", 10).about("`YYYY-MM-DD`, local"),
                    needed("quota_awarded").about("quota units"), number("created_at").about("Unix seconds")},
        .primary_key = {"id"},
        .indexes = {{"idx_user_checkin_date", {"user_id", "checkin_date"}, true}},
    };
}

// Section 2.18.
TableSpec custom_oauth_providers() {
    return {
        .name = "custom_oauth_providers",
        .purpose = "Services to log in with that an administrator added.",
        .columns = {id(),
                    needed_varchar("name", 64),
                    {.name = "slug",
                     .type = Varchar,
                     .size = 64,
                     .index = Unique,
                     .not_null = true,
                     .purpose = "in addresses"},
                    varchar("icon", 128, "''"),
                    flag("enabled", "false"),
                    varchar("client_id", 256),
                    varchar("client_secret", 512).about("never shown"),
                    varchar("authorization_endpoint", 512),
                    varchar("token_endpoint", 512),
                    varchar("user_info_endpoint", 512),
                    varchar("scopes", 256, "'openid profile email'"),
                    varchar("user_id_field", 128, "'sub'").about("path in the answer of user_info_endpoint"),
                    varchar("username_field", 128, "'preferred_username'"),
                    varchar("display_name_field", 128, "'name'"),
                    varchar("email_field", 128, "'email'"),
                    varchar("well_known", 512).about("address of the discovery document"),
                    number("auth_style", "0").about("how the client authenticates; 0: found out"),
                    text("access_policy").about("JSON: who may log in"),
                    varchar("access_denied_message", 512),
                    time("created_at"),
                    time("updated_at")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

TableSpec user_oauth_bindings() {
    return {
        .name = "user_oauth_bindings",
        .purpose = "Accounts at these services.",
        .columns = {id(), needed("user_id"), needed("provider_id").about("in `custom_oauth_providers`"),
                    needed_varchar("provider_user_id", 256).about("id there"), time("created_at")},
        .primary_key = {"id"},
        .indexes = {{"ux_user_provider", {"user_id", "provider_id"}, true},
                    {"ux_provider_userid", {"provider_id", "provider_user_id"}, true}},
    };
}

}    // namespace

std::vector<TableSpec> account_tables() {
    return {quota_data(),          two_fas(),  two_fa_backup_codes(),
            passkey_credentials(), checkins(), custom_oauth_providers(),
            user_oauth_bindings()};
}

}    // namespace opusclaw::store::schema
