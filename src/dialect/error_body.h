// dialect/error_body.h: error bodies in the client's dialect (spec 04 section 14; 06 section 20), and reading those of providers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/dialect.h"

namespace opusclaw::dialect {

/// Where an error came from: spec 04 section 14.3 renders them differently.
enum class ErrorSource { Gateway, OpenaiUpstream };

/// What a client reads. Masked and translated already; the request id is appended to the message here.
struct ClientError {
    ErrorSource source = ErrorSource::Gateway;
    int status = 500;
    std::string message;
    std::string type = "new_api_error";
    std::string param;
    std::string code;                        // rendered as a JSON string unless code_json is set
    std::optional<std::string> code_json;    // the provider's own code: number, null or string, as JSON text
    std::optional<std::string> metadata_json;
};
/// The message as clients read it: its type in place of none, the request id behind it.
std::string shown_message(const ClientError& error, std::string_view request_id);
std::string render_error(Dialect dialect, const ClientError& error, std::string_view request_id);
/// The event that ends a stream in which bytes were already sent (spec 06 section 20.3), framing included.
std::string render_stream_error(Dialect dialect, const ClientError& error, std::string_view request_id);

/// Reads a provider's error answer by spec 04 section 14.4; `fallback_status` is its HTTP status. Never throws.
ClientError read_upstream_error(std::string_view body, int status);

}    // namespace opusclaw::dialect
