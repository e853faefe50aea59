// settings/code_ranges.cpp: reading and merging of status code lists (spec 01 section 7.4). What follows from a code is
// decided in relay.
#include "settings/code_ranges.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace opusclaw::settings {

namespace {

constexpr int kLowest = 100, kHighest = 599;

std::optional<int> code(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    const auto number = text::parse_int(text);
    if (!number || *number < kLowest || *number > kHighest) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<CodeRange> range(std::string_view token) {
    const std::size_t dash = token.find('-');
    const auto first = code(token.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : code(token.substr(dash + 1));
    if (!first || !last || *first > *last) return std::nullopt;
    return CodeRange{*first, *last};
}

std::string without_blanks(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (!text::trim(std::string_view(&c, 1)).empty()) out += c;
    return out;
}

std::string with_plain_commas(std::string_view text) {
    constexpr std::string_view kFullWidth = "，";
    std::string out(text);
    for (std::size_t at = out.find(kFullWidth); at != std::string::npos; at = out.find(kFullWidth, at + 1))
        out.replace(at, kFullWidth.size(), ",");
    return out;
}

std::vector<CodeRange> merged(std::vector<CodeRange> ranges) {
    std::ranges::sort(ranges, {}, &CodeRange::first);
    std::vector<CodeRange> out;
    for (const CodeRange& next : ranges) {
        if (!out.empty() && next.first <= out.back().last + 1)
            out.back().last = std::max(out.back().last, next.last);
        else
            out.push_back(next);
    }
    return out;
}

}    // namespace

bool CodeRanges::contains(int code) const {
    return std::ranges::any_of(ranges,
                               [code](const CodeRange& r) { return r.first <= code && code <= r.last; });
}

ParsedCodeRanges parse_code_ranges(std::string_view text) {
    ParsedCodeRanges parsed;
    std::vector<CodeRange> found;
    const std::string plain = with_plain_commas(text);
    for (const std::string_view typed : text::split(plain, ',')) {
        const std::string_view token = text::trim(typed);
        if (token.empty()) continue;
        if (const auto good = range(without_blanks(token)))
            found.push_back(*good);
        else
            parsed.bad.emplace_back(token);
    }
    parsed.good.ranges = merged(std::move(found));
    return parsed;
}

}    // namespace opusclaw::settings
