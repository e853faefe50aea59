// dialect/error_body.cpp: one neutral error, written in each dialect; and a provider's error read into it (spec 04 section 14; 06
// section 20).
#include "dialect/error_body.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"

namespace opusclaw::dialect {
namespace {

/// The families' own names for a status (spec 06 section 20.1).
struct StatusRow {
    int status;
    std::string_view anthropic, gemini;
};
constexpr std::array kStatusRows = {
    StatusRow{400, "invalid_request_error", "INVALID_ARGUMENT"},
    StatusRow{401, "authentication_error", "UNAUTHENTICATED"},
    StatusRow{403, "permission_error", "PERMISSION_DENIED"},
    StatusRow{404, "not_found_error", "NOT_FOUND"},
    StatusRow{413, "request_too_large", "INVALID_ARGUMENT"},
    StatusRow{429, "rate_limit_error", "RESOURCE_EXHAUSTED"},
    StatusRow{503, "overloaded_error", "UNAVAILABLE"},
    StatusRow{529, "overloaded_error", "UNAVAILABLE"},
    StatusRow{504, "timeout_error", "DEADLINE_EXCEEDED"},
};

StatusRow status_row(int status) {
    for (const StatusRow& row : kStatusRows) {
        if (row.status == status) return row;
    }
    if (status >= 500) return {status, "api_error", "INTERNAL"};
    return {status, "invalid_request_error", "INVALID_ARGUMENT"};
}

void write_openai(json::Writer& writer, const ClientError& error, std::string_view request_id) {
    writer.begin_object().key("error").begin_object();
    writer.member("message", shown_message(error, request_id));
    writer.member("type", error.type);
    writer.member("param", error.param);
    if (error.code_json) {
        writer.member_raw("code", *error.code_json);
    } else {
        writer.member("code", error.code);
    }
    if (error.metadata_json) writer.member_raw("metadata", *error.metadata_json);
    writer.end_object().end_object();
}

void write_anthropic(json::Writer& writer, const ClientError& error, std::string_view request_id) {
    std::string_view type = error.type;
    if (error.source == ErrorSource::OpenaiUpstream) {
        const bool code_is_text = error.code_json && error.code_json->starts_with('"') &&
                                  error.code_json->size() > 2;
        if (code_is_text) {
            type = error.code;
        } else if (type.empty() || type == "upstream_error" || type == "bad_response_status_code") {
            type = status_row(error.status).anthropic;
        }
    }
    writer.begin_object().member("type", "error").key("error").begin_object();
    writer.member("type", type).member("message", shown_message(error, request_id)).end_object().end_object();
}

void write_gemini(json::Writer& writer, const ClientError& error, std::string_view request_id) {
    writer.begin_object().key("error").begin_object();
    writer.member("code", error.status).member("message", shown_message(error, request_id));
    writer.member("status", status_row(error.status).gemini);
    writer.key("details").begin_array().begin_object();
    writer.member("@type", "type.googleapis.com/google.rpc.ErrorInfo")
        .member("reason", error.code)
        .member("domain", "opusclaw");
    writer.key("metadata").begin_object().member("type", error.type).end_object();
    writer.end_object().end_array().end_object().end_object();
}

ClientError unreadable(int status) {
    ClientError error;
    error.source = ErrorSource::OpenaiUpstream;
    error.status = status;
    error.type = error.code = "bad_response_status_code";
    error.message = "bad response status code " + std::to_string(status);
    return error;
}

std::string text_of(const json::View& object, std::string_view name) {
    const auto value = object.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

/// `error` is an object with a message: taken whole.
bool read_error_object(const json::View& object, ClientError& error) {
    const std::string message = text_of(object, "message");
    if (object.type() != json::Type::Object || message.empty()) return false;
    error.message = message;
    error.type = text_of(object, "type");
    if (error.type.empty()) error.type = "upstream_error";
    error.param = text_of(object, "param");
    error.code = "unknown_error";
    error.code_json = "null";
    if (const auto code = object.find("code"); code && !code->is_null()) {
        error.code = code->as_string().value_or(std::string(code->raw()));
        error.code_json = std::string(code->raw());
    }
    if (const auto metadata = object.find("metadata"); metadata && !metadata->is_null()) {
        error.metadata_json = std::string(metadata->raw());
        error.message.append(" (").append(metadata->raw()).append(")");
    }
    return true;
}

/// The first text among the places where providers put one.
std::string loose_message(const json::View& root) {
    if (const auto error = root.find("error"); error && !error->is_null()) {
        if (auto text = error->as_string(); text && !text->empty()) return *text;
        if (error->type() != json::Type::Object && error->type() != json::Type::String)
            return std::string(error->raw());
    }
    for (const std::string_view name : {"message", "msg", "err", "error_msg", "detail"}) {
        if (std::string text = text_of(root, name); !text.empty()) return text;
    }
    const auto in_header = root.at({"header", "message"});
    if (in_header && !in_header->as_string().value_or("").empty()) return *in_header->as_string();
    const auto in_response = root.at({"response", "error", "message"});
    return in_response ? in_response->as_string().value_or("") : std::string();
}

}    // namespace

std::string shown_message(const ClientError& error, std::string_view request_id) {
    std::string message = error.message.empty() ? error.type : error.message;
    return message.append(" (request id: ").append(request_id).append(")");
}

std::string render_error(Dialect dialect, const ClientError& error, std::string_view request_id) {
    std::string text;
    json::Writer writer(text);
    switch (dialect) {
        case Dialect::OpenaiChat:
        case Dialect::OpenaiResponses: write_openai(writer, error, request_id); break;
        case Dialect::Anthropic: write_anthropic(writer, error, request_id); break;
        case Dialect::Gemini: write_gemini(writer, error, request_id); break;
    }
    return text;
}

std::string render_stream_error(Dialect dialect, const ClientError& error, std::string_view request_id) {
    const std::string body = render_error(dialect, error, request_id);
    switch (dialect) {
        case Dialect::OpenaiChat: return "data: " + body + "\n\ndata: [DONE]\n\n";
        case Dialect::Gemini: return "data: " + body + "\n\n";
        case Dialect::OpenaiResponses:
        case Dialect::Anthropic: return "event: error\ndata: " + body + "\n\n";
    }
    return {};
}

ClientError read_upstream_error(std::string_view body, int status) {
    ClientError error = unreadable(status);
    try {
        const json::Document document = json::Document::copy(body);
        document.validate();
        const json::View root = document.root();
        if (root.type() != json::Type::Object) return error;
        if (const auto object = root.find("error"); object && read_error_object(*object, error)) return error;
        if (std::string message = loose_message(root); !message.empty()) error.message = std::move(message);
    } catch (const Error&) {
        // no JSON: the raw body goes to the log only
    }
    return error;
}

}    // namespace opusclaw::dialect
