// store/connection.h: opens sessions to whatever database an address names, ready for use: character set, time zone, strictness,
// read-only where nothing is to be written. And a place for one session that is opened anew when it is broken or old. Internal
// to store/.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "store/dsn.h"
#include "store/session.h"

namespace opusclaw::store {

/// Throws std::runtime_error with a text for the operator, without the password.
std::unique_ptr<Session> open_session(const DatabaseAddress& address, SessionUse use);
/// How a write transaction begins there.
std::string begin_statement(const DatabaseAddress& address);

/// One session, for one thread at a time.
class Connection {
public:
    /// `lifetime`: after that a session to a server is replaced between two jobs; 0: never. The address outlives it.
    Connection(const DatabaseAddress& address, SessionUse use, std::chrono::seconds lifetime);
    /// An open session; opens one when there is none. Throws Error(Unavailable, "database_error") when it cannot.
    Session& ready();
    /// The session is dropped when it is broken. True: it was.
    bool drop_if_lost();
    /// Opens now. Throws as open_session does.
    void open();

private:
    const DatabaseAddress& address_;
    SessionUse use_;
    std::chrono::seconds lifetime_;
    std::chrono::steady_clock::time_point opened_;
    std::unique_ptr<Session> session_;
};

}    // namespace opusclaw::store
