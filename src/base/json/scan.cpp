// base/json/scan.cpp: the one source that includes simdjson. Only its first stage is used (structural indexing, chosen for
// the processor at run time) and its UTF-8 check; its tree is never built, since one number out of range would fail it.
#include "base/json/scan.h"

#include <simdjson.h>

#include <bit>
#include <memory>
#include <string>

#include "base/error.h"

namespace opusclaw::json::detail {
namespace {

// Room for the offsets of a text of this size is the least that is allotted: no growing for ordinary requests.
constexpr std::size_t kSmallest = std::size_t{64} << 10;
// Kept between texts: an allotment of at most this many bytes of text, of which at most so many offsets were ever written
// (memory that nobody wrote to is not resident).
constexpr std::size_t kKeptText = std::size_t{4} << 20;
constexpr std::size_t kKeptOffsets = (std::size_t{1} << 20) / sizeof(std::uint32_t);

using Indexer = simdjson::internal::dom_parser_implementation;

std::unique_ptr<Indexer>& indexer_of_this_thread() {
    thread_local std::unique_ptr<Indexer> indexer;
    return indexer;
}

Indexer& indexer_for(std::size_t size) {
    auto& indexer = indexer_of_this_thread();
    if (indexer && indexer->capacity() >= size) return *indexer;
    const std::size_t capacity = std::min<std::size_t>(std::bit_ceil(std::max(size, kSmallest)), UINT32_MAX);
    indexer.reset();    // first: two allotments at once are never needed
    const auto failed = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1,
                                                                                                indexer);
    if (failed || !indexer) {
        indexer.reset();
        throw std::bad_alloc();
    }
    return *indexer;
}

void give_back_if_large() {
    auto& indexer = indexer_of_this_thread();
    if (!indexer) return;
    if (indexer->capacity() > kKeptText || indexer->n_structural_indexes > kKeptOffsets) indexer.reset();
}

[[noreturn]] void refuse_scan(simdjson::error_code failed) {
    switch (failed) {
        case simdjson::EMPTY: refuse("the text is empty");
        case simdjson::UTF8_ERROR: refuse("the text is not valid UTF-8");
        case simdjson::UNCLOSED_STRING: refuse("a string is not closed");
        case simdjson::UNESCAPED_CHARS: refuse("a string holds a control character that is not escaped");
        default: refuse(simdjson::error_message(failed));
    }
}

}    // namespace

void refuse(std::string_view what, std::size_t at) {
    throw_error(ErrorKind::InvalidRequest, "invalid_json",
                "Invalid JSON: " + std::string(what) + " (byte " + std::to_string(at) + ")");
}

void refuse(std::string_view what) {
    throw_error(ErrorKind::InvalidRequest, "invalid_json", "Invalid JSON: " + std::string(what));
}

bool valid_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

Scan::Scan(std::string_view text) {
    if (text.empty()) refuse("the text is empty");
    if (text.size() >= UINT32_MAX - kSmallest) refuse("the text is too long");
    Indexer& indexer = indexer_for(text.size());
    const auto failed = indexer.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                       simdjson::stage1_mode::regular);
    if (failed) {
        give_back_if_large();
        refuse_scan(failed);
    }
    positions_ = indexer.structural_indexes.get();
    count_ = indexer.n_structural_indexes;
}

Scan::~Scan() { give_back_if_large(); }

std::string_view scanner_name() {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name;
}

}    // namespace opusclaw::json::detail
