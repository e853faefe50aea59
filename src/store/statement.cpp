// store/statement.cpp: the parts of Reader that know no row type. Rows are filled by the templates of statement.h; SOCI is
// spoken to by session.cpp.
#include "store/statement.h"

namespace opusclaw::store {

std::optional<std::int64_t> Reader::integer(std::string_view sql, const Parameters& parameters) {
    constexpr Kind kKinds[] = {Kind::Integer};
    std::optional<std::int64_t> result;
    bool first = true;
    fetch(sql, parameters, kKinds, [&](std::span<Cell> cells) {
        if (first && !cells[0].null) result = cells[0].integer;
        first = false;
    });
    return result;
}

}    // namespace opusclaw::store
