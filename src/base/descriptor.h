// base/descriptor.h: a file descriptor with an owner: of a socket, of a file.
#pragma once

#include <unistd.h>

#include <utility>

namespace opusclaw {

/// A file descriptor that is closed with its owner. Move-only.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this == &other) return *this;
        close();
        number_ = other.release();
        return *this;
    }

    int get() const { return number_; }
    bool open() const { return number_ >= 0; }
    /// The caller closes it.
    int release() { return std::exchange(number_, -1); }
    /// Leaves errno as it is: an owner often goes while somebody is about to read it.
    void close() noexcept;

private:
    int number_;
};

}    // namespace opusclaw
