// store/session.h: one connection to a database and its prepared statements, over SOCI (DESIGN section 9). Internal to store/:
// connection_pool.cpp owns sessions and sees that only one thread uses one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/statement.h"

namespace soci {
class session;
}

namespace opusclaw::store {

class Prepared;

/// What a session is for. A reading one refuses to write.
enum class SessionUse { Write, Read };

class Session final : public Transaction {
public:
    Session(Engine engine, std::unique_ptr<soci::session> connection);
    ~Session() override;

    Engine engine() const override { return engine_; }
    std::int64_t execute(std::string_view sql, const Parameters& parameters = {}) override;
    std::int64_t insert(std::string_view sql, const Parameters& parameters = {}) override;
    void execute_many(std::string_view sql, std::span<const Parameters> sets) override;
    void execute_literal(std::string_view sql, std::string_view about) override;
    void flush() override;
    /// As execute_literal(), for a statement that must touch so many rows: what sends it throws Error(Conflict, "rows_missed") else.
    void execute_literal(std::string_view sql, std::string_view about, std::int64_t rows);
    /// Rows of a SELECT with its values in it, behind what was kept: whole numbers and texts. On servers only.
    void fetch_literal(std::string_view sql, std::string_view about, std::span<const Kind> kinds,
                       const RowFunction& row);
    /// Begins a transaction with the first statement of it; on SQLite at once.
    void begin(const std::string& statement);
    /// Literal statements are sent one by one from now on.
    void send_literals_alone() { most_literals_ = 0; }
    /// Before a transaction is taken back: what was kept is not sent any more.
    void drop_literals();

    /// A statement as it stands, neither translated nor kept: PRAGMA, SET, DDL.
    void run(const std::string& sql);

    /// SQLite, outside of a transaction: copies its log of changes into the file and waits for the disk. False: readers of old
    /// states keep a part of it back.
    bool checkpoint();

    /// The connection is broken; every further statement fails.
    bool lost() const { return lost_; }
    /// Whether a statement has succeeded since start_counting(): before that, a job may be done again on another connection.
    bool answered() const { return answered_; }
    void start_counting() { answered_ = false; }

private:
    void fetch(std::string_view sql, const Parameters& parameters, std::span<const Kind> kinds,
               const RowFunction& row) override;

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    /// The prepared statement with its parameters set; `rows`: how often its VALUES are repeated. Dies with the next call.
    Prepared& prepared(std::string_view sql, std::span<const Parameters> sets, std::span<const Kind> kinds);
    void execute_rows(std::string_view sql, std::span<const Parameters> sets);
    /// Forgets the statement (it may be half-run) and throws what the driver said as an Error.
    [[noreturn]] void fail(std::string_view sql, std::size_t rows = 1);

    Engine engine_;
    std::unique_ptr<soci::session> connection_;
    std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> statements_;
    std::vector<Cell> cells_;
    void keep_literal(std::string_view sql, std::string_view about, std::optional<std::int64_t> rows);
    void send_literals(std::span<const Kind> kinds, const RowFunction* row);

    std::string literals_, literals_about_;                     // not sent yet
    std::vector<std::optional<std::int64_t>> literals_rows_;    // that each must touch
    std::size_t most_literals_;                                 // bytes of them
    bool lost_ = false, answered_ = false;
};

/// What every Reader and Transaction is.
inline Session& session_of(Reader& db) { return static_cast<Session&>(db); }

}    // namespace opusclaw::store
