// tests/fuzz/tokenizer.cpp: the tokenizers of GPT models on any bytes. Properties: pieces together are the text, tokens together
// are the text, counting and encoding agree, and both ways to join byte pairs give the same. The first byte chooses the encoding.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "dialect/gpt/byte_pairs.h"
#include "dialect/gpt/pieces.h"
#include "dialect/gpt/tokenizer.h"

namespace {

using namespace opusclaw::dialect::gpt;

void require(bool condition) {
    if (!condition) std::abort();
}

void check_pieces(Encoding encoding, std::string_view text) {
    Pieces pieces(encoding, text);
    BytePairs pairs(RankTable::of(encoding));
    std::size_t at = 0;
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        require(piece.data() == text.data() + at);
        at += piece.size();
        if (piece.size() > BytePairs::kShort) continue;
        const auto ends = pairs.join_long(piece);
        require(std::ranges::equal(ends, pairs.join_short(piece)));
        require(ends.back() == piece.size());
    }
    require(at == text.size());
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const Encoding encoding = bytes[0] % 2 == 0 ? Encoding::Cl100kBase : Encoding::O200kBase;
    const std::string_view raw(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    const std::string text = opusclaw::text::well_formed_utf8(raw);
    check_pieces(encoding, text);
    const std::vector<Rank> ids = encode(encoding, raw);
    require(count(encoding, raw) == static_cast<std::int64_t>(ids.size()));
    std::string joined;
    for (const Rank id : ids) {
        require(id < RankTable::of(encoding).size());
        joined += RankTable::of(encoding).bytes_of(id);
    }
    require(joined == text);
    return 0;
}
