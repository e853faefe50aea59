// base/error.h: the one exception of the program. Thrown where it happens, caught once per request, rendered by the
// caller's dialect (relay) or as the REST envelope (api). What a loop expects is a value, not an Error.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw {

/// What the caller should do now tells the kinds apart (spec 04 section 14; 06 section 20.1 for the family names).
enum class ErrorKind {
    InvalidRequest,      // change the request
    Unauthenticated,     // send another key, or log in
    Forbidden,           // ask somebody for the right
    NotFound,            // the address or the row is not there
    Conflict,            // somebody else was faster: read again
    TooLarge,            // send less
    UnsupportedMedia,    // send another content type or coding
    RateLimited,         // wait
    QuotaExhausted,      // top up
    NoChannel,           // nobody serves this model now
    UpstreamRefused,     // the provider said no
    UpstreamBroken,      // the provider's answer was cut or made no sense
    UpstreamTimeout,     // the provider did not answer in time
    ClientGone,          // nobody reads the answer
    Unavailable,         // come back later (draining, queue full, overload)
    Internal,            // our fault
    kCount
};

struct KindRow {
    ErrorKind kind;
    int status;
    bool retryable;                // the same request may succeed when it is sent again
    std::string_view openai;       // `type` in the OpenAI error shape
    std::string_view anthropic;    // `type` in the Anthropic error shape
    std::string_view gemini;       // `status` in the Google error shape
};
/// The row of a kind: default HTTP status and the dialects' own names.
const KindRow& kind_row(ErrorKind kind);
/// The name of the enum value, for the log.
std::string_view kind_name(ErrorKind kind);

/// What Anthropic and Google call an HTTP status (spec 06 section 20.1, "By status"), for errors whose status is not the one
/// of their kind: an upstream's own, or one mapped by the channel.
struct StatusNames {
    std::string_view anthropic;
    std::string_view gemini;
};
StatusNames names_of_status(int status);

/// A message for the client: either literal text, or a key of i18n/*.json with its arguments (`{{.Name}}`).
struct Message {
    std::string text;
    bool is_key = false;
    std::vector<std::pair<std::string, std::string>> arguments;

    static Message literal(std::string text) { return {std::move(text), false, {}}; }
    static Message key(std::string key, std::vector<std::pair<std::string, std::string>> arguments = {}) {
        return {std::move(key), true, std::move(arguments)};
    }
};

struct Error : std::exception {
    ErrorKind kind = ErrorKind::Internal;
    int status = 500;      // HTTP status towards the client; from kind_row unless set
    std::string code;      // stable, for machines; may be empty (spec 04 section 14.1)
    Message message;       // what the client may read
    std::string detail;    // log only: upstream body, host, cause; never shown

    Error(ErrorKind kind, std::string code, Message message, std::string detail = {});
    Error& with_status(int value) & {
        status = value;
        return *this;
    }
    Error&& with_status(int value) && {
        status = value;
        return std::move(*this);
    }
    /// For the log: kind, code, text and detail in one line.
    const char* what() const noexcept override { return what_.c_str(); }

private:
    std::string what_;
};

/// Shorthands with a literal text.
[[noreturn]] void throw_error(ErrorKind kind, std::string_view code, std::string_view text,
                              std::string detail = {});

}    // namespace opusclaw
