// base/version.h: the version this binary was built as (file VERSION, else git; see cmake/version.cmake). Shown by
// `--version`, the start log and /api/status.
#pragma once

#include <string_view>

namespace opusclaw {

/// Never empty: a build without a version fails. Lives as long as the program.
std::string_view version();

}    // namespace opusclaw
