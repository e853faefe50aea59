// base/environment.cpp: typed reading of environment variables (spec 01 section 9). The `.env` format is in
// environment_file.cpp.
#include "base/environment.h"

#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace opusclaw {

Environment Environment::of_process() {
    Environment environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view pair = *entry;
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        environment.variables_.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return environment;
}

Environment Environment::of(std::vector<std::pair<std::string, std::string>> variables) {
    Environment environment;
    for (auto& [name, value] : variables)
        environment.variables_.insert_or_assign(std::move(name), std::move(value));
    return environment;
}

std::optional<std::string> Environment::set_text(std::string_view name) const {
    const auto found = variables_.find(name);
    if (found == variables_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::string> Environment::text(std::string_view name) const {
    std::optional<std::string> value = set_text(name);
    if (value && value->empty()) value.reset();
    return value;
}

std::string Environment::text(std::string_view name, std::string_view fallback) const {
    return text(name).value_or(std::string(fallback));
}

long long Environment::number(std::string_view name, long long fallback) const {
    const std::optional<std::string> value = text(name);
    if (!value) return fallback;
    if (const std::optional<std::int64_t> number = text::parse_int(*value)) return *number;
    warn(fmt::format("{} is not a whole number; {} is used", name, fallback));
    return fallback;
}

std::optional<long long> Environment::number_between(std::string_view name, long long least,
                                                     long long most) const {
    const std::optional<std::string> value = text(name);
    if (!value) return std::nullopt;
    const std::optional<std::int64_t> number = text::parse_int(*value);
    if (number && *number >= least && *number <= most) return *number;
    warn(fmt::format("{} is not a whole number from {} to {}; it is not used", name, least, most));
    return std::nullopt;
}

bool Environment::flag(std::string_view name, bool fallback) const {
    static constexpr std::string_view kOn[] = {"1", "t", "T", "TRUE", "true", "True"};
    static constexpr std::string_view kOff[] = {"0", "f", "F", "FALSE", "false", "False"};
    const std::optional<std::string> value = text(name);
    if (!value) return fallback;
    if (std::ranges::find(kOn, *value) != std::end(kOn)) return true;
    if (std::ranges::find(kOff, *value) != std::end(kOff)) return false;
    warn(fmt::format("{} is neither true nor false; {} is used", name, fallback));
    return fallback;
}

bool Environment::exactly_true(std::string_view name) const { return text(name) == "true"; }

std::vector<std::string> Environment::list(std::string_view name) const {
    std::vector<std::string> parts;
    const std::string value = text(name, "");
    for (const std::string_view part : text::split(value, ','))
        if (const std::string_view trimmed = text::trim(part); !trimmed.empty()) parts.emplace_back(trimmed);
    return parts;
}

void Environment::warn(std::string text) const {
    if (std::ranges::find(warnings_, text) == warnings_.end()) warnings_.push_back(std::move(text));
}

}    // namespace opusclaw
