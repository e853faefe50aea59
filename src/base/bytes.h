// base/bytes.h: the buffer that request and response bodies are read into. It carries the padding that the JSON reader
// needs behind the text, so that a body is read once, straight from the socket, and never copied to be parsed.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace opusclaw {

/// Bytes that must be readable (not meaningful) behind any text handed to json::View.
inline constexpr std::size_t kJsonPadding = 64;

/// A growable byte buffer, uninitialised beyond size(), always followed by kJsonPadding readable bytes.
/// Move-only. Not thread-safe. Views into it die when it grows, is cleared with release(), or is destroyed.
class PaddedBuffer {
public:
    PaddedBuffer() = default;
    explicit PaddedBuffer(std::string_view text);
    PaddedBuffer(PaddedBuffer&& other) noexcept;
    PaddedBuffer& operator=(PaddedBuffer&& other) noexcept;

    char* data() { return data_.get(); }
    const char* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    std::size_t capacity() const { return capacity_; }
    bool empty() const { return size_ == 0; }
    std::string_view view() const { return {data_.get(), size_}; }

    /// Room for `capacity` bytes in total, padding not counted. Keeps the content.
    void reserve(std::size_t capacity);
    /// Sets the size after bytes were written through data(); zeroes the padding. `size` must be <= capacity().
    void set_size(std::size_t size);
    void append(std::string_view bytes);
    void clear() { size_ = 0; }
    /// Gives the memory back.
    void release();

private:
    std::unique_ptr<char[]> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}    // namespace opusclaw
