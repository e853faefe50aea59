// base/error.cpp: the table of error kinds (spec 04 section 14, 06 section 20.1) and the Error's line for the log. How a
// dialect renders an Error is not decided here.
#include "base/error.h"

#include <array>
#include <cstddef>

namespace opusclaw {
namespace {

// Errors of the gateway itself have one type in both shapes, as in New API; what tells them apart is the code.
constexpr std::string_view kOwn = "new_api_error";

constexpr auto kRows = std::to_array<KindRow>({
    {ErrorKind::InvalidRequest, 400, false, kOwn, kOwn, "INVALID_ARGUMENT"},
    {ErrorKind::Unauthenticated, 401, false, kOwn, kOwn, "UNAUTHENTICATED"},
    {ErrorKind::Forbidden, 403, false, kOwn, kOwn, "PERMISSION_DENIED"},
    {ErrorKind::NotFound, 404, false, kOwn, kOwn, "NOT_FOUND"},
    {ErrorKind::Conflict, 409, true, kOwn, kOwn, "ABORTED"},
    {ErrorKind::TooLarge, 413, false, kOwn, kOwn, "INVALID_ARGUMENT"},
    {ErrorKind::UnsupportedMedia, 415, false, kOwn, kOwn, "INVALID_ARGUMENT"},
    {ErrorKind::RateLimited, 429, true, kOwn, kOwn, "RESOURCE_EXHAUSTED"},
    {ErrorKind::QuotaExhausted, 403, false, kOwn, kOwn, "PERMISSION_DENIED"},
    {ErrorKind::NoChannel, 503, true, kOwn, kOwn, "UNAVAILABLE"},
    {ErrorKind::UpstreamRefused, 502, false, "upstream_error", "api_error", "INTERNAL"},
    {ErrorKind::UpstreamBroken, 502, true, kOwn, kOwn, "INTERNAL"},
    {ErrorKind::UpstreamTimeout, 504, true, kOwn, kOwn, "DEADLINE_EXCEEDED"},
    {ErrorKind::ClientGone, 499, false, kOwn, kOwn, "CANCELLED"},
    {ErrorKind::Unavailable, 503, true, kOwn, kOwn, "UNAVAILABLE"},
    {ErrorKind::Internal, 500, false, kOwn, kOwn, "INTERNAL"},
});

constexpr std::string_view kNames[] = {
    "InvalidRequest",   "Unauthenticated", "Forbidden",      "NotFound",  "Conflict",        "TooLarge",
    "UnsupportedMedia", "RateLimited",     "QuotaExhausted", "NoChannel", "UpstreamRefused", "UpstreamBroken",
    "UpstreamTimeout",  "ClientGone",      "Unavailable",    "Internal",
};

constexpr bool rows_stand_in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (kRows[i].kind != static_cast<ErrorKind>(i)) return false;
    return true;
}
static_assert(kRows.size() == static_cast<std::size_t>(ErrorKind::kCount), "one row a kind");
static_assert(std::size(kNames) == static_cast<std::size_t>(ErrorKind::kCount), "one name a kind");
static_assert(rows_stand_in_order(), "rows stand in the order of the enum");

struct StatusRow {
    int status;
    StatusNames names;
};
constexpr StatusRow kStatusRows[] = {
    {400, {"invalid_request_error", "INVALID_ARGUMENT"}}, {401, {"authentication_error", "UNAUTHENTICATED"}},
    {403, {"permission_error", "PERMISSION_DENIED"}},     {404, {"not_found_error", "NOT_FOUND"}},
    {409, {"invalid_request_error", "ABORTED"}},          {413, {"request_too_large", "INVALID_ARGUMENT"}},
    {429, {"rate_limit_error", "RESOURCE_EXHAUSTED"}},    {499, {"invalid_request_error", "CANCELLED"}},
    {503, {"overloaded_error", "UNAVAILABLE"}},           {504, {"timeout_error", "DEADLINE_EXCEEDED"}},
    {529, {"overloaded_error", "UNAVAILABLE"}},
};

void append_arguments(std::string& out, const Message& message) {
    for (const auto& [name, value] : message.arguments) {
        out += ' ';
        out += name;
        out += '=';
        out += value;
    }
}

}    // namespace

const KindRow& kind_row(ErrorKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    return kRows[index < kRows.size() ? index : static_cast<std::size_t>(ErrorKind::Internal)];
}

std::string_view kind_name(ErrorKind kind) { return kNames[static_cast<std::size_t>(kind_row(kind).kind)]; }

StatusNames names_of_status(int status) {
    for (const StatusRow& row : kStatusRows)
        if (row.status == status) return row.names;
    if (status >= 400 && status < 500) return {"invalid_request_error", "INVALID_ARGUMENT"};
    return {"api_error", "INTERNAL"};
}

Error::Error(ErrorKind what_kind, std::string what_code, Message what_message, std::string what_detail)
    : kind(what_kind),
      status(kind_row(what_kind).status),
      code(std::move(what_code)),
      message(std::move(what_message)),
      detail(std::move(what_detail)) {
    what_ = kind_name(kind);
    if (!code.empty()) what_ += " [" + code + "]";
    what_ += ": " + message.text;
    append_arguments(what_, message);
    if (!detail.empty()) what_ += " (" + detail + ")";
}

void throw_error(ErrorKind kind, std::string_view code, std::string_view text, std::string detail) {
    throw Error(kind, std::string(code), Message::literal(std::string(text)), std::move(detail));
}

}    // namespace opusclaw
