// api/usage.cpp: what is left on an API key, for programs that hold it (spec 02 section 21).
#include <array>
#include <string>

#include "api/route.h"
#include "base/ids.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

/// Exactly two parts with one space between, the first `bearer` in any case.
bool is_bearer(std::string_view authorization) {
    const auto parts = text::split(authorization, ' ');
    return parts.size() == 2 && text::iequals(parts.front(), "bearer");
}

void write_usage(json::Writer& writer, const store::TokenRow& token) {
    writer.begin_object().member("object", "token_usage").member("name", token.name);
    const Quota granted = Quota{token.remain_quota} + Quota{token.used_quota};
    writer.member("total_granted", granted.units);
    writer.member("total_used", token.used_quota).member("total_available", token.remain_quota);
    writer.member("unlimited_quota", token.unlimited_quota).key("model_limits").begin_object();
    for (const std::string& model : account::Token::of(token).model_limits) writer.member(model, true);
    writer.end_object().member("model_limits_enabled", token.model_limits_enabled);
    writer.member("expires_at", token.expired_time == -1 ? 0 : token.expired_time).end_object();
}

Task<Reply> show_token_usage(const Request& request, const Services&) {
    constexpr int kUnauthorized = 401;
    if (!is_bearer(request.head.headers.find("Authorization").value_or("")))
        co_return failure("Invalid Bearer token", kUnauthorized);
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("code", true).member("message", "ok").key("data");
    write_usage(writer, *request.token);
    writer.end_object();
    co_return reply;
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/usage/token/", Access::KeyReader, &show_token_usage, Origins::Any},
};

}    // namespace

std::span<const Route> usage_routes() { return kRoutes; }

}    // namespace opusclaw::api
