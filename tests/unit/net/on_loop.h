// tests/unit/net/on_loop.h: what tests of net share: a coroutine run to its end on a loop of this thread, and two sockets
// connected to each other over loopback.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "net/loop.h"
#include "net/stream.h"

namespace opusclaw::net {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

inline constexpr std::chrono::seconds kTestPatience{60};    // a test that hangs fails after it

/// Runs `body(loop, arguments...)`, a Task, on a fresh loop. A lambda must capture nothing; arguments are its way in.
template <class Body, class... Arguments>
void on_loop(Body body, Arguments&&... arguments) {
    static_assert(std::is_empty_v<Body> || std::is_pointer_v<Body>, "coroutine lambdas capture nothing");
    Loop loop(0);
    bool done = false;
    std::exception_ptr failure;
    using Executor = boost::asio::io_context::executor_type;
    using Clock = std::chrono::steady_clock;
    boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor> patience(
        loop.context(), kTestPatience);
    patience.async_wait([&loop](boost::system::error_code error) {
        if (!error) loop.stop();
    });
    boost::asio::co_spawn(loop.context().get_executor(), body(loop, std::forward<Arguments>(arguments)...),
                          [&](const std::exception_ptr& error) {
                              done = true;
                              failure = error;
                              loop.stop();
                          });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    ASSERT_TRUE(done) << "the test's coroutine hangs";
}

/// Two ends of one connection.
struct Ends {
    std::unique_ptr<Stream> near;
    std::unique_ptr<Stream> far;
};

inline std::pair<Descriptor, Descriptor> connected_sockets(Loop& loop) {
    using Tcp = boost::asio::ip::tcp;
    using Executor = boost::asio::io_context::executor_type;
    boost::asio::basic_socket_acceptor<Tcp, Executor> acceptor(loop.context());
    acceptor.open(Tcp::v4());
    acceptor.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
    Tcp::socket near(loop.context());
    near.connect(acceptor.local_endpoint());
    Tcp::socket far(loop.context());
    acceptor.accept(far);
    for (Tcp::socket* socket : {&near, &far}) socket->non_blocking(true);
    return {Descriptor(near.release()), Descriptor(far.release())};
}

inline Ends connected_ends(Loop& loop) {
    auto [near, far] = connected_sockets(loop);
    return {std::make_unique<Stream>(loop, std::move(near)), std::make_unique<Stream>(loop, std::move(far))};
}

inline iovec piece(std::string& text) { return {text.data(), text.size()}; }

inline Task<IoResult> write_text(Stream& stream, std::string text) {
    iovec pieces[] = {piece(text)};
    co_return co_await stream.write(pieces);
}

/// Reads until there are `wanted` bytes, or the stream ends.
inline Task<std::string> read_text(Stream& stream, std::size_t wanted) {
    std::string text(wanted, '\0');
    std::size_t got = 0;
    while (got < wanted) {
        const IoResult result = co_await stream.read_some(text.data() + got, wanted - got);
        if (!result) break;
        got += result.bytes;
    }
    text.resize(got);
    co_return text;
}

}    // namespace opusclaw::net
