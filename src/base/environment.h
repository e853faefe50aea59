// base/environment.h: the process environment and the `.env` file, read once at start (spec 01 section 9). What the
// variables mean belongs to whoever asks for them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw {

/// A copy of the environment. Values are asked for by one thread at start; asking may add a warning, so it is not
/// thread-safe.
class Environment {
public:
    /// What the process was started with.
    static Environment of_process();
    /// For tests.
    static Environment of(std::vector<std::pair<std::string, std::string>> variables);

    /// Adds the variables of a `.env` file that are not set yet, empty ones included. False: there is no such file.
    /// A line that makes no sense is left out, with a warning that names its number but not its text.
    bool load_file(const std::filesystem::path& file);
    void load_text(std::string_view text);

    /// The value; nullopt when unset or empty.
    std::optional<std::string> text(std::string_view name) const;
    std::string text(std::string_view name, std::string_view fallback) const;
    /// The value even when it is empty; nullopt only when unset.
    std::optional<std::string> set_text(std::string_view name) const;
    /// A decimal integer. Something else gives the fallback and a warning.
    long long number(std::string_view name, long long fallback) const;
    /// The same within bounds. nullopt: unset, or something else, which gives a warning.
    std::optional<long long> number_between(std::string_view name, long long least, long long most) const;
    /// `1 t T TRUE true True 0 f F FALSE false False`. Something else gives the fallback and a warning.
    bool flag(std::string_view name, bool fallback) const;
    /// For the variables that are on only for exactly `true`.
    bool exactly_true(std::string_view name) const;
    /// The parts between commas, trimmed, without empty ones.
    std::vector<std::string> list(std::string_view name) const;

    /// What was wrong, one sentence each, for the log; never a value of a variable.
    const std::vector<std::string>& warnings() const { return warnings_; }

private:
    void warn(std::string text) const;

    std::map<std::string, std::string, std::less<>> variables_;
    mutable std::vector<std::string> warnings_;
};

}    // namespace opusclaw
