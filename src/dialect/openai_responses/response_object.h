// dialect/openai_responses/response_object.h: the object that a whole answer is, and that the first and last events of a stream carry
// (spec 06 sections 15.2, 18, 19.3). Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/writer.h"
#include "dialect/chat.h"
#include "dialect/error_body.h"
#include "dialect/reply.h"

namespace opusclaw::dialect::openai_responses {

struct ResponseState {
    std::string id, model;
    std::int64_t created = 0;
    std::string_view status = "in_progress";
    std::string_view incomplete_reason;    // empty: it is not incomplete
    const ClientError* error = nullptr;    // of a failed one
    std::vector<std::string> output;       // JSON objects, whole items
    std::optional<Usage> usage;            // nullopt: written as null
};

/// `completed`, or `incomplete` with its reason.
void set_end(ResponseState& state, std::optional<chat::Finish> finish);

/// Writes the object; what the client asked for is repeated from Reply::shown_request.
void write_response(json::Writer& writer, const ResponseState& state, const Reply& reply);

}    // namespace opusclaw::dialect::openai_responses
