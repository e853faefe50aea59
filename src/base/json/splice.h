// base/json/splice.h: changes a JSON object text by byte ranges and gives it back as pieces, so that a body of 500 KB whose
// model is renamed is neither parsed nor copied: the pieces go to one gathered write.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/peek.h"

namespace opusclaw::json {

/// Edits against the text of a PeekResult, in any order, at most one per guarded member. The text must outlive the pieces.
class Splice {
public:
    explicit Splice(const PeekResult& peeked);

    /// Replaces the value of a found member by JSON text.
    void replace(const Found& found, std::string json);
    /// Removes a found member and the comma that goes with it.
    void remove(const Found& found);
    /// Adds a member at the end of the object. `key` is plain text (escaped here), `json` is JSON text.
    void add(std::string_view key, std::string_view json);

    bool unchanged() const;
    /// The edited text in order. Views into the original text and into this object; both must stay alive and unchanged.
    const std::vector<std::string_view>& pieces();
    std::size_t size();      // bytes in all pieces
    std::string str();       // joined, for tests and for callers that need one text

private:
    struct Edit { Range range; std::string text; };
    const PeekResult* peeked_;
    std::vector<Edit> edits_;
    std::vector<Range> removed_;
    std::vector<std::string> added_;
    std::vector<std::string_view> pieces_;
    bool built_ = false;
    void build();
};

}    // namespace opusclaw::json
