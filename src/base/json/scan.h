// base/json/scan.h: the first stage of every reader of this folder: where the structural characters of a text stand, found
// by simdjson's vectorised scanner, which also checks UTF-8, closed strings and control characters in them. Internal to
// base/json; what the characters mean is left to structure.h and peek.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace opusclaw::json::detail {

/// Containers inside containers. Deeper text is refused by every reader, so that nothing that recurses can be driven far.
inline constexpr std::size_t kMaxDepth = 512;

/// Throws Error(InvalidRequest, "invalid_json"). `at` is the byte offset in the text at hand.
[[noreturn]] void refuse(std::string_view what, std::size_t at);
[[noreturn]] void refuse(std::string_view what);

inline bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
/// `{` and `[`; their closing ones are two code points further.
inline bool opens(char c) { return c == '{' || c == '['; }
inline bool closes(char c) { return c == '}' || c == ']'; }
inline constexpr int kFromOpenToClose = 2;

bool valid_utf8(std::string_view text);

/// The offsets of `{}[]:,` outside strings, of each string's opening quote and of each other scalar's first byte, in order.
/// One at a time in a thread: the memory is the thread's own and is lent. Throws "invalid_json" for an empty text, invalid
/// UTF-8, an open string, a control character in a string, and texts beyond 4 GB.
class Scan {
public:
    explicit Scan(std::string_view text);
    ~Scan();
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

    std::size_t count() const { return count_; }
    /// positions()[count()] is the length of the text, so that "up to the next one" works for the last.
    const std::uint32_t* positions() const { return positions_; }

private:
    const std::uint32_t* positions_ = nullptr;
    std::size_t count_ = 0;
};

/// The name of simdjson's implementation for this processor, e.g. "haswell".
std::string_view scanner_name();

}    // namespace opusclaw::json::detail
