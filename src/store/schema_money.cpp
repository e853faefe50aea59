// store/schema_money.cpp: the tables of payments, redemption codes and subscriptions (spec 01 sections 2.9, 2.10, 2.17). Data only.
#include "store/schema_parts.h"

namespace opusclaw::store::schema {

namespace {

using enum ColumnType;
using enum ColumnIndex;

ColumnSpec trade_number() {
    return {.name = "trade_no", .type = Varchar, .size = 255, .index = PlainAndConstraint};
}
ColumnSpec money() { return {.name = "money", .type = F64}; }

// Section 2.9.
TableSpec top_ups() {
    return {
        .name = "top_ups",
        .columns = {id(), indexed("user_id"), number("amount"), money(), trade_number(),
                    varchar("payment_method", 50), varchar("payment_provider", 50, "''"),
                    number("create_time"), number("complete_time"), long_text("status")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.10.
TableSpec redemptions() {
    return {
        .name = "redemptions",
        .columns = {id(),
                    number("user_id"),
                    {.name = "key", .type = Char, .size = 32, .index = Unique},
                    number("status", "1"),
                    indexed_name("name"),
                    number("quota", "100"),
                    number("created_time"),
                    number("redeemed_time"),
                    number("used_user_id"),
                    soft_delete(),
                    number("expired_time")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.17.
TableSpec subscription_plans() {
    return {
        .name = "subscription_plans",
        .columns = {id(),
                    needed_varchar("title", 128),
                    varchar("subtitle", 255, "''"),
                    {.name = "price_amount", .type = Price, .initial = "0", .not_null = true},
                    needed_varchar("currency", 8, "'USD'"),
                    needed_varchar("duration_unit", 16, "'month'"),
                    {.name = "duration_value", .type = I32, .initial = "1", .not_null = true},
                    needed("custom_seconds", "0"),
                    flag("enabled", "true"),
                    count32("sort_order"),
                    varchar("stripe_price_id", 128, "''"),
                    varchar("creem_product_id", 128, "''"),
                    count32("max_purchase_per_user"),
                    varchar("upgrade_group", 64, "''"),
                    needed("total_amount", "0"),
                    varchar("quota_reset_period", 16, "'never'"),
                    number("quota_reset_custom_seconds", "0"),
                    number("created_at"),
                    number("updated_at")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

TableSpec subscription_orders() {
    return {
        .name = "subscription_orders",
        .columns = {id(), indexed("user_id"), indexed("plan_id"), money(), trade_number(),
                    varchar("payment_method", 50), varchar("payment_provider", 50, "''"), long_text("status"),
                    number("create_time"), number("complete_time"), text("provider_payload")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

TableSpec user_subscriptions() {
    return {
        .name = "user_subscriptions",
        .columns = {id(), indexed("user_id"), indexed("plan_id"), needed("amount_total", "0"),
                    needed("amount_used", "0"), number("start_time"), indexed("end_time"),
                    indexed_varchar("status", 32), varchar("source", 32, "'order'"),
                    number("last_reset_time", "0"), indexed("next_reset_time", "0"),
                    varchar("upgrade_group", 64, "''"), varchar("prev_user_group", 64, "''"),
                    number("created_at"), number("updated_at")},
        .primary_key = {"id"},
        .indexes = {{"idx_user_sub_active", {"user_id", "status", "end_time"}}},
    };
}

TableSpec subscription_pre_consume_records() {
    return {
        .name = "subscription_pre_consume_records",
        .columns = {id(),
                    {.name = "request_id", .type = Varchar, .size = 64, .index = Unique},
                    indexed("user_id"),
                    indexed("user_subscription_id"),
                    needed("pre_consumed", "0"),
                    indexed_varchar("status", 32),
                    number("created_at"),
                    indexed("updated_at")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

}    // namespace

std::vector<TableSpec> money_tables() {
    return {top_ups(),
            redemptions(),
            subscription_plans(),
            subscription_orders(),
            user_subscriptions(),
            subscription_pre_consume_records()};
}

}    // namespace opusclaw::store::schema
