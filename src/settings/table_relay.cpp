// settings/table_relay.cpp: the options of channels, retries, monitoring and the model request limit (spec 01 sections 7.4, 7.5).
// How a row reads is said in table.cpp.
#include "settings/checks.h"
#include "settings/option.h"

namespace opusclaw::settings {

namespace {

constexpr std::string_view kDisableKeywords =
    "Your credit balance is too low\n"
    "This organization has been disabled.\n"
    "You exceeded your current quota\n"
    "Permission denied\n"
    "The security token included in the request is invalid\n"
    "Operation not allowed\n"
    "Your account is not authorized";

/// As many seconds as the numbers of ModelRequestRateLimitGroup may be (spec 01 section 14.3); in nanoseconds they still fit 64 bits.
constexpr std::int64_t kLongestWindowMinutes = 2'147'483'647 / 60;

const Option kRows[] = {
    option("RetryTimes", &Settings::retry_times, 0)
        .check(at_least(0))
        .group("relay")
        .help("Attempts after the first one, on another channel."),
    option("AutomaticDisableChannelEnabled", &Settings::automatic_disable_channel_enabled, false)
        .group("channels")
        .help("Channels that fail for good are disabled."),
    option("AutomaticEnableChannelEnabled", &Settings::automatic_enable_channel_enabled, false)
        .group("channels")
        .help("Channels disabled so are enabled when a test succeeds."),
    option("ChannelDisableThreshold", &Settings::channel_disable_threshold_seconds, "5")
        .check(not_negative())
        .group("channels")
        .help("Seconds a channel test may take; 0: any."),
    option("AutomaticDisableKeywords", &Settings::automatic_disable_keywords, kDisableKeywords, &decode_lines)
        .group("channels")
        .help("An upstream error with one of them in it disables the channel; letter case is ignored."),
    option("AutomaticDisableStatusCodes", &Settings::automatic_disable_status_codes, "401",
           &decode_code_ranges)
        .group("channels")
        .help("Codes such as 401,403,500-505 that disable the channel."),
    option("AutomaticRetryStatusCodes", &Settings::automatic_retry_status_codes,
           "100-199,300-399,401-407,409-499,500-503,505-523,525-599", &decode_code_ranges)
        .group("relay")
        .help("Codes after which the request is tried on another channel."),
    option("ModelRequestRateLimitEnabled", &Settings::model_request_rate_limit_enabled, false)
        .group("limits")
        .help("Limits requests per user."),
    option("ModelRequestRateLimitCount", &Settings::model_request_rate_limit_total, 0)
        .group("limits")
        .help("Requests in the window, failures included; 0: any number."),
    option("ModelRequestRateLimitSuccessCount", &Settings::model_request_rate_limit_success, 1000)
        .group("limits")
        .help("Successful requests in the window; 0: any number."),
    option("ModelRequestRateLimitDurationMinutes", &Settings::model_request_rate_limit_duration_minutes, 1)
        .check(at_most(kLongestWindowMinutes))
        .group("limits")
        .help("Length of the window in minutes."),
    option("ModelRequestRateLimitGroup", &Settings::model_request_rate_limit_group, "{}",
           &decode_request_limits)
        .group("limits")
        .help("Group to the two limits that its users have instead."),
};

}    // namespace

std::span<const Option> relay_options() { return kRows; }

}    // namespace opusclaw::settings
