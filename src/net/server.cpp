// net/server.cpp: putting the server together: sockets, one ServerLoop a loop, the choice of the least loaded one, and the
// orderly end.
#include "net/server.h"

#include <boost/asio/co_spawn.hpp>
#include <mutex>
#include <utility>

#include "net/completion.h"
#include "net/server_acceptor.h"
#include "net/server_loop.h"
#include "net/tls.h"

namespace opusclaw::net {

namespace {

std::unique_ptr<TlsServer> load_tls(const ServerOptions& options) {
    if (!options.tls) return nullptr;
    return std::make_unique<TlsServer>(options.tls->certificate, options.tls->key);
}

/// Runs `work` on the loop; complete when `tasks` has nothing left to run after it.
Completion join_after(Loop& loop, TaskGroup& tasks, std::function<void()> work) {
    Completion joined;
    loop.post([&loop, &tasks, work = std::move(work), joined] {
        work();
        boost::asio::co_spawn(loop.context().get_executor(), tasks.join(),
                              [joined](const std::exception_ptr&) { joined.finish(); });
    });
    return joined;
}

}    // namespace

struct Server::State {
    State(Loops& all_loops, ServerOptions server_options)
        : loops(all_loops), options(std::move(server_options)), tls(load_tls(options)) {}

    void give(ServerAcceptor::Accepted accepted);
    ServerLoop& least_loaded();
    void drain(std::chrono::milliseconds grace);

    Loops& loops;
    const ServerOptions options;
    std::unique_ptr<TlsServer> tls;
    std::atomic<bool> forwarding_told{false};
    std::vector<std::unique_ptr<ServerLoop>> per_loop;
    std::unique_ptr<ServerAcceptor> acceptor;
    std::uint16_t port = 0;
    std::size_t next = 0;    // where the search for the least loaded loop starts
    std::mutex mutex;        // guards `running`: one drain at a time
    bool running = false;
};

ServerLoop& Server::State::least_loaded() {
    const std::size_t count = per_loop.size();
    next = (next + 1) % count;
    ServerLoop* best = per_loop[next].get();
    for (std::size_t i = 1; i < count; ++i) {
        ServerLoop* other = per_loop[(next + i) % count].get();
        if (other->counts.open.load(std::memory_order_relaxed) <
            best->counts.open.load(std::memory_order_relaxed))
            best = other;
    }
    return *best;
}

void Server::State::give(ServerAcceptor::Accepted accepted) {
    ServerLoop& target = least_loaded();
    target.counts.open.fetch_add(1, std::memory_order_relaxed);
    auto socket = std::make_shared<Descriptor>(std::move(accepted.socket));
    target.loop.post([&target, socket, peer = accepted.peer] { target.take(std::move(*socket), peer); });
}

void Server::State::drain(std::chrono::milliseconds grace) {
    const std::lock_guard lock(mutex);
    if (!std::exchange(running, false)) return;
    const auto until = std::chrono::steady_clock::now() + grace;
    join_after(loops[0], acceptor->tasks(), [this] { acceptor->stop(); }).wait();
    std::vector<Completion> joined;
    for (const auto& server : per_loop) {
        joined.push_back(join_after(server->loop, server->tasks, [&server] { server->begin_drain(); }));
    }
    for (std::size_t i = 0; i < joined.size(); ++i) {
        if (joined[i].wait_until(until)) continue;
        per_loop[i]->loop.post([server = per_loop[i].get()] { server->cut(); });
    }
    for (const Completion& done : joined) done.wait();
}

Server::Server(Loops& loops, ServerOptions options, const std::function<Handler(Loop&)>& handler_of)
    : state_(std::make_shared<State>(loops, std::move(options))) {
    std::vector<Descriptor> sockets = listening_sockets(state_->options.address, state_->options.port);
    state_->port = port_of(sockets.front().get());
    for (std::size_t i = 0; i < loops.size(); ++i) {
        state_->per_loop.push_back(std::make_unique<ServerLoop>(ServerLoop::Parts{
            loops[i], state_->options, state_->tls.get(), handler_of(loops[i]), state_->forwarding_told}));
    }
    state_->acceptor = std::make_unique<ServerAcceptor>(
        loops[0], std::move(sockets),
        [state = state_.get()](ServerAcceptor::Accepted accepted) { state->give(std::move(accepted)); });
}

Server::~Server() { state_->drain(std::chrono::milliseconds(0)); }

void Server::start() {
    const std::lock_guard lock(state_->mutex);
    if (std::exchange(state_->running, true)) return;
    state_->loops[0].post([state = state_.get()] { state->acceptor->start(); });
}

std::uint16_t Server::port() const { return state_->port; }

void Server::drain(std::chrono::milliseconds grace) { state_->drain(grace); }

Server::Counters Server::counters() const {
    Counters sum;
    for (const auto& server : state_->per_loop) {
        sum.connections += server->counts.connections.load(std::memory_order_relaxed);
        sum.requests += server->counts.requests.load(std::memory_order_relaxed);
        sum.open += server->counts.open.load(std::memory_order_relaxed);
        sum.active += server->counts.active.load(std::memory_order_relaxed);
    }
    return sum;
}

}    // namespace opusclaw::net
