// app/signals.cpp: waits for the signal in the main thread, so that no code runs inside a signal handler.
#include "app/signals.h"

#include <signal.h>

namespace opusclaw::app {
namespace {

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

}    // namespace

void block_stop_signals() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
}

void wait_for_stop() {
    const sigset_t signals = stop_signals();
    int received = 0;
    while (sigwait(&signals, &received) != 0) {}
}

}    // namespace opusclaw::app
