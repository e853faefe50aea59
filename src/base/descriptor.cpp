// base/descriptor.cpp: the end of a file descriptor. What is done with one is its owner's: net/stream.cpp for sockets,
// store/journal_segment.cpp for files.
#include "base/descriptor.h"

#include <cerrno>

namespace opusclaw {

void Descriptor::close() noexcept {
    if (!open()) return;
    const int kept = errno;
    ::close(release());
    errno = kept;
}

}    // namespace opusclaw
