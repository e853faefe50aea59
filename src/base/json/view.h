// base/json/view.h: read-only access to JSON text (RFC 8259) without building a tree. simdjson's On Demand parser is
// behind it; nobody else includes simdjson. A View reads forward: ask for members in the order of the text when speed
// matters, in any order when it does not (looking back rescans). The text must stay alive and unchanged, and must be
// followed by kJsonPadding readable bytes (PaddedBuffer gives them).
//
// Malformed text throws Error(InvalidRequest, "invalid_json") at the point where it is met; what nobody looks at is not
// checked, except that Document::require_end() demands the end of the text. Numbers keep their exact spelling (raw()).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace opusclaw::json {

enum class Type { Null, Bool, Number, String, Array, Object };

class View;
using MemberVisitor = std::function<bool(std::string_view key, View value)>;
using ItemVisitor = std::function<bool(View value)>;

/// One value inside a Document. Cheap to copy; valid while the Document is.
/// Implementation note: a View is the byte range of the value, found by one forward scan of a tokenless walker or by
/// simdjson On Demand; both give the same answers.
class View {
public:
    Type type() const;
    bool is_null() const { return type() == Type::Null; }

    /// The value's own bytes, exactly as written, without surrounding blanks.
    std::string_view raw() const { return raw_; }

    /// The value, or nullopt when it is of another type (null included). Numbers out of range are nullopt too.
    std::optional<bool> as_bool() const;
    std::optional<std::int64_t> as_int() const;       // 5 and 5.0 and 5e0 are integers; 5.5 is not
    std::optional<double> as_double() const;
    /// Escapes resolved. Lone surrogates become U+FFFD.
    std::optional<std::string> as_string() const;
    /// The text of a string that has no escapes, as a view into the document; nullopt otherwise.
    std::optional<std::string_view> as_plain_string() const;

    /// Member of an object by exact key, escapes in the text's keys resolved; the LAST of equal keys (as most servers
    /// take it). nullopt: absent, or not an object.
    std::optional<View> find(std::string_view key) const;
    /// find() along several keys: at({"usage", "prompt_tokens_details", "cached_tokens"}).
    std::optional<View> at(std::initializer_list<std::string_view> path) const;
    /// Calls `visit` for each member or item in order until it returns false. Not an object / array: no call.
    void each_member(const MemberVisitor& visit) const;
    void each_item(const ItemVisitor& visit) const;

private:
    friend class Document;
    explicit View(std::string_view raw) : raw_(raw) {}
    std::string_view raw_;
    friend View view_of(std::string_view raw);
};
/// A View over the bytes of one value already known to be well delimited (from peek or an edit node).
View view_of(std::string_view raw);

/// A whole JSON text.
class Document {
public:
    /// Parses lazily. Throws Error(InvalidRequest, "invalid_json") for an empty text, a byte-order mark, invalid UTF-8 or
    /// text that does not begin with a value.
    explicit Document(const PaddedBuffer& text);
    /// Copies `text` to get the padding; for small texts (options, rows, errors).
    static Document copy(std::string_view text);
    View root() const;
    /// Throws unless the whole text is one well-formed value with nothing but blanks behind it.
    void validate() const;

private:
    std::shared_ptr<const PaddedBuffer> owned_;
    std::string_view text_;
    std::string_view root_;
};

}    // namespace opusclaw::json
