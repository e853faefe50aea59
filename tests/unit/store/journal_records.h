// tests/unit/store/journal_records.h: records for tests of the journal: room for a head, which the stream writes, and what they
// say. Only for tests/unit/store.
#pragma once

#include <string>
#include <string_view>

#include "store/journal_format.h"

namespace opusclaw::store {

inline const std::string kThousand(1000, 'x');

inline std::string record_of(std::string_view payload) {
    return std::string(kRecordHeadBytes, '\0') + std::string(payload);
}

}    // namespace opusclaw::store
