// provider/protocol.h: how a provider is called where a URL, a key and a body are not enough: addresses made of keys and regions, access
// tokens, signatures, bodies and answers of its own form (DESIGN section 8; spec 07 sections 8, 9). Pure; the clock and what was exchanged
// are given in. Calls are made by relay.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/error_body.h"
#include "dialect/profile.h"
#include "provider/provider.h"

namespace opusclaw::provider {

/// What decides one call. Views live during the call of a function that gets it.
struct CallFacts {
    std::string_view base_url;    // of the channel, without a trailing slash; empty: the provider's own
    std::string_view key;
    std::string_view key_form;    // the channel's `vertex_key_type`
    std::string_view other;       // the channel's column of that name: regions
    std::string_view requested_model;
    std::string_view model;    // as it is sent
    std::string_view path;     // of the endpoint, as the row has it: for a stream that of streams
    bool stream = false;
};

enum class CallHeaders { OfClientAndOwn, OwnOnly };
enum class BodyOrigin { Made, PassedOn };

struct CallBody {
    std::string_view text;    // a JSON object in the dialect of the endpoint
    std::string_view beta;    // the `anthropic-beta` that would be sent; empty: none
    BodyOrigin origin = BodyOrigin::Made;
    const dialect::FetchedFiles* files = nullptr;    // what `needs` named, once it is fetched
};

/// What is posted, as a form, to get an access token.
struct TokenGrant {
    std::string url, form;
};
struct GrantFacts {
    std::int64_t now = 0;          // unix seconds
    std::string_view token_url;    // instead of the provider's own; empty: none
};
struct AccessToken {
    std::string text;
    std::chrono::seconds lifetime{0};    // may be used for that long
};

/// A call that is complete but for its signature.
struct SigningFacts {
    std::string_view host, path;    // as they are sent
    std::string_view body;
    std::int64_t now = 0;
};

/// What answers of another form are told as.
struct ReplyFacts {
    std::string_view request_id, model;
    std::int64_t created = 0;
};

struct ErrorFacts {
    int status = 0;
    std::string_view body;
    std::string_view error_type;    // the header `x-amzn-errortype`
    bool stream = false;
};

/// One message of a binary stream (net/event_stream.h).
struct StreamMessage {
    std::string_view message_type, event_type, exception_type, error_code, error_message;
    std::string_view payload;
};
/// What is remembered from one message of a stream to the next.
struct StreamState {
    std::optional<std::int64_t> first_tool;    // the block of it
};
struct StreamPiece {
    std::string payload;    // in the dialect of the endpoint, as behind `data:`; empty: nothing to tell
    std::optional<dialect::ClientError> error;
};

/// Functions throw Error(InvalidRequest, "convert_request_failed") for what a client wrote, Unfit for what the channel cannot serve,
/// Error "channel:..." for its key.
struct Protocol {
    std::string (*url)(const CallFacts& call) = nullptr;
    CallHeaders client_headers = CallHeaders::OfClientAndOwn;
    /// `token` is empty where none is granted.
    std::vector<UpstreamHeader> (*headers)(const CallFacts& call, std::string_view token) = nullptr;
    /// URLs whose files must be fetched before the body can be made of this text; nullptr: none ever.
    std::vector<std::string> (*needs)(std::string_view text) = nullptr;
    /// nullptr: as it is.
    std::string (*body)(const CallFacts& call, const CallBody& body) = nullptr;

    /// nullopt, or no function: the key goes as it is.
    std::optional<TokenGrant> (*grant)(const CallFacts& call, const GrantFacts& facts) = nullptr;
    /// The answer to a grant. Throws Error when it has none.
    AccessToken (*read_token)(std::string_view answer, int status) = nullptr;
    /// More headers.
    std::vector<UpstreamHeader> (*sign)(const CallFacts& call, const SigningFacts& facts) = nullptr;

    dialect::ClientError (*read_error)(const ErrorFacts& facts) = nullptr;
    /// A whole answer in the dialect of the endpoint; nullptr: it is.
    std::string (*whole_answer)(std::string_view body, const ReplyFacts& reply) = nullptr;
    /// nullptr: streams are text.
    StreamPiece (*read_message)(const StreamMessage& message, const ReplyFacts& reply,
                                StreamState& state) = nullptr;
};

}    // namespace opusclaw::provider
