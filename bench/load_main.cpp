// bench_load: command line of the load generator. Prints its result as one JSON object (two in hold mode); exit code 1 and
// a message when the target does not behave. Which core it runs on is the caller's choice (bench/servers.py).
#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "flags.h"
#include "generator.h"
#include "hold.h"

namespace {

using namespace opusclaw::bench;

// How the client of one API writes a request; "stream" comes early, as SDKs write it.
struct Form {
    std::string_view client;
    std::string_view path;
    std::string_view opening;    // from the members behind "stream" to the first user's text
};

constexpr Form kForms[] = {
    {"chat", "/v1/chat/completions",
     R"("temperature":0.7,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":")"},
    {"responses", "/v1/responses",
     R"("temperature":0.7,"instructions":"Be brief.","input":[{"role":"user","content":")"},
    {"messages", "/v1/messages",
     R"("max_tokens":1024,"temperature":0.7,"system":"Be brief.","messages":[{"role":"user","content":")"},
};

const Form& form_of(const std::string& client) {
    const Form* const found = std::ranges::find(kForms, client, &Form::client);
    if (found == std::end(kForms)) throw std::runtime_error("no client of the name " + client);
    return *found;
}

// A body of about `body-bytes`, in `turns` texts of the same length by the user and the assistant, the last one the user's.
std::string request_body(const Flags& flags, const Form& form) {
    const auto wanted = static_cast<std::size_t>(flags.number("body-bytes", 1024));
    const auto turns = static_cast<std::size_t>(std::max<std::int64_t>(1, flags.number("turns", 1)));
    std::string body = R"({"model":")" + flags.text("model", "bench-model") + R"(",)";
    if (flags.number("stream", 0) != 0) body += R"("stream":true,)";
    body += form.opening;
    const std::string_view padding = "A line of text as people write it, neither long nor short.\\n";
    const std::string_view end = R"("}]})";
    for (std::size_t turn = 0; turn < turns; ++turn) {
        if (turn > 0)
            body += turn % 2 == 0 ? R"("},{"role":"user","content":")"
                                  : R"("},{"role":"assistant","content":")";
        const std::size_t share = wanted * (turn + 1) / turns;
        while (body.size() + padding.size() + end.size() <= share) body += padding;
    }
    body.append(std::max(wanted, body.size() + end.size()) - body.size() - end.size(), 'x').append(end);
    return body;
}

std::string request_text(const Flags& flags) {
    const Form& form = form_of(flags.text("client", "chat"));
    const std::string body = request_body(flags, form);
    std::string request = "POST " + std::string(form.path) +
                          " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                          "Accept: */*\r\nUser-Agent: bench_load\r\n";
    for (const std::string& header : flags.all("header")) request += header + "\r\n";
    return request + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void print(const LoadResult& result) {
    std::cout << "{\"requests\":" << result.requests << ",\"measured\":" << result.measured
              << ",\"failed\":" << result.failed << ",\"seconds\":" << result.seconds
              << ",\"connections\":" << result.connections << ",\"bytes\":" << result.seen.bytes
              << ",\"chunks\":" << result.seen.chunks << ",\"reads\":" << result.seen.reads
              << ",\"latency_us\":" << result.latency.json() << ",\"first_us\":" << result.seen.first.json()
              << ",\"chunk_us\":" << result.seen.chunk.json() << "}" << std::endl;
    if (!result.seen.first_error.empty())
        std::cerr << "bench_load: first failure: " << result.seen.first_error << '\n';
}

void run(const Flags& flags) {
    flags.only({"port", "connections", "rate", "warmup-ms", "measure-ms", "body-bytes", "stream", "model",
                "header", "hold", "client", "turns"});
    raise_descriptor_limit();
    use_exact_timers();
    const std::string request = request_text(flags);
    const auto port = static_cast<std::uint16_t>(flags.number("port", 0));
    if (flags.number("hold", 0) > 0) {
        hold_streams(port, request, static_cast<std::size_t>(flags.number("hold", 0)));
        return;
    }
    const LoadOptions options{
        .port = port,
        .connections = static_cast<std::size_t>(flags.number("connections", 64)),
        .rate = static_cast<double>(flags.number("rate", 0)),
        .warmup_ns = flags.number("warmup-ms", 500) * 1'000'000,
        .measured_ns = flags.number("measure-ms", 3000) * 1'000'000,
    };
    print(Generator(options, request).run());
}

}    // namespace

int main(int count, char** arguments) {
    try {
        std::signal(SIGPIPE, SIG_IGN);
        run(Flags(count, arguments));
    } catch (const std::exception& fault) {
        std::cerr << "bench_load: " << fault.what() << '\n';
        return 1;
    }
}
