// relay/failure.h: why an attempt, or the whole request, failed: what the client reads, and whether another channel may be
// tried (spec 04 sections 13.2 and 14).
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/translations.h"
#include "dialect/error_body.h"
#include "settings/settings.h"

namespace opusclaw::relay {

enum class Retry {
    Allowed,
    Forbidden,    // flagged skip-retry
    Elsewhere     // unfit: nothing was sent, another channel may be able to; costs no attempt
};

struct Failure {
    dialect::ClientError client;    // not masked yet
    std::string detail;             // log only
    Retry retry = Retry::Allowed;
    bool client_gone = false;                           // nobody to answer
    std::optional<std::chrono::seconds> retry_after;    // of a limit of ours

    /// From an error of our own, its message in the client's language.
    static Failure of(const Error& error, Language language);
    /// A provider's answer with a status other than 200, the channel's status mapping not applied yet.
    static Failure of_answer(std::string_view body, int status);
};

/// Rules 2 to 10 of spec 04 section 13.2 for a request that is not pinned. `attempts_left`: RetryTimes minus the index. Unfit
/// failures are not judged here but by Walk: no.
bool should_retry(const Failure& failure, std::int64_t attempts_left, const settings::Settings& settings);

/// The status that an answer can end with: what a channel's status mapping names may be none.
int final_status(int status);

/// Masks the message (spec 04 section 14.6); `secrets` are the keys that were in use, and go from everything else, too: from what
/// programs read where they have 16 bytes or more, for a key such as `text` would tear names apart. Cuts the detail. Before anything
/// is logged.
void mask(Failure& failure, std::span<const std::string_view> secrets);

}    // namespace opusclaw::relay
