// api/pattern_check.cpp: the three rules for typed patterns, in their order. What a pattern matches is store/sql.cpp.
#include "api/pattern_check.h"

#include <algorithm>

#include "api/reply.h"

namespace opusclaw::api {

void check_pattern(std::string_view typed) {
    constexpr std::size_t kMostWildcards = 2, kFewestBesides = 2;
    const auto wildcards = static_cast<std::size_t>(std::ranges::count(typed, '%'));
    if (wildcards == 0) return;
    if (typed.find("%%") != std::string_view::npos) fail("搜索模式中不允许包含连续的 % 通配符");
    if (wildcards > kMostWildcards) fail("搜索模式中最多允许包含 2 个 % 通配符");
    if (typed.size() - wildcards < kFewestBesides) fail("使用模糊搜索时，关键词长度至少为 2 个字符");
}

}    // namespace opusclaw::api
