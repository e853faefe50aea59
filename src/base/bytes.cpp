// base/bytes.cpp: PaddedBuffer. Growing copies the content once; nothing is zeroed but the padding behind it, because a
// body of many kilobytes is overwritten by the socket anyway.
#include "base/bytes.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace opusclaw {

PaddedBuffer::PaddedBuffer(std::string_view text) { append(text); }

PaddedBuffer::PaddedBuffer(PaddedBuffer&& other) noexcept
    : data_(std::move(other.data_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

PaddedBuffer& PaddedBuffer::operator=(PaddedBuffer&& other) noexcept {
    if (this != &other) {
        data_ = std::move(other.data_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
    }
    return *this;
}

void PaddedBuffer::reserve(std::size_t capacity) {
    if (data_ && capacity <= capacity_) return;
    auto grown = std::make_unique_for_overwrite<char[]>(capacity + kJsonPadding);
    if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
    std::memset(grown.get() + size_, 0, kJsonPadding);
    data_ = std::move(grown);
    capacity_ = capacity;
}

void PaddedBuffer::set_size(std::size_t size) {
    assert(size <= capacity_);
    if (!data_) reserve(0);
    size_ = std::min(size, capacity_);
    std::memset(data_.get() + size_, 0, kJsonPadding);
}

void PaddedBuffer::append(std::string_view bytes) {
    const std::size_t wanted = size_ + bytes.size();
    if (!data_ || wanted > capacity_) {
        // The bytes may be a view into this very buffer: they are copied before the old memory goes.
        const std::size_t capacity = std::max(wanted, capacity_ + capacity_ / 2);
        auto grown = std::make_unique_for_overwrite<char[]>(capacity + kJsonPadding);
        if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
        if (!bytes.empty()) std::memcpy(grown.get() + size_, bytes.data(), bytes.size());
        data_ = std::move(grown);
        capacity_ = capacity;
    } else if (!bytes.empty()) {
        std::memmove(data_.get() + size_, bytes.data(), bytes.size());
    }
    set_size(wanted);
}

void PaddedBuffer::release() {
    data_.reset();
    size_ = 0;
    capacity_ = 0;
}

}    // namespace opusclaw
