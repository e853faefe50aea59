// store/driver_error.h: what a driver's exception means, for all engines alike. Internal to store/.
#pragma once

#include <string>

#include "base/error.h"

namespace soci {
class soci_error;
}

namespace opusclaw::store {

struct DriverError {
    enum class Meaning {
        Other,
        Unique,            // a unique index or key is broken
        Refused,           // a value that the column cannot hold: too long, or no text of its character set
        OutOfRange,        // a number beyond the column's limits
        ConnectionLost,    // the connection is of no use any more
    };
    Meaning meaning = Meaning::Other;
    std::string said;    // one line, without values of rows or parameters
};
DriverError describe(const soci::soci_error& error);
/// A statement has touched other rows than it must: Error(Conflict, "rows_missed").
Error rows_missed(std::string_view sql);
/// As callers of store/ see it. The detail says in which statement it happened.
Error to_error(DriverError error, std::string_view sql);

}    // namespace opusclaw::store
