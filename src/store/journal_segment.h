// store/journal_segment.h: one file of the journal on the disk: made and filled up beforehand, locked by its process, written at
// places that the caller knows. Which records stand where is journal_stream.h's business.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "store/journal_format.h"

namespace opusclaw::store {

inline constexpr std::string_view kSegmentSuffix = ".journal";
/// Of a file that is being made; without a lock it is rubbish.
inline constexpr std::string_view kUnfinishedSuffix = ".making";
/// Folder for what could not be read or stored.
inline constexpr std::string_view kAsideFolder = "aside";

/// A file's bytes in memory, to write to. Move-only.
class Mapping {
public:
    Mapping() = default;
    /// `bytes` from the file's beginning; none where the kernel refuses, or where the file's room may turn out not to be there:
    /// a byte without a place on the disk ends the process.
    static Mapping of(const Descriptor& file, std::size_t bytes);
    Mapping(Mapping&& other) noexcept
        : begin_(std::exchange(other.begin_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    ~Mapping();
    Mapping& operator=(Mapping&&) = delete;
    explicit operator bool() const { return begin_ != nullptr; }
    void write(std::size_t at, std::string_view bytes) noexcept;
    /// Takes the page faults of writes to come.
    void make_ready(std::size_t at, std::size_t bytes) noexcept;

private:
    char* begin_ = nullptr;
    std::size_t size_ = 0;
};

/// An open, locked segment. The lock ends with the object, or with the process. Thread-safe: it holds no position.
class SegmentFile {
public:
    /// Makes the segment `head` names, `bytes` long, all of it allocated. Throws std::system_error: the disk is full, the folder
    /// cannot be written.
    static std::shared_ptr<SegmentFile> create(const std::filesystem::path& folder, const SegmentHead& head,
                                               std::size_t bytes);
    /// Opens one that was left behind. nullptr: it is gone, or another process holds it. Throws std::system_error.
    static std::shared_ptr<SegmentFile> adopt(const std::filesystem::path& path);
    /// What the two above made.
    SegmentFile(Descriptor descriptor, std::filesystem::path path, std::size_t size, Mapping mapping = {})
        : descriptor_(std::move(descriptor)),
          path_(std::move(path)),
          size_(size),
          mapping_(std::move(mapping)) {}

    const std::filesystem::path& path() const { return path_; }
    std::size_t size() const { return size_; }
    /// All of them, or false. They are the kernel's when it returns. No allocation.
    bool write(std::size_t at, std::string_view bytes) noexcept;
    /// Up to `bytes` from there. Throws std::system_error.
    std::string read(std::size_t at, std::size_t bytes) const;
    /// On the disk when it returns. Throws std::system_error.
    void sync() const;
    /// Who writes these bytes next does not wait for the file system: a synced page is write-protected, a new one not there.
    void make_ready(std::size_t at, std::size_t bytes) noexcept;
    /// Out of the folder; readers that hold the object may go on.
    void remove() noexcept;
    /// Into the folder `aside` beside it.
    void set_aside();

private:
    Descriptor descriptor_;
    std::filesystem::path path_;
    std::size_t size_;
    Mapping mapping_;    // of one that was made here
};

/// Makes changes of names in a folder last. Throws std::system_error.
void sync_folder(const std::filesystem::path& folder);
/// Writes a whole file under that name, replacing one that is there, and waits for the disk. Throws std::system_error.
void write_whole_file(const std::filesystem::path& path, std::string_view bytes);

}    // namespace opusclaw::store
