// store/direct.h: statements straight to a server's client library. SOCI reads through each statement's text for names of parameters,
// copies it twice, and sends one at a time. Internal to session.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/statement.h"

namespace soci {
class session;
}

namespace opusclaw::store {

/// What the last of several statements gives: columns of whole numbers and texts, and what takes a row. None: it gives nothing.
struct DirectRows {
    std::span<const Reader::Kind> kinds;
    const Reader::RowFunction* row = nullptr;
};
/// Runs statements without parameters, one behind the other with `;` between them, until one fails. `touched` gets how many rows each
/// that was done has touched. On servers only, MySQL's with several statements allowed. Throws what SOCI throws for the engine.
void run_directly(Engine engine, soci::session& connection, const std::string& sql, const DirectRows& rows,
                  std::vector<std::int64_t>& touched);

/// Lets a MySQL connection take several statements at once. False: the server, or what is between, does not.
bool allow_several_statements(soci::session& connection);

}    // namespace opusclaw::store
