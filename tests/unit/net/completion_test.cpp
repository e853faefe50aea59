// What net/completion.h promises: the result of another thread, and an exception that only the waiting thread frees.
#include "net/completion.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "net/thread_pool.h"

namespace opusclaw::net {
namespace {

TEST(Completion, HandsOverSuccess) {
    const Completion done;
    std::thread other([done] { done.finish(); });
    EXPECT_NO_THROW(done.wait());
    other.join();
}

TEST(Completion, TellsWhetherItEndedInTime) {
    const Completion done;
    EXPECT_FALSE(done.wait_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(1)));
    done.finish();
    EXPECT_TRUE(done.wait_until(std::chrono::steady_clock::now()));
}

// The thread sanitizer sees a race here when the finishing thread still holds the exception: it cannot see the counting of
// references inside the C++ library. So this is a test of who frees it.
TEST(Completion, TheWaiterAloneHoldsTheException) {
    ThreadPool pool({.name = "test", .threads = 1});
    for (int i = 0; i < 2000; ++i) {
        const Completion done;
        ASSERT_TRUE(pool.post([done, i] {
            std::exception_ptr failed;
            try {
                throw std::runtime_error("number " + std::to_string(i));
            } catch (...) {
                failed = std::current_exception();
            }
            done.finish(std::move(failed));
        }));
        try {
            done.wait();
            FAIL() << "nothing thrown";
        } catch (const std::runtime_error& error) {
            ASSERT_EQ(error.what(), "number " + std::to_string(i));
        }
    }
}

}    // namespace
}    // namespace opusclaw::net
