// api/request.cpp: numbers and words from paths and queries.
#include "api/request.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kPageSize = 10;
constexpr std::int64_t kLargestPageSize = 100;
constexpr std::int64_t kLargestPage = 1'000'000'000;    // beyond any row; keeps the offset within 64 bits

}    // namespace

std::int64_t Request::id() const {
    const auto number = parameters.empty() ? std::nullopt : text::parse_int(parameters.front());
    if (!number) fail_key("common.invalid_id");
    return *number;
}

std::int64_t Request::integer(std::string_view name) const { return text::parse_int(text(name)).value_or(0); }

bool Request::flag(std::string_view name) const {
    constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
    return std::ranges::find(kTrue, text(name)) != kTrue.end();
}

Page Request::page() const {
    Page page{.number = std::clamp<std::int64_t>(integer("p"), 1, kLargestPage), .size = 0};
    for (const std::string_view name : {"page_size", "ps", "size"}) {
        if (page.size == 0) page.size = integer(name);
    }
    page.size = page.size <= 0 ? kPageSize : std::min(page.size, kLargestPageSize);
    return page;
}

}    // namespace opusclaw::api
