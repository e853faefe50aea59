// app/signals.h: SIGTERM and SIGINT end the program in order.
#pragma once

namespace opusclaw::app {

/// For this thread and all it starts later. SIGPIPE is ignored: broken connections are values of the write.
void block_stop_signals();
/// Returns at the first SIGTERM or SIGINT.
void wait_for_stop();

}    // namespace opusclaw::app
