// store/notices.h: table `opus_notices`: what has to be sent to the outside, kept until it was (DESIGN section 10). What a payload says
// is its writer's business.
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

struct NoticeRow {
    std::int64_t id = 0;
    std::string kind;            // how it is sent, at most 32 characters
    std::int64_t user_id = 0;    // whom it concerns
    std::string payload;
    std::int64_t created_at = 0, not_before = 0;    // unix seconds
    std::int64_t attempts = 0;
};

/// Gives the new id.
std::int64_t insert_notice(Transaction& tx, const NoticeRow& row);
/// What is due at `now` of one kind, the oldest first.
std::vector<NoticeRow> due_notices(Reader& db, std::string_view kind, std::int64_t now, std::int64_t limit);
/// One more attempt: the row is nobody else's until `until`. False: another node was quicker.
bool claim_notice(Transaction& tx, const NoticeRow& row, std::int64_t until);
void postpone_notice(Transaction& tx, std::int64_t id, std::int64_t not_before);
void delete_notice(Transaction& tx, std::int64_t id);
/// What nobody could send for so long. Rows deleted.
std::int64_t delete_old_notices(Transaction& tx, std::int64_t created_before);

}    // namespace opusclaw::store
