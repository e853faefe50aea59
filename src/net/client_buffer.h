// net/client_buffer.h: the memory that responses are read into. A waiting call holds a small block, one that receives much a
// large one, an idle connection none; the loop keeps a few spare blocks, so that reading allocates nothing. Only for the client.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw::net {

/// What a request is gathered in while it is sent.
struct SendRoom {
    std::string head;
    std::vector<iovec> pieces;
};

/// Spare memory of one loop.
class BufferStock {
public:
    static constexpr std::size_t kSmall = 2 * 1024;    // a head, an event of a stream
    static constexpr std::size_t kLarge = 32 * 1024;
    using Block = std::unique_ptr<char[]>;

    Block take(std::size_t size) {
        std::vector<Block>& spare = size == kSmall ? small_ : large_;
        if (spare.empty() || (size != kSmall && size != kLarge))
            return std::make_unique_for_overwrite<char[]>(size);
        Block block = std::move(spare.back());
        spare.pop_back();
        return block;
    }
    void give(Block block, std::size_t size) {
        if (size == kSmall && small_.size() < kSpareSmall) small_.push_back(std::move(block));
        if (size == kLarge && large_.size() < kSpareLarge) large_.push_back(std::move(block));
    }
    SendRoom take_send_room() {
        if (rooms_.empty()) return {};
        SendRoom room = std::move(rooms_.back());
        rooms_.pop_back();
        room.head.clear();
        room.pieces.clear();
        return room;
    }
    void give(SendRoom room) {
        if (rooms_.size() < kSpareRooms && room.head.capacity() <= kLargestRoom)
            rooms_.push_back(std::move(room));
    }

private:
    static constexpr std::size_t kSpareSmall = 256;
    static constexpr std::size_t kSpareLarge = 16;
    static constexpr std::size_t kSpareRooms = 64;
    static constexpr std::size_t kLargestRoom = 8 * 1024;
    std::vector<Block> small_;
    std::vector<Block> large_;
    std::vector<SendRoom> rooms_;
};

/// Bytes received and not yet used. Views into it die with prepare(), give_back() and the object.
class ReadBuffer {
public:
    explicit ReadBuffer(BufferStock& stock) : stock_(stock) {}
    ~ReadBuffer() { give_back(); }
    ReadBuffer(const ReadBuffer&) = delete;
    ReadBuffer& operator=(const ReadBuffer&) = delete;

    bool empty() const { return begin_ == end_; }
    std::string_view view() const { return {block_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t bytes) { begin_ += bytes; }

    /// Makes room behind the unused bytes for the next read: small at first, large after a read that filled its room.
    void prepare() {
        const std::size_t kept = end_ - begin_;
        std::size_t wanted = burst_ ? BufferStock::kLarge : BufferStock::kSmall;
        if (kept >= wanted) wanted = std::max(BufferStock::kLarge, kept * 2);
        if (kept > 0 && capacity_ >= kept + kWorthReading) {
            if (begin_ > 0) std::memmove(block_.get(), block_.get() + begin_, kept);
        } else if (capacity_ != wanted) {
            BufferStock::Block block = stock_.take(wanted);
            if (kept > 0) std::memcpy(block.get(), block_.get() + begin_, kept);
            give_back();
            block_ = std::move(block);
            capacity_ = wanted;
        }
        begin_ = 0;
        end_ = kept;
    }
    char* room() { return block_.get() + end_; }
    std::size_t room_size() const { return capacity_ - end_; }
    void received(std::size_t bytes) {
        burst_ = bytes == room_size();
        end_ += bytes;
    }
    /// Gives the memory back; what was unused is lost.
    void give_back() {
        if (block_) stock_.give(std::move(block_), capacity_);
        begin_ = end_ = capacity_ = 0;
    }
    /// For the next response.
    void reset() {
        give_back();
        burst_ = false;
    }

private:
    static constexpr std::size_t kWorthReading = 512;    // less room than this is no read's worth
    BufferStock& stock_;
    BufferStock::Block block_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool burst_ = false;
};

}    // namespace opusclaw::net
