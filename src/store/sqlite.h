// store/sqlite.h: opens connections to an SQLite file (spec 01 section 1.1). Internal to store/.
#pragma once

#include <memory>

#include "store/session.h"
#include "store/sqlite_path.h"

namespace opusclaw::store {

/// A writing session makes the file, switches it to WAL and must be opened first; a reading one refuses to write.
/// Throws std::runtime_error with a text for the operator.
std::unique_ptr<Session> open_sqlite(const SqlitePath& path, SessionUse use);

}    // namespace opusclaw::store
