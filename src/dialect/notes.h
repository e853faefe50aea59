// dialect/notes.h: a list of what a target cannot carry, each named once (DESIGN section 7: the note in the log row).
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace opusclaw::dialect {

class Notes {
public:
    void add(std::string_view what) {
        if (names_.size() >= kMost) return;
        what = text::cut_utf8(what, kLongest);
        if (std::find(names_.begin(), names_.end(), what) == names_.end()) names_.emplace_back(what);
    }
    std::vector<std::string> take() { return std::move(names_); }

private:
    // A hostile request does not fill a log row.
    static constexpr std::size_t kMost = 32;
    static constexpr std::size_t kLongest = 64;    // characters of a name
    std::vector<std::string> names_;
};

}    // namespace opusclaw::dialect
