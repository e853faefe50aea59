// tests/unit/store/journal_folder.h: a folder of its own for a journal, which outlives the journals opened in it: what a process
// that died leaves is what is there when a Journal was destroyed.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/ids.h"
#include "store/journal.h"
#include "store/journal_aside.h"

namespace opusclaw::store {

class JournalFolder {
public:
    JournalFolder()
        : path_(std::filesystem::temp_directory_path() / ("opusclaw_journal_" + random_alphanumeric(12))) {}
    ~JournalFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    JournalFolder(const JournalFolder&) = delete;
    JournalFolder& operator=(const JournalFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    JournalOptions options(std::size_t loops = 1) const {
        return {.folder = path_, .loops = loops, .segment_bytes = kLeastSegmentBytes};
    }
    /// Names of files, sorted; of the folder `aside` when `below` says so, reasons left out.
    std::vector<std::string> files(std::string_view below = {}) const {
        std::vector<std::string> names;
        const std::filesystem::path folder = below.empty() ? path_ : path_ / below;
        if (!std::filesystem::exists(folder)) return names;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.is_regular_file() && !entry.path().string().ends_with(kReasonSuffix))
                names.push_back(entry.path().filename().string());
        std::ranges::sort(names);
        return names;
    }

private:
    std::filesystem::path path_;
};

}    // namespace opusclaw::store
