// billing/settlement.h: one settled request, and its bytes in the journal (DESIGN section 10): a compact binary text with final amounts
// and the log row, so that whoever reads it needs nothing else. Pure but for the row's type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "store/logs.h"

namespace opusclaw::billing {

/// The final amounts of one settled request and its log row. Self-contained: what is written down before the client
/// sees the end of its answer.
struct Settlement {
    UserId user;    // 0: only a row (Ledger::record)
    TokenId token;
    ChannelId channel;
    Quota amount;                        // taken from user and token
    bool counts = true;                  // used_quota and request_count grow (spec 05 section 8.1)
    std::optional<store::LogRow> log;    // absent when LogConsumeEnabled is off
    bool in_quota_data = false;          // its log row counts in table `quota_data` (spec 03 section 15)
    std::int64_t now = 0;                // unix seconds, tokens.accessed_time
};

/// A journal record: room for its head (store/journal_format.h), then the payload. Texts of the row that are longer than any
/// that we write are cut, so that a record always fits.
std::string encode_settlement(Settlement& settlement);
/// nullopt: not written by encode_settlement(). The row is finished by this (store::finish_row()): that takes the time of who
/// stores it, and not of who answers.
std::optional<Settlement> decode_settlement(std::string_view payload);

}    // namespace opusclaw::billing
