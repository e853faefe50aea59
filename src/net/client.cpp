// net/client.cpp: the client of one loop: a pooled connection or a fresh one, and the one silent retry between them. The
// exchange itself is in client_exchange.cpp, the way to a connection in client_connect.cpp.
#include "net/client.h"

#include "net/client_connect.h"
#include "net/client_impl.h"
#include "net/client_request.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kSpareStates = 128;

}    // namespace

Client::Impl::Impl(Loop& on, std::shared_ptr<ClientShared> with, IdleConnections kept)
    : loop(on), shared(std::move(with)), idle(kept), pool(on) {
    if (idle == IdleConnections::Keep) shared->client_started();
}

Client::Impl::~Impl() {
    if (idle == IdleConnections::Keep) shared->client_ended();
}

PoolLimits Client::Impl::limits() const {
    if (idle == IdleConnections::Close) return {.total = 0};
    const ClientOptions& options = shared->options();
    return {.total = shared->share_of(options.max_idle),
            .per_target = shared->share_of(options.max_idle_per_target),
            .idle = options.idle_time};
}

std::unique_ptr<Call::State> Client::Impl::take_state() {
    if (spare_states.empty()) return std::make_unique<Call::State>(*this);
    std::unique_ptr<Call::State> state = std::move(spare_states.back());
    spare_states.pop_back();
    return state;
}

void Client::Impl::give_state(std::unique_ptr<Call::State> state) noexcept {
    state->let_go();
    state->reset();
    if (spare_states.size() < kSpareStates) spare_states.push_back(std::move(state));
}

Client::Client(Loop& loop, std::shared_ptr<ClientShared> shared, IdleConnections idle)
    : impl_(std::make_unique<Impl>(loop, std::move(shared), idle)) {}

Client::~Client() = default;

std::shared_ptr<ClientShared> Client::share(ClientOptions options, ThreadPool& workers) {
    return std::make_shared<ClientShared>(std::move(options), workers);
}

std::size_t Client::idle() const { return impl_->pool.size(); }

Task<Call> Client::send(std::shared_ptr<const Target> target, const OutgoingRequest& request,
                        const Timeouts& timeouts, Cancel* cancel) {
    check_request(request);
    Attempt attempt(impl_->loop, cancel);
    attempt.check("starting");
    std::unique_ptr<Call::State> fresh = impl_->take_state();
    Call::State& state = *fresh;
    Call call(std::move(fresh));    // from here on, leaving by an exception closes the connection
    const Outgoing out{.target = *target, .request = request, .timeouts = timeouts};
    state.connection = impl_->pool.take(*target);
    state.reused = state.connection != nullptr;
    if (state.reused) {
        if (co_await exchange(state, out, attempt) == Exchanged::Answered) co_return call;
        state.connection.reset();
        state.buffer.reset();
        state.reused = false;
    }
    attempt.limit(timeouts.connect);
    state.connection = co_await open_connection(*impl_->shared, target, attempt);
    attempt.no_limit();
    co_await exchange(state, out, attempt);
    co_return call;
}

}    // namespace opusclaw::net
