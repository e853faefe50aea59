// store/setups.cpp: statements over table `setups`. When a system counts as installed is decided in account.
#include "store/setups.h"

#include "base/text.h"

namespace opusclaw::store {
namespace {

constexpr std::size_t kVersionLength = 50;    // of the column; VERSION may be longer

}    // namespace

bool setup_done(Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "setups")") > 0; }

void insert_setup(Transaction& tx, std::string_view version, std::int64_t now) {
    tx.execute(R"(INSERT INTO "setups" ("version", "initialized_at") VALUES (:version, :now))",
               {{"version", std::string(text::cut_utf8(version, kVersionLength))}, {"now", now}});
}

}    // namespace opusclaw::store
