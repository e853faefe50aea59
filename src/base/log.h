// base/log.h: the program's log. One line per record, `time level [request id] text`; spdlog is behind it and nobody else
// includes spdlog. Secrets never reach it: callers log ids, not keys. Thread-safe.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace opusclaw::log {

enum class Level { Debug, Info, Warning, Error };

/// To stdout, and to a file `oneapi-YYYYMMDDHHMMSS.log` in `directory` when one is given (created if missing, one level).
/// Throws Error(Internal, "log_directory") when the file cannot be made; what went before stays in force then. Until the
/// first start the log goes to stdout, from Info on. May be called again.
void start(Level lowest, const std::optional<std::filesystem::path>& directory);
/// Writes out what is buffered.
void flush();
/// One relaxed load: cheap enough to ask before anything is formatted.
bool enabled(Level level);
/// One record, in one piece. CR, LF and other control characters in `text` are written as escapes, so nobody can forge a
/// line; invalid UTF-8 becomes U+FFFD. Nothing happens below the lowest level.
void write(Level level, std::string_view request_id, std::string_view text);
/// `text` as write() writes it.
std::string escape(std::string_view text);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Debug)) write(Level::Debug, {}, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Info)) write(Level::Info, {}, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Warning)) write(Level::Warning, {}, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Error)) write(Level::Error, {}, fmt::format(format, std::forward<Args>(args)...));
}

}    // namespace opusclaw::log
