// billing/refusal.h: which failures of a database are about what was to be stored (DESIGN section 10). They will be the same the next
// time, so whoever stores sets the one thing aside; all others may pass.
#pragma once

#include <string>

#include "base/error.h"

namespace opusclaw::billing {

/// A value that its column cannot hold, a constraint, a unique index, a trigger of the operator's.
bool is_refusal(const Error& error);
/// The driver's words, without the statement.
std::string reason_of(const Error& error);

}    // namespace opusclaw::billing
