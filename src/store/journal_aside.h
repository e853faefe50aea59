// store/journal_aside.h: the folder `aside` of a journal: what could be neither stored nor left out silently (DESIGN section 10), each
// thing a file, with the reason in a text beside it. Nothing removes them but the operator. What a record means is billing's business.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::store {

/// Of the payload of one record, or of the bytes that cannot be read where one was expected.
inline constexpr std::string_view kRecordSuffix = ".record";
/// Of the text that says why.
inline constexpr std::string_view kReasonSuffix = ".reason";

/// Which record a file holds.
struct AsideName {
    std::string file;    // of the journal, or a sender of opus_outbox
    std::uint64_t sequence = 0;
    std::string database;    // which one could not take it
};
/// `<file>-<sequence>.<database>.record`
std::string aside_name(const AsideName& name);

/// Writes bytes and reason, replacing what has the name, and waits for the disk. Throws std::system_error.
void put_aside(const std::filesystem::path& folder, const std::string& name, std::string_view bytes,
               std::string_view reason);

struct AsideFile {
    std::string name;
    std::filesystem::path path;
    AsideName record;       // file empty: no record but a whole segment of the journal, or something else
    std::string reason;     // empty: a segment that is damaged, or lies behind one
    std::int64_t at = 0;    // unix seconds
    std::uint64_t bytes = 0;
};
/// Newest first, then by name. Empty when there is no such folder. What vanishes meanwhile is left out. Throws std::system_error.
std::vector<AsideFile> list_aside(const std::filesystem::path& folder);
/// How many list_aside() would give.
std::size_t count_aside(const std::filesystem::path& folder);
/// At most `most` bytes of it; empty when it is gone.
std::string read_aside(const AsideFile& file, std::size_t most);

}    // namespace opusclaw::store
