// dialect/gpt/tokenizer.cpp: pieces, most of which are one token, and byte pairs for the others.
#include "dialect/gpt/tokenizer.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "dialect/gpt/byte_pairs.h"
#include "dialect/gpt/pieces.h"

namespace opusclaw::dialect::gpt {
namespace {

constexpr std::array<std::string_view, 5> kFamilies = {"gpt-", "o1", "o3", "o4", "chatgpt"};
constexpr std::array<std::string_view, 8> kO200kNames = {"gpt-4o",      "gpt-4.1", "gpt-4.5", "gpt-5",
                                                         "chatgpt-4o-", "o1",      "o3",      "o4"};

/// Calls `whole` with the rank of a piece that is one token, else `parts` with the piece and where its tokens end.
template <class Whole, class Parts>
void each_piece(Encoding encoding, std::string_view text, Whole whole, Parts parts) {
    const RankTable& table = RankTable::of(encoding);
    Pieces pieces(encoding, text);
    BytePairs pairs(table);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        if (const Rank rank = table.find(piece); rank != kNoRank) {
            whole(rank);
        } else {
            parts(piece, pairs.token_ends(piece));
        }
    }
}

/// Calls `use` with the text, made well-formed if it is not.
template <class Use>
void with_well_formed(std::string_view text, Use use) {
    if (text::valid_utf8(text)) {
        use(text);
    } else {
        use(text::well_formed_utf8(text));
    }
}

}    // namespace

std::optional<Encoding> encoding_of(std::string_view model) {
    const std::string name = text::lower(model);
    const auto contained = [&name](std::string_view family) {
        return name.find(family) != std::string::npos;
    };
    const auto begins = [&name](std::string_view beginning) { return name.starts_with(beginning); };
    if (std::ranges::none_of(kFamilies, contained)) return std::nullopt;
    return std::ranges::any_of(kO200kNames, begins) ? Encoding::O200kBase : Encoding::Cl100kBase;
}

std::int64_t count(Encoding encoding, std::string_view text) {
    std::int64_t tokens = 0;
    with_well_formed(text, [&](std::string_view good) {
        each_piece(
            encoding, good, [&tokens](Rank) { ++tokens; },
            [&tokens](std::string_view, std::span<const std::uint32_t> ends) {
                tokens += static_cast<std::int64_t>(ends.size());
            });
    });
    return tokens;
}

std::vector<Rank> encode(Encoding encoding, std::string_view text) {
    std::vector<Rank> ids;
    const RankTable& table = RankTable::of(encoding);
    with_well_formed(text, [&](std::string_view good) {
        each_piece(
            encoding, good, [&ids](Rank rank) { ids.push_back(rank); },
            [&](std::string_view piece, std::span<const std::uint32_t> ends) {
                std::uint32_t begin = 0;
                for (const std::uint32_t end : ends) {
                    ids.push_back(table.find(piece.substr(begin, end - begin)));
                    begin = end;
                }
            });
    });
    return ids;
}

}    // namespace opusclaw::dialect::gpt
