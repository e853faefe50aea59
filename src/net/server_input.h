// net/server_input.h: the bytes a server connection has received and not used yet. It holds memory only from the first byte of
// a request to the end of its answer; the views of a request's head point into it. Only for net/server*.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace opusclaw::net {

/// Not thread-safe.
class ServerInput {
public:
    static constexpr std::size_t kFirstRoom = 2048;    // the head of every SDK, and a short body

    std::string_view unread() const { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const { return begin_ == end_ && later_.empty(); }
    /// The bytes stay where they are: views into them live until next_request() or room().
    void consume(std::size_t bytes) { begin_ += bytes; }
    /// Free space behind the unread bytes, at most up to `limit` unread bytes in all; never empty below that limit. Moves them:
    /// no views into them may be in use.
    std::span<char> room(std::size_t limit);
    void received(std::size_t bytes) { end_ += bytes; }
    /// Keeps bytes of later requests that were read behind a body. Nothing may be unread.
    void keep_for_later(std::string_view bytes) { later_ = bytes; }
    /// The exchange is over: its views are dead. Gives the memory back when nothing is unread.
    void next_request();

private:
    void move_to(std::size_t capacity);
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string later_;
};

}    // namespace opusclaw::net
