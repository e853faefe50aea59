// base/raised.h: a flag that is true as long as a scope lasts, however it ends.
#pragma once

namespace opusclaw {

/// The flag outlives it. Not thread-safe.
class Raised {
public:
    explicit Raised(bool& flag) : flag_(flag) { flag_ = true; }
    ~Raised() { flag_ = false; }
    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;

private:
    bool& flag_;
};

}    // namespace opusclaw
