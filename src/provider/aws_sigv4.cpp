// provider/aws_sigv4.cpp: canonical request, string to sign, key, signature: one function a step.
#include "provider/aws_sigv4.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/crypto.h"
#include "base/text.h"
#include "base/url.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// Every segment of what goes over the wire, escaped once more.
std::string canonical_path(std::string_view path) {
    std::string out;
    for (const std::string_view part : text::split(path, '/'))
        out.append(out.empty() && part.data() == path.data() ? "" : "/").append(percent_encode(part));
    return out.empty() ? "/" : out;
}

/// Blanks at the ends are cut, those within become one.
std::string canonical_value(std::string_view value) {
    std::string out;
    for (const char c : text::trim(value)) {
        if (c == ' ' && out.ends_with(' ')) continue;
        out += c;
    }
    return out;
}

/// By name in lower case; several of one name are one, with commas.
std::map<std::string, std::string> canonical_headers(const AwsRequest& request) {
    std::map<std::string, std::string> headers;
    for (const UpstreamHeader& header : request.headers) {
        std::string value = canonical_value(header.value);
        const auto [place, added] = headers.emplace(text::lower(header.name), value);
        if (!added) place->second.append(",").append(value);
    }
    return headers;
}

std::string signed_names(const AwsRequest& request) {
    std::string names;
    for (const auto& [name, value] : canonical_headers(request))
        names.append(names.empty() ? "" : ";").append(name);
    return names;
}

std::string scope_of(const AwsKey& key, std::string_view day, std::string_view service) {
    return fmt::format("{}/{}/{}/aws4_request", day, key.region, service);
}

}    // namespace

std::string aws_date(std::int64_t unix_seconds) {
    const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
    return fmt::format("{:%Y%m%dT%H%M%SZ}", time);
}

std::string aws_canonical_request(const AwsRequest& request) {
    std::string text = fmt::format("{}\n{}\n\n", request.method, canonical_path(request.path));
    for (const auto& [name, value] : canonical_headers(request))
        text.append(name).append(":").append(value).append("\n");
    return text.append("\n")
        .append(signed_names(request))
        .append("\n")
        .append(crypto::hex(crypto::sha256(request.body)));
}

std::string aws_signing_key(const AwsKey& key, std::string_view date, std::string_view service) {
    std::string bytes = "AWS4" + std::string(key.secret);
    for (const std::string_view part : {date, key.region, service, std::string_view("aws4_request")})
        bytes = crypto::hmac_sha256(bytes, part);
    return bytes;
}

std::string aws_authorization(const AwsKey& key, const AwsRequest& request, std::string_view date) {
    constexpr std::size_t kDay = 8;
    const std::string_view day = date.substr(0, kDay);
    const std::string scope = scope_of(key, day, request.service);
    const std::string hash = crypto::hex(crypto::sha256(aws_canonical_request(request)));
    const std::string text = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, scope, hash);
    const std::string signature = crypto::hmac_sha256(aws_signing_key(key, day, request.service), text);
    return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm, key.access, scope,
                       signed_names(request), crypto::hex(signature));
}

}    // namespace opusclaw::provider
