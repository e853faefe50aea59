// store/outbox.cpp: rows as JSON, and the statements. Cursors are those of the journal's table, under the sender's name.
#include "store/outbox.h"

#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "store/journal_cursors.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr std::size_t kNameLength = 24;
constexpr std::string_view kSenderPrefix = "outbox-";    // no file of a journal is called so

struct NumberMember {
    std::string_view name;
    std::int64_t LogRow::*member;
};
constexpr NumberMember kNumbers[] = {{"user_id", &LogRow::user_id},
                                     {"created_at", &LogRow::created_at},
                                     {"type", &LogRow::type},
                                     {"quota", &LogRow::quota},
                                     {"prompt_tokens", &LogRow::prompt_tokens},
                                     {"completion_tokens", &LogRow::completion_tokens},
                                     {"use_time", &LogRow::use_time},
                                     {"channel_id", &LogRow::channel_id},
                                     {"token_id", &LogRow::token_id}};
struct TextMember {
    std::string_view name;
    std::string LogRow::*member;
};
constexpr TextMember kTexts[] = {{"content", &LogRow::content},       {"username", &LogRow::username},
                                 {"token_name", &LogRow::token_name}, {"model_name", &LogRow::model_name},
                                 {"group", &LogRow::group},           {"ip", &LogRow::ip},
                                 {"request_id", &LogRow::request_id}, {"other", &LogRow::other}};

std::string encode(LogRow row) {
    finish_row(row);
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    for (const auto& [name, member] : kNumbers) writer.member(name, row.*member);
    for (const auto& [name, member] : kTexts) writer.member(name, row.*member);
    writer.member("is_stream", row.is_stream).end_object();
    return text;
}

std::optional<LogRow> decode(std::string_view text) {
    try {
        const json::Document document = json::Document::over(text);
        const json::View root = document.root();
        if (root.type() != json::Type::Object) return std::nullopt;
        LogRow row;
        for (const auto& [name, member] : kNumbers)
            if (const auto found = root.find(name)) row.*member = found->as_int().value_or(0);
        for (const auto& [name, member] : kTexts)
            if (const auto found = root.find(name)) row.*member = found->as_string().value_or("");
        if (const auto found = root.find("is_stream")) row.is_stream = found->as_bool().value_or(false);
        return row;
    } catch (const Error&) {
        return std::nullopt;
    }
}

struct SenderRow {
    std::string sender;
};
constexpr Column<SenderRow> kSender[] = {{"sender", &SenderRow::sender}};
constexpr Column<OutboxRow> kRow[] = {{"seq", &OutboxRow::sequence}, {"log_row", &OutboxRow::log_row}};

}    // namespace

Outbox::Outbox() : sender_(std::string(kSenderPrefix) + random_alphanumeric(kNameLength)) {}

void Outbox::put(Transaction& tx, std::span<const LogRow> rows) {
    for (const LogRow& row : rows) {
        tx.execute(
            R"(INSERT INTO "opus_outbox" ("sender", "seq", "log_row") VALUES (:sender, :seq, :log_row))",
            {{"sender", sender_}, {"seq", ++sequence_}, {"log_row", encode(row)}});
    }
}

std::vector<std::string> outbox_senders(Reader& db) {
    std::vector<std::string> senders;
    for (SenderRow& row : db.select<SenderRow>(
             kSender, R"(FROM (SELECT DISTINCT "sender" FROM "opus_outbox") AS "senders" ORDER BY "sender")",
             {}))
        senders.push_back(std::move(row.sender));
    return senders;
}

std::vector<OutboxRow> outbox_rows(Reader& db, std::string_view sender, std::int64_t limit) {
    return db.select<OutboxRow>(kRow,
                                R"(FROM "opus_outbox" WHERE "sender" = :sender ORDER BY "seq" LIMIT :limit)",
                                {{"sender", std::string(sender)}, {"limit", limit}});
}

std::int64_t outbox_position(Transaction& tx, std::string_view sender) {
    if (const auto at = find_cursor(tx, sender)) return *at;
    unless_taken(tx, [sender](Transaction& inner) {
        inner.execute(R"(INSERT INTO "opus_journal" ("file", "seq") VALUES (:file, 0))",
                      {{"file", std::string(sender)}});
    });
    return 0;    // wherever another node has moved it meanwhile: the move from here fails then
}

std::optional<LogRow> outbox_log_row(const OutboxRow& row) { return decode(row.log_row); }

bool store_outbox_rows(Transaction& tx, std::string_view sender, std::int64_t from,
                       std::span<const OutboxRow> rows) {
    std::vector<LogRow> behind;
    std::int64_t to = from;
    for (const OutboxRow& row : rows) {
        if (row.sequence <= from) continue;
        to = row.sequence;
        auto decoded = outbox_log_row(row);
        if (!decoded)
            throw Error(ErrorKind::InvalidRequest, "value_refused", Message::key("common.invalid_params"),
                        "not a row as this version writes them");
        behind.push_back(std::move(*decoded));
    }
    if (to == from) return true;
    if (!move_cursor(tx, sender, from, to)) return false;
    insert_logs(tx, behind);
    return true;
}

void forget_outbox_rows(Transaction& tx, std::string_view sender, std::int64_t up_to) {
    tx.execute(R"(DELETE FROM "opus_outbox" WHERE "sender" = :sender AND "seq" <= :seq)",
               {{"sender", std::string(sender)}, {"seq", up_to}});
}

void forget_outbox_sender(Transaction& tx, std::string_view sender) { drop_cursor(tx, sender); }

}    // namespace opusclaw::store
