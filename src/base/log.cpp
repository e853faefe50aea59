// base/log.cpp: the log's one spdlog logger. A record is put together by the caller's thread and given to each sink as one
// text, under the sink's lock: lines do not mix. Nobody hands it around.
#include "base/log.h"

#include <fmt/chrono.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/log_lines.h"
#include "base/text.h"

namespace opusclaw::log {
namespace {

using Logger = std::shared_ptr<spdlog::logger>;

Logger make_logger(const std::vector<spdlog::sink_ptr>& sinks) {
    auto logger = std::make_shared<spdlog::logger>("opusclaw", sinks.begin(), sinks.end());
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
    logger->set_level(spdlog::level::trace);    // enabled() has decided already
    logger->flush_on(spdlog::level::info);      // an operator follows the file; debug output may lag
    return logger;
}

std::filesystem::path log_file(const std::filesystem::path& directory) {
    const auto now = fmt::localtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
    return directory / fmt::format("oneapi-{:%Y%m%d%H%M%S}.log", now);
}

spdlog::sink_ptr file_sink(const std::filesystem::path& directory) {
    std::error_code failed;
    std::filesystem::create_directory(directory, failed);
    if (failed)
        throw_error(ErrorKind::Internal, "log_directory", "cannot create the log directory",
                    failed.message());
    try {
        return std::make_shared<spdlog::sinks::basic_file_sink_mt>(log_file(directory).string());
    } catch (const spdlog::spdlog_ex& e) {
        throw_error(ErrorKind::Internal, "log_directory", "cannot open the log file", e.what());
    }
}

std::vector<spdlog::sink_ptr> sinks_for(const std::optional<std::filesystem::path>& directory) {
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stdout_sink_mt>()};
    if (directory) sinks.push_back(file_sink(*directory));
    return sinks;
}

struct State {
    std::atomic<int> lowest{static_cast<int>(Level::Info)};
    std::mutex mutex;    // guards what follows
    Logger logger = make_logger(sinks_for(std::nullopt));
    std::optional<std::filesystem::path> directory;
    std::int64_t lines = 0, most_lines = kLinesOfFile;    // of a file

    Logger current() {
        const std::scoped_lock lock(mutex);
        return logger;
    }
    /// For one line more.
    Logger for_line() {
        const std::scoped_lock lock(mutex);
        if (directory && ++lines > most_lines) next_file();
        return logger;
    }

private:
    void next_file() {
        lines = 1;
        try {
            Logger made = make_logger(sinks_for(directory));
            logger->flush();
            logger = std::move(made);
        } catch (const Error&) {
            // Rather a long file than none.
        }
    }
};

// Never destroyed: threads may still log while the process ends.
State& state() {
    alignas(State) static std::byte place[sizeof(State)];
    static State* const only = std::construct_at(reinterpret_cast<State*>(place));
    return *only;
}

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::Debug: return spdlog::level::debug;
        case Level::Info: return spdlog::level::info;
        case Level::Warning: return spdlog::level::warn;
        case Level::Error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

// A character that could end the line, move the cursor or change the terminal: C0, DEL, and C1 (U+0080 to U+009F).
bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7f; }
bool is_c1(std::string_view rest) {
    return rest.size() >= 2 && rest[0] == '\xc2' && static_cast<unsigned char>(rest[1]) < 0xa0;
}
// U+2028 and U+2029 end a line for some readers.
bool is_separator(std::string_view rest) {
    return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9");
}

void append_control(std::string& out, unsigned char byte) {
    switch (byte) {
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: out += fmt::format("\\x{:02x}", byte);
    }
}

bool is_clean(std::string_view text) {
    for (const char c : text)
        if (is_control(static_cast<unsigned char>(c)) || (c & '\x80') != 0) return false;
    return true;
}

void append_escaped(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i);
        if (is_control(static_cast<unsigned char>(text[i]))) {
            append_control(out, static_cast<unsigned char>(text[i]));
        } else if (is_c1(rest)) {
            append_control(out, static_cast<unsigned char>(text[++i]));
        } else if (is_separator(rest)) {
            out += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else {
            out += text[i];
        }
    }
}

}    // namespace

std::string escape(std::string_view text) {
    if (is_clean(text)) return std::string(text);
    std::string out;
    out.reserve(text.size() + 16);
    if (text::valid_utf8(text)) {
        append_escaped(out, text);
        return out;
    }
    // clean_utf8 drops NUL bytes, which the log is to show: so it gets the pieces between them.
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\0', begin), text.size());
        append_escaped(out, text::clean_utf8(text.substr(begin, end - begin)));
        if (end < text.size()) out += "\\x00";
        begin = end + 1;
    }
    return out;
}

void start(Level lowest, const std::optional<std::filesystem::path>& directory) {
    start_with_files_of(kLinesOfFile, lowest, directory);
}

void start_with_files_of(std::int64_t lines, Level lowest,
                         const std::optional<std::filesystem::path>& directory) {
    Logger made = make_logger(sinks_for(directory));
    State& log = state();
    const std::scoped_lock lock(log.mutex);
    log.logger->flush();
    log.logger = std::move(made);
    log.directory = directory;
    log.lines = 0;
    log.most_lines = lines;
    log.lowest.store(static_cast<int>(lowest), std::memory_order_relaxed);
}

void flush() { state().current()->flush(); }

bool enabled(Level level) {
    return static_cast<int>(level) >= state().lowest.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view request_id, std::string_view text) {
    if (!enabled(level)) return;
    const std::string line = request_id.empty() ? escape(text)
                                                : fmt::format("[{}] {}", escape(request_id), escape(text));
    state().for_line()->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}    // namespace opusclaw::log
