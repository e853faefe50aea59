// net/task.h: the coroutine type of the program. The one header that shows Asio to the modules above `net`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace opusclaw {

/// A coroutine that runs on one event loop, with the loop's executor spelled out (no type erasure on the hot path).
/// Started by awaiting it; a Task never changes threads. Lambdas that are Tasks capture nothing.
template <class T = void>
using Task = boost::asio::awaitable<T, boost::asio::io_context::executor_type>;

}    // namespace opusclaw
