// provider/bedrock.cpp: invoke and invoke-with-response-stream; and the row of the Claude models. Nova: provider/bedrock_nova.h.
#include "provider/bedrock.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/url.h"
#include "provider/bedrock_models.h"
#include "provider/bedrock_nova.h"
#include "provider/hosted_claude.h"
#include "provider/hosted_media.h"
#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kInvokeError = "aws_invoke_error";

bool is_region(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string origin_of(const CallFacts& call, std::string_view region) {
    if (!call.base_url.empty()) return std::string(call.base_url);
    return std::string("https://bedrock-runtime.")
        .append(region)
        .append(region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
}

/// A text member of an error; AWS writes the first letter either way.
std::string member_of(json::View root, std::string_view name, std::string_view other_name) {
    for (const std::string_view known : {name, other_name}) {
        const auto value = root.find(known);
        if (auto text = value ? value->as_string() : std::nullopt; text && !text->empty()) return *text;
    }
    return {};
}

struct Told {
    std::string type, message;
};
Told read_told(std::string_view body) {
    Told told;
    try {
        const json::Document document = json::Document::copy(body);
        document.validate();
        told.type = member_of(document.root(), "__type", "code");
        told.message = member_of(document.root(), "message", "Message");
    } catch (const Error&) {
        // no JSON: the status tells enough
    }
    return told;
}

/// `com.amazon.coral#Name` and `Name:http://...` are `Name`.
std::string_view bare_type(std::string_view type) {
    type = type.substr(0, type.find(':'));
    const std::size_t hash = type.find('#');
    return text::trim(hash == std::string_view::npos ? type : type.substr(hash + 1));
}

dialect::ClientError invoke_error(int status, std::string message) {
    dialect::ClientError error;
    error.source = dialect::ErrorSource::OpenaiUpstream;
    error.status = status;
    error.message = std::move(message);
    error.type = error.code = kInvokeError;
    error.code_json = json::quoted(kInvokeError);
    return error;
}

int status_of(std::string_view exception) {
    constexpr std::array<std::pair<std::string_view, int>, 5> kStatuses = {
        {{"throttlingException", 429},
         {"validationException", 400},
         {"modelTimeoutException", 408},
         {"modelStreamErrorException", 424},
         {"serviceUnavailableException", 503}}};
    for (const auto& [name, status] : kStatuses) {
        if (text::iequals(name, exception)) return status;
    }
    return 500;
}

dialect::ClientError told_in_stream(std::string_view type, std::string message) {
    std::string text = "InvokeModelWithResponseStream: ";
    text.append(type);
    if (!message.empty()) text.append(": ").append(message);
    return invoke_error(status_of(type), std::move(text));
}

constexpr std::array<std::string_view, 11> kMembers = {
    "system",         "messages", "max_tokens",  "temperature", "top_p",        "top_k",
    "stop_sequences", "tools",    "tool_choice", "thinking",    "output_config"};

std::string claude_body(const CallFacts& /*call*/, const CallBody& body) {
    return hosted_claude_body({.version = "bedrock-2023-05-31", .members = kMembers, .beta_in_body = true},
                              body);
}

StreamPiece claude_piece(const StreamMessage& message, const ReplyFacts& /*reply*/, StreamState& /*state*/) {
    return bedrock_piece(message);
}

constexpr Protocol kClaudeProtocol = {.url = bedrock_url,
                                      .client_headers = CallHeaders::OwnOnly,
                                      .headers = bedrock_headers,
                                      .needs = hosted_media_needs,
                                      .body = claude_body,
                                      .sign = bedrock_signature,
                                      .read_error = bedrock_error,
                                      .read_message = claude_piece};

constexpr std::array kNovaPaths = {EndpointPath{Endpoint::ChatCompletions, ""}};

const std::array kRows = {
    Provider{.type = ChannelType::Aws,
             .name = "aws",
             .endpoints = kNovaPaths,
             .auth = Auth::ByProtocol,
             .chat = {.stream_options = false, .top_k = true, .custom_tools = false, .file_urls = true},
             .reference = "https://docs.aws.amazon.com/nova/latest/userguide/using-invoke-api.html",
             .protocol = &kNovaProtocol,
             .serves = is_nova},
    hosted_claude_provider(
        {.type = ChannelType::Aws,
         .name = "aws",
         .reference = "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html",
         .protocol = &kClaudeProtocol}),
};

}    // namespace

BedrockKey read_bedrock_key(std::string_view key) {
    const auto parts = text::split(key, '|');
    BedrockKey read;
    if (parts.size() == 2) {
        read.bearer = text::trim(parts[0]);
        read.signing.region = text::trim(parts[1]);
    } else if (parts.size() == 3) {
        read.signing = {text::trim(parts[0]), text::trim(parts[1]), text::trim(parts[2])};
    }
    const bool complete = !read.bearer.empty() ||
                          (!read.signing.access.empty() && !read.signing.secret.empty());
    if (!complete || !is_region(read.signing.region)) {
        throw Error(ErrorKind::Internal, "channel:aws_client_error",
                    Message::literal("invalid aws secret key"));
    }
    return read;
}

std::string bedrock_url(const CallFacts& call) {
    const std::string_view region = read_bedrock_key(call.key).signing.region;
    return origin_of(call, region)
        .append("/model/")
        .append(percent_encode(bedrock_model_id(call.model, region)))
        .append(call.stream ? "/invoke-with-response-stream" : "/invoke");
}

std::vector<UpstreamHeader> bedrock_headers(const CallFacts& call, std::string_view /*token*/) {
    std::vector<UpstreamHeader> headers = {{"Content-Type", "application/json"}};
    headers.push_back({call.stream ? "X-Amzn-Bedrock-Accept" : "Accept", "application/json"});
    const BedrockKey key = read_bedrock_key(call.key);
    if (!key.bearer.empty()) headers.push_back({"Authorization", std::string("Bearer ").append(key.bearer)});
    return headers;
}

std::vector<UpstreamHeader> bedrock_signature(const CallFacts& call, const SigningFacts& facts) {
    const BedrockKey key = read_bedrock_key(call.key);
    if (!key.bearer.empty()) return {};
    const std::string date = aws_date(facts.now);
    std::vector<UpstreamHeader> headers = bedrock_headers(call, {});
    headers.push_back({"host", std::string(facts.host)});
    headers.push_back({"x-amz-date", date});
    const std::string authorization = aws_authorization(
        key.signing, {.path = facts.path, .headers = headers, .body = facts.body}, date);
    return {{"X-Amz-Date", date}, {"Authorization", authorization}};
}

dialect::ClientError bedrock_error(const ErrorFacts& facts) {
    Told told = read_told(facts.body);
    const std::string_view type = bare_type(told.type.empty() ? facts.error_type
                                                              : std::string_view(told.type));
    if (told.message.empty()) told.message = "bad response status code " + std::to_string(facts.status);
    std::string text = facts.stream ? "InvokeModelWithResponseStream: " : "InvokeModel: ";
    if (!type.empty()) text.append(type).append(": ");
    return invoke_error(facts.status, text.append(told.message));
}

StreamPiece bedrock_piece(const StreamMessage& message) {
    if (message.message_type == "exception")
        return {.payload = {},
                .error = told_in_stream(message.exception_type, read_told(message.payload).message)};
    if (message.message_type == "error")
        return {.payload = {},
                .error = told_in_stream(message.error_code, std::string(message.error_message))};
    if (message.message_type != "event" || message.event_type != "chunk") return {};
    const auto bytes = json::view_of(message.payload).find("bytes");
    const auto text = bytes ? bytes->as_string() : std::nullopt;
    auto decoded = text ? crypto::base64_decode(*text) : std::nullopt;
    if (!decoded)
        throw_error(ErrorKind::UpstreamBroken, "bad_event_stream", "the upstream sent a broken event stream",
                    "a chunk without bytes");
    return {.payload = std::move(*decoded), .error = std::nullopt};
}

std::span<const Provider> bedrock_rows() { return kRows; }

}    // namespace opusclaw::provider
