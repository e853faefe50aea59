// provider/vertex.cpp: see the header. The rows and what they call: provider/vertex_rows.cpp.
#include "provider/vertex.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kGlobal = "global";

[[noreturn]] void bad_key(std::string message) {
    throw Error(ErrorKind::Internal, "channel:invalid_key", Message::literal(std::move(message)));
}

std::optional<std::string> region_in(json::View map, std::string_view name) {
    const auto value = map.find(name);
    auto text = value ? value->as_string() : std::nullopt;
    if (!text || text::trim(*text).empty()) return std::nullopt;
    return std::string(text::trim(*text));
}

/// nullopt: `other` is no object.
std::optional<std::string> mapped_region(const CallFacts& call) {
    try {
        const json::Document document = json::Document::copy(call.other);
        document.validate();
        if (document.root().type() != json::Type::Object) return std::nullopt;
        for (const std::string_view name : {call.requested_model, call.model, std::string_view("default")}) {
            if (auto region = region_in(document.root(), name)) return region;
        }
        return std::string(kGlobal);
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Where a region is served: Google's regions of several countries have hosts of another form.
std::string host_of(std::string_view region) {
    if (region == kGlobal) return "aiplatform.googleapis.com";
    if (region == "us" || region == "eu") return fmt::format("aiplatform.{}.rep.googleapis.com", region);
    return fmt::format("{}-aiplatform.googleapis.com", region);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kClaudeNames = {
    {{"claude-3-sonnet-20240229", "claude-3-sonnet@20240229"},
     {"claude-3-opus-20240229", "claude-3-opus@20240229"},
     {"claude-3-haiku-20240307", "claude-3-haiku@20240307"},
     {"claude-3-5-sonnet-20240620", "claude-3-5-sonnet@20240620"},
     {"claude-3-5-sonnet-20241022", "claude-3-5-sonnet-v2@20241022"},
     {"claude-3-7-sonnet-20250219", "claude-3-7-sonnet@20250219"},
     {"claude-sonnet-4-20250514", "claude-sonnet-4@20250514"},
     {"claude-opus-4-20250514", "claude-opus-4@20250514"},
     {"claude-opus-4-1-20250805", "claude-opus-4-1@20250805"},
     {"claude-sonnet-4-5-20250929", "claude-sonnet-4-5@20250929"},
     {"claude-haiku-4-5-20251001", "claude-haiku-4-5@20251001"},
     {"claude-opus-4-5-20251101", "claude-opus-4-5@20251101"}}};

void remove_all(std::string& text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
}

}    // namespace

ServiceAccount read_service_account(std::string_view key) {
    try {
        const json::Document document = json::Document::copy(key);
        document.validate();
        const json::View root = document.root();
        if (root.type() != json::Type::Object)
            bad_key("failed to decode credentials file: it is no JSON object");
        const auto text = [&root](std::string_view name) {
            const auto value = root.find(name);
            std::string said = value ? value->as_string().value_or("") : std::string();
            if (text::trim(said).empty())
                bad_key("failed to decode credentials file: it has no " + std::string(name));
            return said;
        };
        return {
            .project = text("project_id"), .email = text("client_email"), .private_key = text("private_key")};
    } catch (const Error& error) {
        if (error.code != "invalid_json") throw;
        bad_key("failed to decode credentials file: " + error.message.text);
    }
}

std::string vertex_region(const CallFacts& call) {
    const std::string_view other = text::trim(call.other);
    if (other.empty()) return std::string(kGlobal);
    return mapped_region(call).value_or(std::string(other));
}

std::string vertex_claude_name(std::string_view model) {
    for (const auto& [name, there] : kClaudeNames) {
        if (name == model) return std::string(there);
    }
    return std::string(model);
}

std::string repair_pem(std::string_view key) {
    constexpr std::string_view kBegin = "-----BEGIN PRIVATE KEY-----", kEnd = "-----END PRIVATE KEY-----";
    constexpr std::size_t kLine = 64;
    std::string body(key);
    for (const std::string_view part : {kBegin, kEnd, std::string_view("\\n"), std::string_view("\r"),
                                        std::string_view("\n"), std::string_view(" ")})
        remove_all(body, part);
    std::string pem(kBegin);
    pem += '\n';
    for (std::size_t at = 0; at < body.size(); at += kLine) pem.append(body, at, kLine).append("\n");
    return pem.append(kEnd).append("\n");
}

std::string vertex_assertion(const ServiceAccount& account, std::string_view audience, std::int64_t now) {
    constexpr std::int64_t kLifetime = 2100;    // seconds
    std::string claims;
    json::Writer(claims)
        .begin_object()
        .member("iss", account.email)
        .member("scope", "https://www.googleapis.com/auth/cloud-platform")
        .member("aud", audience)
        .member("iat", now)
        .member("exp", now + kLifetime)
        .end_object();
    std::string text = crypto::base64url_encode(R"({"alg":"RS256","typ":"JWT"})");
    text.append(".").append(crypto::base64url_encode(claims));
    const auto signature = crypto::sign_rs256(repair_pem(account.private_key), text);
    if (!signature) bad_key("failed to create signed JWT: private_key is no RSA key");
    return text.append(".").append(crypto::base64url_encode(*signature));
}

bool has_api_key(const CallFacts& call) { return call.key_form == "api_key"; }

std::string vertex_root(const CallFacts& call, std::string_view version) {
    const std::string region = vertex_region(call);
    std::string root(text::trim(call.base_url));
    while (root.ends_with('/')) root.pop_back();
    if (root.empty()) root = "https://" + host_of(region);
    const std::string suffix = "/" + std::string(version);
    if (!root.ends_with(suffix)) root += suffix;
    if (has_api_key(call)) return root;
    const ServiceAccount account = read_service_account(call.key);
    return fmt::format("{}/projects/{}/locations/{}", root, account.project, region);
}

}    // namespace opusclaw::provider
