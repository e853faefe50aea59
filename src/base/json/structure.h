// base/json/structure.h: where every value of a text begins and ends, in one table made by one scan, so that skipping a
// container costs the same whatever its size and no reader looks at a byte once per level. Internal to base/json.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/json/scan.h"

namespace opusclaw::json::detail {

/// The table of one text, whose bytes must outlive it. Immutable once made. Brackets are known to match, up to kMaxDepth;
/// that separators stand where they belong is checked by whoever walks.
class Structure {
public:
    /// Throws "invalid_json": what Scan refuses, and brackets of the first value that do not match or nest too deep.
    explicit Structure(std::string_view text);

    struct Value {
        std::string_view raw;
        std::uint32_t token;    // of its first character
        std::uint32_t next;     // the token behind it
    };
    /// The value that begins at `token`. Throws when none does; other scalars than strings are checked.
    Value value_at(std::uint32_t token) const;
    Value root() const { return value_at(0); }

    struct Member {
        std::string_view key;    // between its quotes, escapes as written
        Value value;
    };
    /// The member whose key begins at `token`. Throws when none does.
    Member member_at(std::uint32_t token) const;

    /// The structural character of a token; '\0' for the one behind the first value.
    char at(std::uint32_t token) const { return token < count_ ? text_[tokens_[token].offset] : '\0'; }
    std::size_t offset(std::uint32_t token) const { return tokens_[token].offset; }
    /// Tokens of the first value.
    std::uint32_t count() const { return count_; }
    /// Something other than blanks follows the first value.
    bool has_more() const { return has_more_; }

private:
    struct Token {
        std::uint32_t offset;
        std::uint32_t close;    // of an opening bracket: the token of its closing one
    };
    std::string_view up_to_next(std::uint32_t token) const;

    std::string_view text_;
    std::unique_ptr<Token[]> tokens_;
    std::uint32_t count_ = 0;
    bool has_more_ = false;
};

/// Walks the members or items of the container at `token` until `visit` says false. Throws where a separator is missing.
template <class Visit>
void walk_members(const Structure& structure, std::uint32_t token, Visit&& visit) {
    ++token;
    if (structure.at(token) == '}') return;
    while (true) {
        const auto member = structure.member_at(token);
        const char separator = structure.at(member.value.next);
        if (separator != ',' && separator != '}')
            refuse("',' or '}' was expected", structure.offset(member.value.next));
        if (!visit(member.key, member.value) || separator == '}') return;
        token = member.value.next + 1;
    }
}

template <class Visit>
void walk_items(const Structure& structure, std::uint32_t token, Visit&& visit) {
    ++token;
    if (structure.at(token) == ']') return;
    while (true) {
        const auto value = structure.value_at(token);
        const char separator = structure.at(value.next);
        if (separator != ',' && separator != ']')
            refuse("',' or ']' was expected", structure.offset(value.next));
        if (!visit(value) || separator == ']') return;
        token = value.next + 1;
    }
}

/// Throws unless the text of `structure` is one well-formed value (RFC 8259) and nothing but blanks.
void check_whole(const Structure& structure);

}    // namespace opusclaw::json::detail
