// net/io_pieces.h: gathered writes that advance: what is left of a list of pieces after some bytes went out. Only for net.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace opusclaw::net {

/// Drops `bytes` from the front of the pieces, and pieces that are empty by then. The dropped iovecs become empty.
inline void drop_front(std::span<iovec>& pieces, std::size_t bytes) {
    while (!pieces.empty() && bytes >= pieces.front().iov_len) {
        bytes -= pieces.front().iov_len;
        pieces.front().iov_len = 0;
        pieces = pieces.subspan(1);
    }
    if (bytes == 0) return;
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + bytes;
    pieces.front().iov_len -= bytes;
}

}    // namespace opusclaw::net
