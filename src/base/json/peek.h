// base/json/peek.h: the only look at a body that passes through (DESIGN sections 4 and 6). One walk over the top-level
// members, in order, noting the byte range of each guarded one, to the end of the text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/json/view.h"

namespace opusclaw::json {

/// Byte offsets into the text.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - begin; }
};

/// A guarded member found by peek: offsets, as narrow as the positions that they come from.
struct Found {
    std::uint32_t begin, key_end, value_begin, end;

    static Found of(const Range& key, const Range& value) {
        const auto narrow = [](std::size_t at) { return static_cast<std::uint32_t>(at); };
        return {narrow(key.begin), narrow(key.end), narrow(value.begin), narrow(value.end)};
    }
    Range key() const { return {begin, key_end}; }    // with its quotes
    Range value() const { return {value_begin, end}; }
    /// From the key's opening quote to the value's end, without the comma.
    Range member() const { return {begin, end}; }
};

/// The guarded keys of a kind of request, e.g. {"model", "stream", "stream_options", "max_tokens"}, by their places among the keys that
/// were asked for. One waits with each request in flight, so it is kept small.
class PeekResult {
public:
    static constexpr std::size_t kMostKeys = 32;

    Range object;    // the braces of the top-level object, both included
    bool empty_object = false;
    std::string_view text;

    /// nullptr: it is not there. The pointer lives as long as this does and stays where it is.
    const Found* find(std::size_t key) const {
        return key < kMostKeys && places_[key] != 0 ? &found_[places_[key] - 1U] : nullptr;
    }
    std::optional<View> value(std::size_t key) const;
    /// Each key once.
    void note(std::size_t key, const Found& found) {
        found_[count_++] = found;
        places_[key] = count_;
    }

private:
    std::array<std::uint8_t, kMostKeys> places_{};    // behind those in `found_`; 0: none
    std::uint8_t count_ = 0;
    std::array<Found, kMostKeys> found_;    // the first `count_` of them count, the others stay untouched
};

/// Walks `body`, which must be one JSON object. Throws Error(InvalidRequest, "invalid_json"): not an object, malformed at
/// the top level, unbalanced, trailing bytes, a byte-order mark, comments, invalid UTF-8; Error(InvalidRequest,
/// "duplicate_key") naming the key when a guarded key appears twice, or is spelled with escapes or other letter case in a
/// way that another parser could take for it (escapes resolved, ASCII case ignored).
PeekResult peek(const PaddedBuffer& body, std::span<const std::string_view> guarded);

}    // namespace opusclaw::json
