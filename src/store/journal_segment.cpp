// store/journal_segment.cpp: the system calls. A new segment gets its name only when it is locked, filled and headed, so that
// whoever finds the name finds a whole segment of a process that lives or has died.
#include "store/journal_segment.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace opusclaw::store {

namespace {

constexpr mode_t kOwnerOnly = 0600;    // rows tell who asked for what

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

void write_all(int descriptor, std::string_view bytes, const std::string& name) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno, name);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Where room that was allocated is there to be written, whatever comes: ext2 to ext4, XFS, tmpfs. Others copy what is written to
/// new places (btrfs, ZFS), or promise nothing (network file systems).
bool keeps_its_room(int descriptor) {
    constexpr std::array<long, 3> kTypes = {0xEF53, 0x58465342, 0x01021994};
    struct statfs system {};
    return ::fstatfs(descriptor, &system) == 0 &&
           std::ranges::find(kTypes, static_cast<long>(system.f_type)) != kTypes.end();
}

std::string segment_name(const SegmentHead& head) {
    return head.file + "-" + std::to_string(head.number) + std::string(kSegmentSuffix);
}

}    // namespace

Mapping Mapping::of(const Descriptor& file, std::size_t bytes) {
    Mapping mapping;
    if (!keeps_its_room(file.get())) return mapping;
    void* const begin = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (begin == MAP_FAILED) return mapping;
    mapping.begin_ = static_cast<char*>(begin);
    mapping.size_ = bytes;
    return mapping;
}

Mapping::~Mapping() {
    if (begin_ != nullptr) ::munmap(begin_, size_);
}

void Mapping::write(std::size_t at, std::string_view bytes) noexcept {
    std::memcpy(begin_ + at, bytes.data(), bytes.size());
}

void Mapping::make_ready(std::size_t at, std::size_t bytes) noexcept {
    constexpr std::size_t kMost = std::size_t{1} << 20;    // whoever maps or unmaps waits meanwhile
    const auto page = static_cast<std::size_t>(::getpagesize());
    const std::size_t first = at / page * page;
    if (begin_ == nullptr || first >= size_) return;
    // Kernels before 5.14 do not know it: then the writer takes the faults.
    ::madvise(begin_ + first, std::min({size_ - first, at - first + bytes, kMost}), MADV_POPULATE_WRITE);
}

std::shared_ptr<SegmentFile> SegmentFile::create(const std::filesystem::path& folder, const SegmentHead& head,
                                                 std::size_t bytes) {
    const std::filesystem::path path = folder / segment_name(head);
    const std::string unfinished = path.string() + std::string(kUnfinishedSuffix);
    Descriptor descriptor(::open(unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly));
    if (descriptor.get() < 0) fail(errno, unfinished);
    try {
        if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) fail(errno, unfinished);
        const int full = ::posix_fallocate(descriptor.get(), 0, static_cast<off_t>(bytes));
        if (full != 0) fail(full, unfinished);
        write_all(descriptor.get(), encode_head(head), unfinished);
        if (::rename(unfinished.c_str(), path.c_str()) != 0) fail(errno, unfinished);
    } catch (const std::system_error&) {
        ::unlink(unfinished.c_str());
        throw;
    }
    Mapping mapping = Mapping::of(descriptor, bytes);
    return std::make_shared<SegmentFile>(std::move(descriptor), path, bytes, std::move(mapping));
}

std::shared_ptr<SegmentFile> SegmentFile::adopt(const std::filesystem::path& path) {
    Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (descriptor.get() < 0) {
        if (errno == ENOENT) return nullptr;
        fail(errno, path);
    }
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) return nullptr;
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0) fail(errno, path);
    if (status.st_nlink == 0) return nullptr;    // its last owner removed it between our two calls
    return std::make_shared<SegmentFile>(std::move(descriptor), path,
                                         static_cast<std::size_t>(status.st_size));
}

bool SegmentFile::write(std::size_t at, std::string_view bytes) noexcept {
    if (mapping_ && at <= size_ && bytes.size() <= size_ - at) {
        mapping_.write(at, bytes);
        return true;
    }
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor_.get(), bytes.data(), bytes.size(),
                                         static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += static_cast<std::size_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string SegmentFile::read(std::size_t at, std::size_t bytes) const {
    std::string out(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
        const ssize_t got = ::pread(descriptor_.get(), out.data() + done, bytes - done,
                                    static_cast<off_t>(at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(errno, path_);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    out.resize(done);
    return out;
}

void SegmentFile::sync() const {
    if (::fdatasync(descriptor_.get()) != 0) fail(errno, path_);
}

void SegmentFile::make_ready(std::size_t at, std::size_t bytes) noexcept { mapping_.make_ready(at, bytes); }

void SegmentFile::remove() noexcept { ::unlink(path_.c_str()); }

void SegmentFile::set_aside() {
    const std::filesystem::path folder = path_.parent_path() / kAsideFolder;
    std::filesystem::create_directories(folder);
    std::filesystem::rename(path_, folder / path_.filename());
}

void sync_folder(const std::filesystem::path& folder) {
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) fail(errno, folder);
}

void write_whole_file(const std::filesystem::path& path, std::string_view bytes) {
    const std::string name = path.string();
    const std::string unfinished = name + std::string(kUnfinishedSuffix);
    {
        const Descriptor descriptor(
            ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly));
        if (descriptor.get() < 0) fail(errno, unfinished);
        write_all(descriptor.get(), bytes, unfinished);
        if (::fsync(descriptor.get()) != 0) fail(errno, unfinished);
    }
    if (::rename(unfinished.c_str(), name.c_str()) != 0) fail(errno, name);
    sync_folder(path.parent_path());
}

}    // namespace opusclaw::store
