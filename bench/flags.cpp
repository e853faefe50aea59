// Command line of the two programs of the bench: see flags.h. Values are checked where they are asked for.
#include "flags.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace opusclaw::bench {

Flags::Flags(int count, char** arguments) {
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = arguments[i];
        if (!name.starts_with("--") || i + 1 == count) {
            throw std::runtime_error("expected --name value, not " + std::string(name));
        }
        values_[std::string(name.substr(2))].emplace_back(arguments[i + 1]);
    }
}

std::string Flags::text(const std::string& name, std::string fallback) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::move(fallback) : found->second.back();
}

std::int64_t Flags::number(const std::string& name, std::int64_t fallback) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return fallback;
    const std::string& text = found->second.back();
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size() || value < 0) {
        throw std::runtime_error("--" + name + " needs a number, not " + text);
    }
    return value;
}

std::vector<std::string> Flags::all(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

void Flags::only(const std::vector<std::string_view>& known) const {
    for (const auto& [name, values] : values_) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw std::runtime_error("unknown flag --" + name);
        }
    }
}

}    // namespace opusclaw::bench
