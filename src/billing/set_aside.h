// billing/set_aside.h: what the journal could neither store nor leave out (DESIGN section 10), for whoever has to decide about it: which
// settlements were refused, why, and what they would have changed.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "billing/settlement.h"
#include "store/journal.h"
#include "store/journal_aside.h"

namespace opusclaw::billing {

struct SetAside {
    store::AsideFile file;
    std::optional<Settlement> settlement;    // absent: not a record, or none that can be read
};
struct SetAsidePage {
    std::vector<SetAside> items;    // newest first
    std::size_t total = 0;
};
/// Reads the folder of this node's journal: blocking. Throws std::system_error.
SetAsidePage list_set_aside(const store::Journal& journal, std::size_t offset, std::size_t limit);

}    // namespace opusclaw::billing
