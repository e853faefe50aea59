// net/server_input.cpp: growth and giving back of a connection's input buffer. What the bytes mean is decided in
// http_head.cpp and server_body.cpp.
#include "net/server_input.h"

#include <algorithm>
#include <cstring>

namespace opusclaw::net {

std::span<char> ServerInput::room(std::size_t limit) {
    const std::size_t size = end_ - begin_;
    if (!data_ || size == capacity_) {
        move_to(std::max(size, std::min(limit, std::max(kFirstRoom, capacity_ * 2))));
    } else if (end_ == capacity_) {
        std::memmove(data_.get(), data_.get() + begin_, size);
        begin_ = 0;
        end_ = size;
    }
    return {data_.get() + end_, capacity_ - end_};
}

void ServerInput::next_request() {
    if (begin_ != end_) return;
    begin_ = end_ = 0;
    data_.reset();
    capacity_ = 0;
    if (later_.empty()) return;
    move_to(std::max(kFirstRoom, later_.size()));
    std::memcpy(data_.get(), later_.data(), later_.size());
    end_ = later_.size();
    std::string().swap(later_);
}

void ServerInput::move_to(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    const std::size_t size = end_ - begin_;
    if (size > 0) std::memcpy(larger.get(), data_.get() + begin_, size);
    data_ = std::move(larger);
    capacity_ = capacity;
    begin_ = 0;
    end_ = size;
}

}    // namespace opusclaw::net
