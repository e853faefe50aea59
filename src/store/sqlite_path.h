// store/sqlite_path.h: reads SQLITE_PATH (spec 01 section 1.1): a file name, then driver parameters behind `?`. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::store {

struct SqlitePath {
    std::string file;
    std::chrono::milliseconds busy_timeout{30000};    // _busy_timeout
    std::string transaction = "IMMEDIATE";            // _txlock, for the writer
    std::vector<std::string> pragmas;    // _pragma: `name` or `name(value)`, as statements `PRAGMA …`
    std::vector<std::string> ignored;    // names of the other parameters
};

/// `file:` URIs are taken by their path. Throws std::runtime_error for an empty name or a parameter that makes no sense.
SqlitePath parse_sqlite_path(std::string_view text);

}    // namespace opusclaw::store
