// base/log_lines.h: how many lines a file of the log has before the next one is begun (spec 01 section 13.1). For base/log.cpp and
// its tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/log.h"

namespace opusclaw::log {

inline constexpr std::int64_t kLinesOfFile = 1'000'000;
/// start(), with files of so many lines.
void start_with_files_of(std::int64_t lines, Level lowest,
                         const std::optional<std::filesystem::path>& directory);

}    // namespace opusclaw::log
