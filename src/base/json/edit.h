// base/json/edit.h: an edit tree over raw JSON text. A node stays its own bytes until somebody looks inside, so order, blanks
// inside untouched parts and the spelling of numbers survive (1.0 stays 1.0, 70-bit integers keep every digit). For parameter
// overrides, channel_info and the like; converting code reads Views and writes with the Writer instead.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/view.h"

namespace opusclaw::json {

/// A JSON value that can be changed. Value type: copies are deep; a moved-from Node is null. Nesting is limited to 512, when
/// read and when written (Error "invalid_json"). Looking inside a const Node opens it, so one thread at a time. Pointers and
/// references to members and items die when their container gains or loses one.
class Node {
public:
    Node() = default;    // null
    Node(const Node& other);
    Node& operator=(const Node& other);
    Node(Node&& other) noexcept = default;
    Node& operator=(Node&& other) noexcept;    // `other` may be inside this one
    ~Node() = default;

    /// Parses lazily: the text is checked whole once (validity, depth), containers are opened when looked into.
    static Node parse(std::string_view text);
    static Node of(std::string_view text);    // a string
    static Node of(const char* text) { return of(std::string_view(text)); }
    static Node of(bool truth);
    static Node of(double number);
    template <std::integral T>
    static Node of(T number) {
        return made(std::to_string(number));
    }
    static Node object();
    static Node array();

    Type type() const;
    std::optional<bool> as_bool() const;
    std::optional<std::int64_t> as_int() const;
    std::optional<double> as_double() const;
    std::optional<std::string> as_string() const;

    /// Object access. Of equal keys in the text the last one counts; writing collapses them into the first place.
    Node* find(std::string_view key);    // nullptr: absent or not an object
    const Node* find(std::string_view key) const;
    /// Replaces in place or appends; a non-object becomes an object.
    Node& set(std::string_view key, Node value);
    bool erase(std::string_view key);    // order of the rest is kept
    std::vector<std::string> keys() const;

    /// Array access.
    std::size_t size() const;    // items or members; 0 for scalars
    Node* item(std::size_t index);
    const Node* item(std::size_t index) const;
    Node& push(Node value);    // a non-array becomes an array
    /// All for which `gone` says true, each asked once, in order and in one pass. How many there were.
    std::size_t erase_items_if(const std::function<bool(Node&)>& gone);

    /// JSON text; untouched parts byte for byte as they came.
    std::string str() const;
    void append_to(std::string& out) const;

private:
    struct Entry;
    struct Opened;    // children of a container somebody looked into

    static Node made(std::string raw);
    Opened* opened_as(Type type) const;
    Opened& become(Type type);
    std::string_view text() const;
    void open() const;
    void write(std::string& out, std::size_t depth) const;

    mutable std::shared_ptr<Opened>
        opened_;                          // unique to this node; shared_ptr only for the incomplete type
    mutable std::string raw_ = "null";    // empty once opened
};

}    // namespace opusclaw::json
