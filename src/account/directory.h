// account/directory.h: the in-memory directory of users and tokens: sharded maps, filled from the database on first use,
// invalidated by writes here, refreshed after `lifetime`. The hot path asks it without a database call; what is not there is
// remembered for a moment too, so that guessed keys do not become queries. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "account/records.h"
#include "base/time.h"
#include "net/task.h"
#include "store/database.h"

namespace opusclaw::account {

class Directory {
public:
    /// `lifetime`: SYNC_FREQUENCY; how long a record is used before it is read again.
    Directory(store::Database& database, const Clock& clock, std::chrono::seconds lifetime);
    ~Directory();
    /// How long it is believed that there is no such user or token.
    static constexpr std::chrono::seconds kAbsent{5};
    /// A user whose row is there, deleted or not; nullptr: none is. Throws Error(Internal, "database_error").
    Task<std::shared_ptr<const User>> user(UserId id);
    /// The same for a session (spec 02 section 2.1 (c)): as the database has him at this moment, for another node may have
    /// changed him. With SQLite, where one process writes, what is in memory is that.
    Task<std::shared_ptr<const User>> user_as_stored(UserId id);
    /// nullptr: no such token (deleted ones included). Throws as user().
    Task<std::shared_ptr<const Token>> token_by_key(std::string_view key);
    /// What is in memory and fresh, without waiting: the hot path's first question. nullptr: ask the waiting call.
    std::shared_ptr<const User> cached_user(UserId id) const;
    std::shared_ptr<const Token> cached_token(std::string_view key) const;
    /// Stores a new status (expired, exhausted) where the database says the same of the token now, and forgets the token.
    Task<> set_token_status(const Token& token, TokenStatus status);
    void forget_user(UserId id);
    /// Every token of the user.
    void forget_tokens_of(UserId id);
    void forget_token(std::string_view key);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}    // namespace opusclaw::account
