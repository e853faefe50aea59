// base/json/splice.h: changes a JSON object text by byte ranges and gives it back as pieces, so that a body of 500 KB whose
// model is renamed is neither parsed nor copied: the pieces go to one gathered write.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/peek.h"

namespace opusclaw::json {

/// Edits against the text of a PeekResult, in any order, at most one per guarded member (of two replacements the later
/// counts; a removed member stays removed). The text must outlive the pieces; the PeekResult need not outlive this.
class Splice {
public:
    explicit Splice(const PeekResult& peeked);
    Splice(Splice&&) noexcept = default;
    Splice& operator=(Splice&&) noexcept = default;
    Splice(const Splice&) = delete;    // the pieces point into the object
    Splice& operator=(const Splice&) = delete;
    ~Splice() = default;

    /// Replaces the value of a found member by JSON text.
    void replace(const Found& found, std::string json) { replace(found.value(), std::move(json)); }
    /// The same for any piece inside of the object: a key, an item of a list.
    void replace(const Range& range, std::string json);
    /// Removes a found member and the comma that goes with it.
    void remove(const Found& found) { remove(found.member()); }
    /// The same for a member that nobody guards: from its key's opening quote to its value's end.
    void remove(const Range& member);
    /// Adds a member at the end of the object. `key` is plain text (escaped here), `json` is JSON text.
    void add(std::string_view key, std::string_view json);

    bool unchanged() const;
    /// The edited text in order. Views into the original text and into this object; both must stay alive and unchanged.
    const std::vector<std::string_view>& pieces();
    std::size_t size();    // bytes in all pieces
    std::string str();     // joined, for tests and for callers that need one text

private:
    struct Edit {
        Range range;
        std::string text;
    };
    /// A range of the text that leaves, and what takes its place.
    struct Cut {
        Range range;
        std::string_view text;
    };

    void build();
    std::vector<Cut> cuts_of_removals() const;
    std::size_t skip_blanks(std::size_t at) const;
    std::size_t skip_blanks_back(std::size_t at) const;
    bool all_removed(const std::vector<Cut>& removals) const;

    std::string_view text_;
    Range object_;
    bool empty_object_ = false;
    std::vector<Edit> edits_;
    std::vector<Range> removed_;
    std::string added_;    // members joined by commas
    std::string
        tail_;    // what is inserted at the end of the object: added_, after a comma when one is needed
    std::vector<std::string_view> pieces_;
    bool built_ = false;
};

}    // namespace opusclaw::json
