// tests/fuzz/dialect_request.cpp: requests of every dialect through the neutral model into every other. Properties: what a decoder
// takes, each encoder writes as JSON or asks for files; what was written is read back and then written alike.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "dialect/translate.h"

namespace {

using namespace opusclaw;
using dialect::Codec;
using dialect::Dialect;

constexpr std::array kDialects = {Dialect::OpenaiChat, Dialect::OpenaiResponses, Dialect::Anthropic,
                                  Dialect::Gemini};
constexpr std::array<std::string_view, 5> kModels = {"claude-sonnet-4-5-thinking", "gpt-5-high", "m",
                                                     "gemini-2.5-pro", "gemini-3-flash"};

void require(bool condition) {
    if (!condition) std::abort();
}

dialect::Encoded encode(const Codec& codec, const dialect::chat::Request& request, std::string_view model) {
    static const dialect::Profile profile;
    static const dialect::FetchedFiles files;
    return codec.encode_request(request, {model, profile, files});
}

void check_written(const Codec& codec, const dialect::Encoded& encoded, std::string_view model) {
    require(encoded.body.empty() == !encoded.needs.empty());
    if (encoded.body.empty()) return;
    json::Document::over(encoded.body).validate();
    // The second time is the first one that sees only what the dialect itself can say.
    const dialect::Encoded once = encode(codec, codec.decode_request(encoded.body), model);
    if (once.body.empty()) return;
    const dialect::Encoded twice = encode(codec, codec.decode_request(once.body), model);
    require(twice.body == once.body);
}

/// What a dialect cannot express is refused by name; so is what Gemini itself would refuse.
void check_pair(const Codec& codec, const dialect::chat::Request& request, std::string_view model) {
    try {
        check_written(codec, encode(codec, request, model), "m");
    } catch (const Error& error) {
        require(error.code == "convert_request_failed" || error.code == "invalid_request");
    }
}

void check(const Codec& from, std::string_view body) {
    std::string_view model = kModels[body.size() % kModels.size()];
    try {
        const dialect::chat::Request request = from.decode_request(body);
        for (const Dialect to : kDialects) check_pair(*dialect::find_codec(to), request, model);
    } catch (const Error& error) {
        // What one dialect cannot express is refused by name.
        require(error.code == "invalid_json" || error.code == "invalid_request");
    }
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    for (const Dialect from : kDialects) check(*dialect::find_codec(from), text);
    return 0;
}
