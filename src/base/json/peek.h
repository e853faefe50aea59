// base/json/peek.h: the only look at a body that passes through (DESIGN sections 4 and 6). One walk over the top-level
// members, in order, noting the byte range of each guarded one, to the end of the text.
#pragma once

#include <array>
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

/// A guarded member found by peek. `member` runs from the key's opening quote to the value's end, without the comma.
struct Found {
    Range key;    // with its quotes
    Range value;
    Range member;
};

/// The guarded keys of a kind of request, e.g. {"model", "stream", "stream_options", "max_tokens"}. At most 32.
struct PeekResult {
    Range object;    // the braces of the top-level object, both included
    bool empty_object = false;
    std::array<std::optional<Found>, 32> found;    // same order as the keys asked for
    std::string_view text;
    std::optional<View> value(std::size_t key) const;    // the View of found[key], or nullopt
};

/// Walks `body`, which must be one JSON object. Throws Error(InvalidRequest, "invalid_json"): not an object, malformed at
/// the top level, unbalanced, trailing bytes, a byte-order mark, comments, invalid UTF-8; Error(InvalidRequest,
/// "duplicate_key") naming the key when a guarded key appears twice, or is spelled with escapes or other letter case in a
/// way that another parser could take for it (escapes resolved, ASCII case ignored).
PeekResult peek(const PaddedBuffer& body, std::span<const std::string_view> guarded);

}    // namespace opusclaw::json
