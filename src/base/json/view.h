// base/json/view.h: read-only access to JSON text (RFC 8259) without building a tree. One scan (structure.h) notes where
// every value begins and ends; from then on members and items are stepped over, never read twice. The text must stay alive
// and unchanged.
//
// Malformed text throws Error(InvalidRequest, "invalid_json"): what concerns the whole text (UTF-8, open strings, brackets
// that do not match, nesting beyond 512) when the table is made, the rest where it is met; what nobody looks at is not
// checked unless Document::validate() is asked. Numbers keep their exact spelling (raw()).
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/bytes.h"

namespace opusclaw::json {

enum class Type { Null, Bool, Number, String, Array, Object };

namespace detail {
class Structure;
}

/// Refers to a callable that says whether to go on; owns nothing, so it is a parameter and never a variable. Lambdas of the
/// call itself are what it is for.
template <class... Arguments>
class Visitor {
public:
    template <class Callable>
        requires(!std::same_as<std::remove_cvref_t<Callable>, Visitor>)
    Visitor(Callable&& callable) {
        using Target = std::remove_reference_t<Callable>;
        if constexpr (std::is_const_v<Target>) {
            target_.constant = std::addressof(callable);
            call_ = [](Object target, Arguments... arguments) -> bool {
                return (*static_cast<Target*>(target.constant))(std::forward<Arguments>(arguments)...);
            };
        } else {
            target_.changing = std::addressof(callable);
            call_ = [](Object target, Arguments... arguments) -> bool {
                return (*static_cast<Target*>(target.changing))(std::forward<Arguments>(arguments)...);
            };
        }
    }
    bool operator()(Arguments... arguments) const {
        return call_(target_, std::forward<Arguments>(arguments)...);
    }

private:
    union Object {
        void* changing;
        const void* constant;
    };
    Object target_;
    bool (*call_)(Object, Arguments...);
};

class View;
using MemberVisitor = Visitor<std::string_view, View>;    // key, value; the key is valid during the call only
using ItemVisitor = Visitor<View>;

/// One value of a text: its byte range, and where it stands in the text's table. Cheap to copy; valid while its Document is,
/// or, made by view_of, while the bytes are.
class View {
public:
    Type type() const;
    bool is_null() const { return type() == Type::Null; }

    /// The value's own bytes, exactly as written, without surrounding blanks.
    std::string_view raw() const { return raw_; }

    /// The value, or nullopt when it is of another type (null included). Numbers out of range are nullopt too.
    std::optional<bool> as_bool() const;
    std::optional<std::int64_t> as_int() const;    // 5 and 5.0 and 5e0 are integers; 5.5 is not
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
    /// A container without members or items. Its first bytes tell: nothing is scanned.
    bool empty() const;

private:
    friend class Document;
    friend View view_of(std::string_view raw);
    explicit View(std::string_view raw) : raw_(raw) {}
    View child(std::string_view raw, std::uint32_t token) const;
    View indexed() const;

    std::string_view raw_;
    const detail::Structure* structure_ = nullptr;     // null: made when somebody looks into the container
    std::shared_ptr<const detail::Structure> keep_;    // the same, when no Document keeps it
    std::uint32_t token_ = 0;
};

/// A View over the bytes of one value already known to be well delimited (from peek or an edit node); blanks around it are
/// cut off. Each look into a container that did not come from another View scans it once. Throws for an empty text.
View view_of(std::string_view raw);

/// A whole JSON text, scanned. Copies share it. May be read by several threads.
class Document {
public:
    /// Throws Error(InvalidRequest, "invalid_json") for an empty text, a byte-order mark, invalid UTF-8, brackets that do not
    /// match, or text that does not begin with a value. `text` must outlive the Document.
    explicit Document(const PaddedBuffer& text);
    /// Copies `text`; for small texts (options, rows, errors).
    static Document copy(std::string_view text);
    /// One value and nothing but blanks around it; the caller keeps the bytes. Throws as the constructor does, and when
    /// something follows the value.
    static Document over(std::string_view text);
    View root() const;
    /// Throws unless the whole text is one well-formed value with nothing but blanks around it.
    void validate() const;

private:
    explicit Document(std::shared_ptr<const PaddedBuffer> owned);
    explicit Document(std::shared_ptr<const detail::Structure> structure);

    std::shared_ptr<const PaddedBuffer> owned_;
    std::shared_ptr<const detail::Structure> structure_;
};

}    // namespace opusclaw::json
