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
        .purpose = "Payments.",
        .columns = {id(), indexed("user_id"), number("amount").about("bought"), money().about("paid"),
                    trade_number().about("our number of the order"), varchar("payment_method", 50),
                    varchar("payment_provider", 50, "''")
                        .about("`epay`, `stripe`, `creem`, `waffo` or `waffo_pancake`"),
                    number("create_time").about("Unix seconds"),
                    number("complete_time").about("Unix seconds"),
                    long_text("status").about("`pending`, `success`, `failed` or `expired`")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.10.
TableSpec redemptions() {
    return {
        .name = "redemptions",
        .purpose = "Codes that are worth quota.",
        .columns = {id(),
                    number("user_id").about("who made it"),
                    {.name = "key", .type = Char, .size = 32, .index = Unique, .purpose = "the code"},
                    number("status", "1").about("1 enabled, 2 disabled, 3 used"),
                    indexed_name("name"),
                    number("quota", "100").about("quota units"),
                    number("created_time").about("Unix seconds"),
                    number("redeemed_time").about("Unix seconds"),
                    number("used_user_id").about("who used it"),
                    soft_delete().about("set: deleted"),
                    number("expired_time").about("Unix seconds; 0: never")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

// Section 2.17.
TableSpec subscription_plans() {
    return {
        .name = "subscription_plans",
        .purpose = "Plans that can be bought.",
        .columns = {id(),
                    needed_varchar("title", 128),
                    varchar("subtitle", 255, "''"),
                    {.name = "price_amount",
                     .type = Price,
                     .initial = "0",
                     .not_null = true,
                     .purpose = "in `currency`"},
                    needed_varchar("currency", 8, "'USD'"),
                    needed_varchar("duration_unit", 16, "'month'")
                        .about("`year`, `month`, `day`, `hour` or `custom`"),
                    {.name = "duration_value", .type = I32, .initial = "1", .not_null = true},
                    needed("custom_seconds", "0").about("for `custom`"),
                    flag("enabled", "true"),
                    count32("sort_order"),
                    varchar("stripe_price_id", 128, "''").about("at Stripe"),
                    varchar("creem_product_id", 128, "''").about("at Creem"),
                    count32("max_purchase_per_user").about("0: any number"),
                    varchar("upgrade_group", 64, "''").about("group of its users; empty: unchanged"),
                    needed("total_amount", "0").about("quota units; 0: unlimited"),
                    varchar("quota_reset_period", 16, "'never'")
                        .about("`never`, `daily`, `weekly`, `monthly` or `custom`"),
                    number("quota_reset_custom_seconds", "0").about("for `custom`"),
                    number("created_at").about("Unix seconds"),
                    number("updated_at").about("Unix seconds")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

TableSpec subscription_orders() {
    return {
        .name = "subscription_orders",
        .purpose = "Orders of plans.",
        .columns = {id(), indexed("user_id"), indexed("plan_id"), money().about("paid"),
                    trade_number().about("our number of the order"), varchar("payment_method", 50),
                    varchar("payment_provider", 50, "''"), long_text("status").about("as in `top_ups`"),
                    number("create_time").about("Unix seconds"),
                    number("complete_time").about("Unix seconds"),
                    text("provider_payload").about("what the payment provider sent")},
        .primary_key = {"id"},
        .indexes = {},
    };
}

TableSpec user_subscriptions() {
    return {
        .name = "user_subscriptions",
        .purpose = "Plans that users have.",
        .columns = {id(), indexed("user_id"), indexed("plan_id"),
                    needed("amount_total", "0").about("quota units; 0: unlimited"),
                    needed("amount_used", "0").about("quota units"),
                    number("start_time").about("Unix seconds"), indexed("end_time").about("Unix seconds"),
                    indexed_varchar("status", 32).about("`active`, `expired` or `cancelled`"),
                    varchar("source", 32, "'order'").about("`order` or `admin`"),
                    number("last_reset_time", "0").about("Unix seconds"),
                    indexed("next_reset_time", "0").about("Unix seconds"), varchar("upgrade_group", 64, "''"),
                    varchar("prev_user_group", 64, "''").about("group to go back to"),
                    number("created_at").about("Unix seconds"), number("updated_at").about("Unix seconds")},
        .primary_key = {"id"},
        .indexes = {{"idx_user_sub_active", {"user_id", "status", "end_time"}}},
    };
}

TableSpec subscription_pre_consume_records() {
    return {
        .name = "subscription_pre_consume_records",
        .purpose = "What a request took from a subscription before it was answered.",
        .columns = {id(),
                    {.name = "request_id", .type = Varchar, .size = 64, .index = Unique},
                    indexed("user_id"),
                    indexed("user_subscription_id"),
                    needed("pre_consumed", "0").about("quota units"),
                    indexed_varchar("status", 32).about("`consumed` or `refunded`"),
                    number("created_at").about("Unix seconds"),
                    indexed("updated_at").about("Unix seconds")},
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
