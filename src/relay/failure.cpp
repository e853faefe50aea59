// relay/failure.cpp: from errors to what clients read, and the retry decision (spec 04 sections 13.2, 14).
#include "relay/failure.h"

#include <utility>
#include <vector>

#include "base/json/view.h"
#include "base/text.h"
#include "base/text_mask.h"
#include "base/unfit.h"
#include "relay/model_limits.h"

namespace opusclaw::relay {
namespace {

/// Errors of ours that no other channel would mend.
bool is_final(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::UpstreamBroken:
        case ErrorKind::UpstreamTimeout:
        case ErrorKind::UpstreamRefused:
        case ErrorKind::NoChannel: return false;
        default: return true;
    }
}

/// Only keys that cannot be a part of a word: `code` decides what is done, and programs compare it.
std::vector<std::string_view> long_ones(std::span<const std::string_view> secrets) {
    constexpr std::size_t kShortest = 16;
    std::vector<std::string_view> found;
    for (const std::string_view secret : secrets)
        if (secret.size() >= kShortest) found.push_back(secret);
    return found;
}

/// Raw JSON that is none without its secrets (digits of a number) is left out.
void mask_json(std::optional<std::string>& json, std::span<const std::string_view> secrets) {
    if (!json) return;
    std::string masked = text::without_secrets(*json, secrets);
    if (masked == *json) return;
    try {
        json::Document::copy(masked).validate();
        json = std::move(masked);
    } catch (const Error&) {
        json.reset();
    }
}

}    // namespace

Failure Failure::of(const Error& error, Language language) {
    Failure failure;
    // A provider that could not be reached, or did not answer in time, is 500 (spec 04 section 14.4): 504 would forbid a retry.
    failure.client.status = error.kind == ErrorKind::UpstreamTimeout ? 500 : error.status;
    failure.client.message = translate(language, error.message);
    failure.client.code = error.code;
    failure.detail = error.what();
    failure.retry = is_final(error.kind) ? Retry::Forbidden : Retry::Allowed;
    if (dynamic_cast<const Unfit*>(&error) != nullptr) failure.retry = Retry::Elsewhere;
    failure.client_gone = error.kind == ErrorKind::ClientGone;
    if (const auto* limited = dynamic_cast<const TooManyRequests*>(&error))
        failure.retry_after = limited->retry_after;
    return failure;
}

Failure Failure::of_answer(std::string_view body, int status) {
    Failure failure;
    failure.client = dialect::read_upstream_error(body, status);
    // mask() cuts it to what is logged: here half of a key could be left.
    constexpr std::size_t kRead = std::size_t{16} << 10;
    failure.detail = body.substr(0, kRead);
    return failure;
}

bool should_retry(const Failure& failure, std::int64_t attempts_left, const settings::Settings& settings) {
    const int status = failure.client.status;
    if (failure.client_gone || failure.retry == Retry::Elsewhere) return false;
    if (failure.client.code.starts_with("violation_fee.")) return false;
    if (failure.client.code.starts_with("channel:")) return attempts_left > 0;
    if (failure.retry == Retry::Forbidden || attempts_left <= 0) return false;
    if (status >= 200 && status <= 299) return false;
    if (status < 100 || status > 599) return true;
    if (failure.client.code == "bad_response_body") return false;
    if (status == 504 || status == 524) return false;
    return settings.automatic_retry_status_codes.contains(status);
}

int final_status(int status) {
    constexpr int kLeast = 200, kMost = 599, kBadGateway = 502;
    return status < kLeast || status > kMost ? kBadGateway : status;
}

void mask(Failure& failure, std::span<const std::string_view> secrets) {
    constexpr std::size_t kLogged = 2048;
    dialect::ClientError& client = failure.client;
    failure.detail = text::cut_bytes(text::without_secrets(failure.detail, secrets), kLogged);
    const std::vector<std::string_view> keys = long_ones(secrets);
    for (std::string* const text : {&client.type, &client.param, &client.code})
        *text = text::without_secrets(*text, keys);
    mask_json(client.code_json, keys);
    mask_json(client.metadata_json, secrets);    // words for people
    if (failure.client.code == "count_token_failed") return;
    failure.client.message = text::mask_secrets(failure.client.message, secrets);
}

}    // namespace opusclaw::relay
