// tests/fuzz/stream_tap.cpp: what the relay sees of an OpenAI Chat stream in passing: net::SseDecoder, then read_chunk() on every
// payload. Properties: slicing never matters, a payload gives the same facts however often it is read, usage is always sane, and
// a chunk without its usage is the same chunk. The first byte chooses the slices.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/net/sse_stream.h"
#include "base/error.h"
#include "dialect/openai_chat/read.h"

namespace {

using namespace opusclaw;
using dialect::ChunkFacts;

constexpr std::int64_t kMostTokens = 1'000'000'000'000;

void require(bool condition) {
    if (!condition) std::abort();
}

/// nullopt: a payload that is no chunk, which the relay counts and leaves out.
std::optional<ChunkFacts> read(std::string_view payload, dialect::OutputCounter& counter) {
    try {
        return dialect::openai_chat::read_chunk(payload, counter);
    } catch (const Error& error) {
        require(error.kind == ErrorKind::UpstreamBroken && error.code == "bad_response_body");
        return std::nullopt;
    }
}

void check_usage(const dialect::Usage& usage) {
    for (const std::int64_t count :
         {usage.prompt, usage.completion, usage.total, usage.cached_read, usage.cache_write,
          usage.image_input, usage.audio_input, usage.audio_output, usage.text_input, usage.text_output,
          usage.reasoning})
        require(count >= 0 && count <= kMostTokens);
    require(usage.cached_read + usage.cache_write + usage.image_input + usage.audio_input <= usage.prompt);
    dialect::Usage again = usage;
    again.clamped = false;
    again.clamp();
    require(!again.clamped);
}

bool same(const ChunkFacts& a, const ChunkFacts& b) {
    return a.usage == b.usage && a.usage_only == b.usage_only &&
           a.usage_beside_choices == b.usage_beside_choices && a.output == b.output &&
           a.answer_without_output == b.answer_without_output && a.finished == b.finished &&
           a.error == b.error;
}

/// What reading never looked at may be malformed; whoever writes the payload anew finds it.
std::optional<std::string> bare_text(std::string_view payload) {
    try {
        return dialect::openai_chat::without_usage(payload);
    } catch (const Error& error) {
        require(error.code == "invalid_json");
        return std::nullopt;
    }
}

void check_without_usage(std::string_view payload, const ChunkFacts& facts) {
    dialect::OutputCounter counter("gpt-4o");
    const auto text = bare_text(payload);
    if (!text) return;
    const auto bare = read(*text, counter);
    require(bare.has_value() && !bare->usage && !bare->usage_only && !bare->usage_beside_choices);
    require(bare->output == facts.output && bare->finished == facts.finished && bare->error == facts.error &&
            bare->answer_without_output == facts.answer_without_output);
}

/// All that the relay keeps of a stream.
struct Seen {
    std::vector<std::optional<ChunkFacts>> chunks;
    std::int64_t tokens = 0;
};

template <class NextSize>
Seen tap(std::string_view stream, NextSize next_size) {
    Seen seen;
    dialect::OutputCounter counter("gpt-4o");
    for (const net::SseBlock& block : net::read_stream(stream, next_size)) {
        if (!block.data || block.data->empty()) continue;
        if (block.data->starts_with("[DONE]")) break;
        seen.chunks.push_back(read(*block.data, counter));
    }
    seen.tokens = counter.tokens();
    return seen;
}

void require_same(const Seen& a, const Seen& b) {
    require(a.tokens == b.tokens && a.chunks.size() == b.chunks.size());
    for (std::size_t i = 0; i < a.chunks.size(); ++i) {
        require(a.chunks[i].has_value() == b.chunks[i].has_value());
        require(!a.chunks[i] || same(*a.chunks[i], *b.chunks[i]));
    }
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    std::uint32_t seed = bytes[0];
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    const Seen whole = tap(text, [] { return std::string_view::npos; });
    require_same(whole, tap(text, [] { return 1U; }));
    require_same(whole, tap(text, [&seed] {
                     seed = seed * 1664525U + 1013904223U;
                     return (seed >> 24) % 16U + 1U;
                 }));
    require(whole.tokens >= 0);
    for (const auto& facts : whole.chunks)
        if (facts && facts->usage) check_usage(*facts->usage);
    // The whole input as one payload: most mutations of JSON never make an event.
    dialect::OutputCounter counter("gpt-4o");
    if (const auto facts = read(text, counter)) {
        if (facts->usage) check_usage(*facts->usage);
        check_without_usage(text, *facts);
    }
    return 0;
}
