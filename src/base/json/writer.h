// base/json/writer.h: writes JSON text straight into a buffer, no tree. Commas and nesting are kept by the writer; misuse (a
// value where a key belongs) throws Error(Internal, "json_writer_misused"). Strings are escaped as RFC 8259 asks and no
// further: UTF-8 goes through, invalid UTF-8 becomes U+FFFD. Numbers: integers in full, doubles shortest round-trip without
// an exponent where it is short.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::json {

/// Appends `text` with quotes and escapes.
void append_quoted(std::string& out, std::string_view text);
/// The same as a text of its own.
std::string quoted(std::string_view text);
/// Appends the shortest decimal that reads back the same; 1.0 is written `1`; NaN and infinities are written `null`.
void append_number(std::string& out, double value);

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}    // appends to `out`, which outlives the writer

    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);

    Writer& value(std::string_view text);
    Writer& value(const char* text) { return value(std::string_view(text)); }
    Writer& value(const std::string& text) { return value(std::string_view(text)); }
    Writer& value(bool truth);
    Writer& value(std::int64_t number);
    Writer& value(int number) { return value(static_cast<std::int64_t>(number)); }
    Writer& value(std::uint64_t number);
    Writer& value(double number);
    /// The other integer types, so that a column or a length needs no cast.
    template <std::integral T>
    Writer& value(T number) {
        if constexpr (std::signed_integral<T>) return value(static_cast<std::int64_t>(number));
        return value(static_cast<std::uint64_t>(number));
    }
    Writer& null();
    /// JSON text as it is.
    Writer& raw(std::string_view json);
    /// Makes room for so many bytes more, for whoever knows what comes.
    void reserve(std::size_t bytes);

    /// key + value.
    template <class T>
    Writer& member(std::string_view name, const T& v) {
        key(name);
        return value(v);
    }
    Writer& member_raw(std::string_view name, std::string_view json) {
        key(name);
        return raw(json);
    }
    Writer& member_null(std::string_view name) {
        key(name);
        return null();
    }
    /// Absent stays absent: nothing is written for nullopt.
    template <class T>
    Writer& member_if(std::string_view name, const std::optional<T>& v) {
        if (v) member(name, *v);
        return *this;
    }
    /// nullopt is written as null.
    template <class T>
    Writer& member_or_null(std::string_view name, const std::optional<T>& v) {
        return v ? member(name, *v) : member_null(name);
    }

private:
    void separate();
    void close(char empty, char filled, char bracket);

    std::string& out_;
    std::string
        open_;    // a letter per open container, innermost last: its kind, and whether something is in it
    bool after_key_ = false;
    bool done_ = false;    // a value stands at the top
};

}    // namespace opusclaw::json
