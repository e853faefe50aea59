// dialect/chat.cpp: the few things that the neutral chat model does by itself (spec 06 sections 5, 11, 18): keeping texts, names
// of efforts, the finish reason beside tool calls.
#include "dialect/chat.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace opusclaw::dialect::chat {
namespace {

constexpr std::array<std::string_view, 7> kEfforts = {"none", "minimal", "low", "medium",
                                                      "high", "xhigh",   "max"};

}    // namespace

std::optional<std::string_view> TextPool::string(const json::View& value) {
    if (const auto plain = value.as_plain_string()) return plain;
    auto resolved = value.as_string();
    if (!resolved) return std::nullopt;
    return keep(*std::move(resolved));
}

std::string_view TextPool::string_at(const json::View& object, std::string_view key) {
    const auto value = object.find(key);
    return value ? string(*value).value_or("") : std::string_view();
}

std::string_view TextPool::arguments(const std::optional<json::View>& value) {
    if (!value || value->is_null()) return {};
    if (const auto text = string(*value)) return *text;
    return value->raw();
}

std::optional<Number> number_in(const json::View& value) {
    const auto number = value.as_double();
    if (!number) return std::nullopt;
    return Number{value.raw(), *number};
}

std::string whole_number(const Number& number) {
    const double whole = std::trunc(number.value);
    if (whole == number.value) return std::string(number.text);
    return std::to_string(static_cast<std::int64_t>(whole));    // a fraction: far from the end of the range
}

std::optional<Finish> finish_beside_calls(std::optional<Finish> finish, const std::vector<Part>& parts) {
    if (finish != Finish::Natural) return finish;
    const bool called = std::any_of(parts.begin(), parts.end(),
                                    [](const Part& part) { return std::holds_alternative<ToolCall>(part); });
    return called ? Finish::ToolCalls : finish;
}

std::optional<Effort> effort_named(std::string_view name) {
    const auto* const found = std::find(kEfforts.begin(), kEfforts.end(), name);
    if (found == kEfforts.end()) return std::nullopt;
    return static_cast<Effort>(found - kEfforts.begin());
}

std::string_view effort_name(Effort effort) { return kEfforts.at(static_cast<std::size_t>(effort)); }

}    // namespace opusclaw::dialect::chat
