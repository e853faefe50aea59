// store/journal_aside.cpp: names, and looks into the folder. The reason is written first: a record without one would have to be
// guessed at.
#include "store/journal_aside.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "base/text.h"
#include "store/journal_format.h"
#include "store/journal_segment.h"

namespace opusclaw::store {

namespace {

constexpr std::size_t kMostReason = 4096;

std::optional<AsideName> parse_name(std::string_view name) {
    if (!name.ends_with(kRecordSuffix)) return std::nullopt;
    name.remove_suffix(kRecordSuffix.size());
    const std::size_t dot = name.find('.'), dash = name.substr(0, dot).rfind('-');
    if (dot == std::string_view::npos || dash == std::string_view::npos || dash == 0) return std::nullopt;
    const auto sequence = text::parse_int(name.substr(dash + 1, dot - dash - 1));
    if (!sequence || *sequence < 0) return std::nullopt;
    AsideName parsed{.file = std::string(name.substr(0, dash))};
    parsed.sequence = static_cast<std::uint64_t>(*sequence);
    parsed.database = name.substr(dot + 1);
    return parsed;
}

bool is_shown(const std::filesystem::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return !name.ends_with(kReasonSuffix) && !name.ends_with(kUnfinishedSuffix);
}

std::string read_up_to(const std::filesystem::path& path, std::size_t most) {
    std::string bytes(most, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return bytes;
}

}    // namespace

std::string aside_name(const AsideName& name) {
    return name.file + "-" + std::to_string(name.sequence) + "." + name.database + std::string(kRecordSuffix);
}

void put_aside(const std::filesystem::path& folder, const std::string& name, std::string_view bytes,
               std::string_view reason) {
    std::filesystem::create_directories(folder);
    write_whole_file(folder / (name + std::string(kReasonSuffix)), reason);
    write_whole_file(folder / name, bytes);
}

std::vector<AsideFile> list_aside(const std::filesystem::path& folder) {
    std::vector<AsideFile> files;
    if (!std::filesystem::exists(folder)) return files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        struct stat status {};
        if (!is_shown(entry) || ::stat(entry.path().c_str(), &status) != 0) continue;
        AsideFile file{.name = entry.path().filename().string(), .path = entry.path()};
        if (auto record = parse_name(file.name)) file.record = std::move(*record);
        file.reason = text::clean_utf8(
            read_up_to(entry.path().string() + std::string(kReasonSuffix), kMostReason));
        file.at = status.st_ctim.tv_sec;
        file.bytes = static_cast<std::uint64_t>(status.st_size);
        files.push_back(std::move(file));
    }
    std::ranges::sort(files, [](const AsideFile& left, const AsideFile& right) {
        return left.at != right.at ? left.at > right.at : left.name < right.name;
    });
    return files;
}

std::size_t count_aside(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder)) return 0;
    const std::filesystem::directory_iterator entries(folder);
    return static_cast<std::size_t>(std::count_if(begin(entries), end(entries), is_shown));
}

std::string read_aside(const AsideFile& file, std::size_t most) { return read_up_to(file.path, most); }

}    // namespace opusclaw::store
