// store/notices.cpp: statements over `opus_notices`. Rows are few: what cannot be sent goes after a day.
#include "store/notices.h"

namespace opusclaw::store {
namespace {

const std::vector<Column<NoticeRow>>& columns() {
    static const std::vector<Column<NoticeRow>> kColumns = {{"id", &NoticeRow::id},
                                                            {"kind", &NoticeRow::kind},
                                                            {"user_id", &NoticeRow::user_id},
                                                            {"payload", &NoticeRow::payload},
                                                            {"created_at", &NoticeRow::created_at},
                                                            {"not_before", &NoticeRow::not_before},
                                                            {"attempts", &NoticeRow::attempts}};
    return kColumns;
}

}    // namespace

std::int64_t insert_notice(Transaction& tx, const NoticeRow& row) {
    return tx.insert(
        R"(INSERT INTO "opus_notices" ("kind", "user_id", "payload", "created_at", "not_before", "attempts"))"
        R"( VALUES (:kind, :user, :payload, :created, :before, :attempts))",
        {{"kind", row.kind},
         {"user", row.user_id},
         {"payload", row.payload},
         {"created", row.created_at},
         {"before", row.not_before},
         {"attempts", row.attempts}});
}

std::vector<NoticeRow> due_notices(Reader& db, std::string_view kind, std::int64_t now, std::int64_t limit) {
    return db.select<NoticeRow>(
        columns(),
        R"(FROM "opus_notices" WHERE "kind" = :kind AND "not_before" <= :now ORDER BY "id" LIMIT :limit)",
        {{"kind", std::string(kind)}, {"now", now}, {"limit", limit}});
}

bool claim_notice(Transaction& tx, const NoticeRow& row, std::int64_t until) {
    return tx.execute(
               R"(UPDATE "opus_notices" SET "attempts" = :next, "not_before" = :until)"
               R"( WHERE "id" = :id AND "attempts" = :attempts)",
               {{"next", row.attempts + 1}, {"until", until}, {"id", row.id}, {"attempts", row.attempts}}) ==
           1;
}

void postpone_notice(Transaction& tx, std::int64_t id, std::int64_t not_before) {
    tx.execute(R"(UPDATE "opus_notices" SET "not_before" = :before WHERE "id" = :id)",
               {{"before", not_before}, {"id", id}});
}

void delete_notice(Transaction& tx, std::int64_t id) {
    tx.execute(R"(DELETE FROM "opus_notices" WHERE "id" = :id)", {{"id", id}});
}

std::int64_t delete_old_notices(Transaction& tx, std::int64_t created_before) {
    return tx.execute(R"(DELETE FROM "opus_notices" WHERE "created_at" < :before)",
                      {{"before", created_before}});
}

}    // namespace opusclaw::store
