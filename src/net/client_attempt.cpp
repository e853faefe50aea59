// net/client_attempt.cpp: how a deadline or a Cancel reaches what a send() is waiting for. What is waited for is not known
// here.
#include "net/client_attempt.h"

#include "net/client_errors.h"

namespace opusclaw::net {

/// The client's side of a Cancel.
struct CancelAccess {
    static void enter(Cancel& cancel, void* who, void (*close)(void*) noexcept) {
        cancel.registered_ = who;
        cancel.close_ = close;
    }
    static void leave(Cancel& cancel, const void* who) {
        if (cancel.registered_ == who) enter(cancel, nullptr, nullptr);
    }
};

void Cancel::request() noexcept {
    requested_ = true;
    if (close_ != nullptr) close_(registered_);
}

Attempt::Attempt(Loop& loop, Cancel* cancel) : loop_(loop), cancel_(cancel) {
    if (cancel_ == nullptr) return;
    if (cancel_->requested()) stopped_ = Stopped::ByCancel;
    CancelAccess::enter(*cancel_, this,
                        [](void* self) noexcept { static_cast<Attempt*>(self)->stop(Stopped::ByCancel); });
}

Attempt::~Attempt() {
    if (cancel_ != nullptr) CancelAccess::leave(*cancel_, this);
}

void Attempt::limit(std::chrono::milliseconds after) { loop_.timers().arm(*this, after); }

void Attempt::no_limit() { TimerWheel::disarm(*this); }

void Attempt::check(std::string_view doing) const {
    if (stopped_ == Stopped::ByCancel) throw_client_gone();
    if (stopped_ == Stopped::ByDeadline) throw_request_timed_out("timed out while " + std::string(doing));
}

void Attempt::stop(Stopped why) noexcept {
    if (stopped_ == Stopped::No) stopped_ = why;
    if (current_ != nullptr) current_->stop();
}

Attempt::Holding::Holding(Attempt& attempt, Stoppable& what) : attempt_(attempt), before_(attempt.current_) {
    attempt_.current_ = &what;
    if (attempt_.stopped_ != Stopped::No) what.stop();
}

}    // namespace opusclaw::net
