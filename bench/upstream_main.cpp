// bench_upstream: command line of the simulated upstream. Prints "ready" when it listens, then serves until it is killed;
// which core it runs on is the caller's choice (bench/servers.py).
#include <csignal>
#include <exception>
#include <iostream>

#include "flags.h"
#include "upstream.h"

int main(int count, char** arguments) {
    using namespace opusclaw::bench;
    try {
        const Flags flags(count, arguments);
        flags.only({"port", "body-bytes", "chunks", "interval-us", "hold", "tls"});
        const UpstreamOptions options{
            .port = static_cast<std::uint16_t>(flags.number("port", 0)),
            .body_bytes = static_cast<std::size_t>(flags.number("body-bytes", 1024)),
            .chunks = flags.number("chunks", 50),
            .interval_ns = flags.number("interval-us", 0) * 1000,
            .hold = flags.number("hold", 0) != 0,
            .tls = flags.number("tls", 0) != 0,
        };
        std::signal(SIGPIPE, SIG_IGN);
        raise_descriptor_limit();
        use_exact_timers();
        Upstream upstream(options);
        std::cout << "ready" << std::endl;
        upstream.run();
    } catch (const std::exception& fault) {
        std::cerr << "bench_upstream: " << fault.what() << '\n';
        return 1;
    }
}
