// dialect/schema_node.h: one schema as the list of its members, and the names that types have in schemas (spec 06 section 14.1).
// Internal to schema_types.cpp and gemini/schema.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::dialect {

inline constexpr std::array<std::string_view, 3> kUnions = {"anyOf", "oneOf", "allOf"};
inline constexpr std::array<std::string_view, 6> kTypeNames = {"object",  "array",  "string",
                                                               "integer", "number", "boolean"};

template <std::size_t Count>
bool is_one_of(std::string_view name, const std::array<std::string_view, Count>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The name as JSON Schema spells it; what is no name of a type stays as it is.
inline std::string type_name(std::string_view name) {
    std::string plain = text::lower(text::trim(name));
    return is_one_of(plain, kTypeNames) ? plain : std::string(name);
}

inline bool is_null_type(std::string_view name) { return text::iequals(text::trim(name), "null"); }

/// The members that decide about a node: the others are only passed on.
inline constexpr std::array<std::string_view, 8> kKnownMembers = {"type",       "anyOf",    "oneOf", "allOf",
                                                                  "properties", "required", "items", "enum"};

/// The members of one schema. Of equal known keys the last counts. find() and has() know the known ones only.
class SchemaNode {
public:
    void add(std::string_view key, const json::View& value) {
        const std::size_t known = index_of(key);
        if (known < kKnownMembers.size() && places_[known] != kNowhere) {
            members_[places_[known]].second = value;
            return;
        }
        if (known < kKnownMembers.size()) places_[known] = members_.size();
        members_.emplace_back(key, value);
    }
    bool has(std::string_view key) const { return places_[index_of(key)] != kNowhere; }
    std::optional<json::View> find(std::string_view key) const {
        const std::size_t place = places_[index_of(key)];
        return place == kNowhere ? std::nullopt : std::optional<json::View>(members_[place].second);
    }
    const std::vector<std::pair<std::string, json::View>>& members() const { return members_; }

private:
    static constexpr std::size_t kNowhere = std::string::npos;

    static std::size_t index_of(std::string_view key) {
        return static_cast<std::size_t>(std::find(kKnownMembers.begin(), kKnownMembers.end(), key) -
                                        kKnownMembers.begin());
    }

    std::vector<std::pair<std::string, json::View>> members_;
    std::array<std::size_t, kKnownMembers.size() + 1> places_ =
        all_nowhere();    // the last one: unknown keys

    static constexpr std::array<std::size_t, kKnownMembers.size() + 1> all_nowhere() {
        std::array<std::size_t, kKnownMembers.size() + 1> places{};
        places.fill(kNowhere);
        return places;
    }
};

}    // namespace opusclaw::dialect
