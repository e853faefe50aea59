// base/log.h: the program's log. One line per record, `time level [request id] text`; spdlog is behind it and nobody else
// includes spdlog. Secrets never reach it: callers log ids, not keys. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

namespace opusclaw::log {

enum class Level { Debug, Info, Warning, Error };

/// To stdout, and to a file `oneapi-YYYYMMDDHHMMSS.log` in `directory` when one is given (created if missing).
void start(Level lowest, const std::optional<std::filesystem::path>& directory);
/// Writes out what is buffered.
void flush();
bool enabled(Level level);
/// One record. CR, LF and other control characters in `text` are written as escapes, so nobody can forge a line.
void write(Level level, std::string_view request_id, std::string_view text);

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) { write(Level::Info, {}, fmt::format(format, std::forward<Args>(args)...)); }
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) { write(Level::Warning, {}, fmt::format(format, std::forward<Args>(args)...)); }
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) { write(Level::Error, {}, fmt::format(format, std::forward<Args>(args)...)); }
template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) { if (enabled(Level::Debug)) write(Level::Debug, {}, fmt::format(format, std::forward<Args>(args)...)); }

}    // namespace opusclaw::log
