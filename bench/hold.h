// Many open streams at once: opens them, waits until each has brought its first event, says so, and keeps them open until
// its standard input ends. bench/run reads the memory of the process under test in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace opusclaw::bench {

/// Opens `streams` streams with `request` to 127.0.0.1:`port`. Prints one line of JSON when all are open or have failed,
/// another one with how many still were when standard input ended. Throws std::runtime_error when nothing moves.
void hold_streams(std::uint16_t port, std::string_view request, std::size_t streams);

}    // namespace opusclaw::bench
