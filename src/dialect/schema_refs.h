// dialect/schema_refs.h: local references of a JSON Schema (spec 06 section 14.1). Internal to the rewriting of schemas.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json/view.h"

namespace opusclaw::dialect {

/// What `#/$defs/...` and `#/definitions/...` point at, and which of them are being written, so that a cycle ends. What is put in
/// place of references is a multiple of the schema at most: references inside of references do not multiply without end.
class SchemaRefs {
public:
    explicit SchemaRefs(const json::View& root);

    static bool is_local(std::string_view reference);
    /// The target, which is being written from now on; nullopt: there is none, it is being written already, or too much was.
    std::optional<json::View> enter(const std::string& reference);
    std::size_t depth() const { return active_.size(); }
    void leave_to(std::size_t depth) { active_.resize(depth); }

private:
    json::View root_;
    std::size_t left_;    // bytes
    std::unordered_map<std::string, json::View> targets_;
    std::vector<std::string> active_;
};

}    // namespace opusclaw::dialect
