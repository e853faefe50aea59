// store/outbox.cpp: statements over `opus_outbox`. Rows are few: what cannot be sent goes after a day.
#include "store/outbox.h"

namespace opusclaw::store {
namespace {

const std::vector<Column<OutboxRow>>& columns() {
    static const std::vector<Column<OutboxRow>> kColumns = {{"id", &OutboxRow::id},
                                                            {"kind", &OutboxRow::kind},
                                                            {"user_id", &OutboxRow::user_id},
                                                            {"payload", &OutboxRow::payload},
                                                            {"created_at", &OutboxRow::created_at},
                                                            {"not_before", &OutboxRow::not_before},
                                                            {"attempts", &OutboxRow::attempts}};
    return kColumns;
}

}    // namespace

std::int64_t insert_outbox(Transaction& tx, const OutboxRow& row) {
    return tx.insert(
        R"(INSERT INTO "opus_outbox" ("kind", "user_id", "payload", "created_at", "not_before", "attempts"))"
        R"( VALUES (:kind, :user, :payload, :created, :before, :attempts))",
        {{"kind", row.kind},
         {"user", row.user_id},
         {"payload", row.payload},
         {"created", row.created_at},
         {"before", row.not_before},
         {"attempts", row.attempts}});
}

std::vector<OutboxRow> due_outbox(Reader& db, std::string_view kind, std::int64_t now, std::int64_t limit) {
    return db.select<OutboxRow>(
        columns(),
        R"(FROM "opus_outbox" WHERE "kind" = :kind AND "not_before" <= :now ORDER BY "id" LIMIT :limit)",
        {{"kind", std::string(kind)}, {"now", now}, {"limit", limit}});
}

bool claim_outbox(Transaction& tx, const OutboxRow& row, std::int64_t until) {
    return tx.execute(
               R"(UPDATE "opus_outbox" SET "attempts" = :next, "not_before" = :until)"
               R"( WHERE "id" = :id AND "attempts" = :attempts)",
               {{"next", row.attempts + 1}, {"until", until}, {"id", row.id}, {"attempts", row.attempts}}) ==
           1;
}

void postpone_outbox(Transaction& tx, std::int64_t id, std::int64_t not_before) {
    tx.execute(R"(UPDATE "opus_outbox" SET "not_before" = :before WHERE "id" = :id)",
               {{"before", not_before}, {"id", id}});
}

void delete_outbox(Transaction& tx, std::int64_t id) {
    tx.execute(R"(DELETE FROM "opus_outbox" WHERE "id" = :id)", {{"id", id}});
}

std::int64_t delete_old_outbox(Transaction& tx, std::int64_t created_before) {
    return tx.execute(R"(DELETE FROM "opus_outbox" WHERE "created_at" < :before)",
                      {{"before", created_before}});
}

}    // namespace opusclaw::store
