// base/descriptor.cpp: the end of a file descriptor. What is done with one is its owner's: net/readiness.cpp,
// store/journal_segment.cpp.
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
