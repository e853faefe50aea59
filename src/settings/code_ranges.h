// settings/code_ranges.h: lists of HTTP status codes as options spell them, `401,500-505` (spec 01 section 7.4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::settings {

struct CodeRange {
    int first = 0, last = 0;    // both included, 100..599
    bool operator==(const CodeRange&) const = default;
};

/// Sorted, disjoint, not adjacent. Empty: no code.
struct CodeRanges {
    std::vector<CodeRange> ranges;
    bool contains(int code) const;
    bool operator==(const CodeRanges&) const = default;
};

struct ParsedCodeRanges {
    CodeRanges good;                 // the tokens that were right, merged
    std::vector<std::string> bad;    // the others, as typed, trimmed
};
/// Splits at `,` and the full-width comma; blanks inside a token do not count; a token is `N` or `A-B`.
ParsedCodeRanges parse_code_ranges(std::string_view text);

}    // namespace opusclaw::settings
