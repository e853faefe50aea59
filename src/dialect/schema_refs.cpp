// dialect/schema_refs.cpp: definitions by name, read once (spec 06 section 14.1).
#include "dialect/schema_refs.h"

#include <algorithm>
#include <array>

namespace opusclaw::dialect {
namespace {

constexpr std::array<std::string_view, 2> kHomes = {"$defs", "definitions"};
constexpr std::size_t kMostActive = 64;
constexpr std::size_t kLeastBytes = std::size_t{64} * 1024;
constexpr std::size_t kMultiple = 8;

}    // namespace

SchemaRefs::SchemaRefs(const json::View& root)
    : root_(root), left_(kLeastBytes + kMultiple * root.raw().size()) {
    for (const std::string_view home : kHomes) {
        const auto definitions = root.find(home);
        if (!definitions) continue;
        definitions->each_member([&](std::string_view name, const json::View& value) {
            targets_.insert_or_assign("#/" + std::string(home) + "/" + std::string(name), value);
            return true;
        });
    }
}

bool SchemaRefs::is_local(std::string_view reference) {
    return std::any_of(kHomes.begin(), kHomes.end(), [reference](std::string_view home) {
        return reference.starts_with("#/" + std::string(home) + "/");
    });
}

std::optional<json::View> SchemaRefs::enter(const std::string& reference) {
    const auto found = targets_.find(reference);
    if (found == targets_.end() || active_.size() >= kMostActive) return std::nullopt;
    if (std::find(active_.begin(), active_.end(), reference) != active_.end()) return std::nullopt;
    const std::size_t bytes = found->second.raw().size();
    if (bytes > left_) return std::nullopt;
    left_ -= bytes;
    active_.push_back(reference);
    return found->second;
}

}    // namespace opusclaw::dialect
