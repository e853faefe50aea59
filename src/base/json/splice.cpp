// base/json/splice.cpp: edits of an object by byte range. Every edit becomes a cut (bytes that leave, bytes that come); the
// pieces are what stands between the cuts. Commas are looked for in the text around a member, nowhere else.
#include "base/json/splice.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json/scan.h"
#include "base/json/writer.h"

namespace opusclaw::json {

Splice::Splice(const PeekResult& peeked)
    : text_(peeked.text), object_(peeked.object), empty_object_(peeked.empty_object) {}

void Splice::replace(const Range& range, std::string json) {
    built_ = false;
    edits_.push_back({range, std::move(json)});
}

void Splice::remove(const Range& member) {
    built_ = false;
    removed_.push_back(member);
}

void Splice::add(std::string_view key, std::string_view json) {
    built_ = false;
    if (!added_.empty()) added_.push_back(',');
    append_quoted(added_, key);
    added_.push_back(':');
    added_.append(json);
}

bool Splice::unchanged() const { return edits_.empty() && removed_.empty() && added_.empty(); }

const std::vector<std::string_view>& Splice::pieces() {
    if (!built_) build();
    return pieces_;
}

std::size_t Splice::size() {
    std::size_t total = 0;
    for (const std::string_view piece : pieces()) total += piece.size();
    return total;
}

std::string Splice::str() {
    std::string joined;
    joined.reserve(size());
    for (const std::string_view piece : pieces()) joined.append(piece);
    return joined;
}

std::size_t Splice::skip_blanks(std::size_t at) const {
    while (detail::is_blank(text_[at])) ++at;
    return at;
}

std::size_t Splice::skip_blanks_back(std::size_t at) const {
    while (detail::is_blank(text_[at - 1])) --at;
    return at;
}

/// Neighbours that leave together are one cut. It takes the comma behind it, and the blanks up to the next member; a cut at
/// the object's end takes the comma before it.
std::vector<Splice::Cut> Splice::cuts_of_removals() const {
    std::vector<Range> sorted = removed_;
    std::sort(sorted.begin(), sorted.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
    const auto same = [](const Range& a, const Range& b) { return a.begin == b.begin; };
    sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
    std::vector<Cut> cuts;
    for (const Range& member : sorted) {
        const std::size_t behind = skip_blanks(member.end);
        const bool last = text_[behind] != ',';
        const Range range{member.begin, last ? member.end : skip_blanks(behind + 1)};
        if (!cuts.empty() && cuts.back().range.end == member.begin) {
            cuts.back().range.end = range.end;
        } else {
            cuts.push_back({range, {}});
        }
        Range& cut = cuts.back().range;
        if (!last) continue;
        if (const std::size_t before = skip_blanks_back(cut.begin); text_[before - 1] == ',')
            cut.begin = before - 1;
    }
    return cuts;
}

bool Splice::all_removed(const std::vector<Cut>& removals) const {
    if (empty_object_) return true;
    if (removals.size() != 1) return false;
    const Range& only = removals.front().range;
    return skip_blanks(object_.begin + 1) == only.begin && skip_blanks(only.end) == object_.end - 1;
}

void Splice::build() {
    std::vector<Cut> cuts = cuts_of_removals();
    const std::size_t removals = cuts.size();
    if (!added_.empty()) {
        constexpr std::size_t kNotWithin =
            64;    // the text stays where it is when this is moved, and so do the pieces
        tail_.reserve(std::max(added_.size() + 1, kNotWithin));
        tail_.assign(all_removed(cuts) ? "" : ",").append(added_);
        const std::size_t end = std::max(skip_blanks_back(object_.end - 1), object_.begin + 1);
        cuts.push_back({{end, end}, tail_});
    }
    std::vector<const Edit*> edits;
    edits.reserve(edits_.size());
    for (const Edit& edit : edits_) edits.push_back(&edit);
    const auto by_place = [](const Edit* a, const Edit* b) { return a->range.begin < b->range.begin; };
    std::stable_sort(edits.begin(), edits.end(), by_place);
    for (std::size_t i = 0; i < edits.size(); ++i) {
        const Range& place = edits[i]->range;
        if (i + 1 < edits.size() && edits[i + 1]->range.begin == place.begin) continue;    // the later counts
        const auto end = cuts.begin() + static_cast<std::ptrdiff_t>(removals);
        const auto behind = std::upper_bound(
            cuts.begin(), end, place.begin,
            [](std::size_t at, const Cut& cut) { return at < cut.range.begin; });
        const bool covered = behind != cuts.begin() && place.end <= std::prev(behind)->range.end;
        if (!covered) cuts.push_back({place, edits[i]->text});
    }
    // What is added at the end of a cut, or of the last value, comes behind it.
    std::sort(cuts.begin(), cuts.end(), [](const Cut& a, const Cut& b) {
        return std::pair(a.range.begin, a.range.end) < std::pair(b.range.begin, b.range.end);
    });
    pieces_.clear();
    std::size_t at = 0;
    const auto put = [this](std::string_view piece) {
        if (!piece.empty()) pieces_.push_back(piece);
    };
    for (const Cut& cut : cuts) {
        if (cut.range.begin > at) put(text_.substr(at, cut.range.begin - at));
        put(cut.text);
        at = std::max(at, cut.range.end);
    }
    put(text_.substr(at));
    built_ = true;
}

}    // namespace opusclaw::json
