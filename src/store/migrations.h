// store/migrations.h: the steps of migrate() (spec 01 section 1.3), apart so that tests can run them one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "store/database.h"
#include "store/schema.h"

namespace opusclaw::store {

/// A change of our own, run once a database.
struct Migration {
    std::int64_t number = 0;    // rising
    std::string_view name;
    std::function<void(Transaction&)> run;
};

/// Old columns whose declared type was changed since get it, where no value can be lost: tokens.key, tokens.model_limits,
/// subscription_plans.price_amount. Servers only; SQLite does not hold types.
void alter_old_columns(Transaction& tx);
/// Creates missing tables, adds missing columns and indexes. Nothing is dropped or rewritten. A unique index that the rows at
/// hand do not allow is left out with a warning.
void complete_schema(Transaction& tx, std::span<const TableSpec> tables);
/// Runs those that have not run, in order, and notes each in `opus_migrations`.
void run_migrations(Transaction& tx, std::span<const Migration> migrations, const Clock& clock);
/// What this version brings.
std::span<const Migration> own_migrations();

}    // namespace opusclaw::store
