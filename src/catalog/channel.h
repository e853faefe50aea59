// catalog/channel.h: one channel as routing and sending see it: the texts of its row parsed once (spec 04 sections 9, 10; 03 section 2).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "net/client.h"
#include "store/channels.h"

namespace opusclaw::catalog {

enum class ChannelStatus : int { Unknown = 0, Enabled = 1, Disabled = 2, AutoDisabled = 3 };

/// Which fields of a client's body go upstream (spec 06 section 4.6).
struct FieldRules {
    bool service_tier = false, inference_geo = false, speed = false, safety_identifier = false,
         include_obfuscation = false;
    bool store = true;
};

/// Where random numbers come from; tests give their own. Uniform in [0, bound).
using Draw = std::function<std::uint64_t(std::uint64_t bound)>;

enum class KeyMode { First, Random, Polling };
/// Which key of a polling channel is next. Thread-safe; the snapshots that follow one another share it, so that a reload does
/// not begin at the first key again.
struct PollingCursor {
    std::atomic<std::size_t> next{0};    // index among all keys; out of range counts as 0
};

/// A channel, its texts parsed once. Text that does not parse counts as empty (spec 04 section 10).
struct Channel {
    ChannelId id;
    int type = 0;
    std::string name;
    ChannelStatus status = ChannelStatus::Unknown;
    std::string base_url;                   // the type's default filled in, without a trailing slash
    std::vector<std::string> keys;          // one, or those of a multi-key channel, enabled ones only
    std::vector<std::size_t> key_places;    // of each of `keys`, its index among all keys
    bool multi_key = false;
    std::size_t key_count = 1;    // disabled ones included
    KeyMode key_mode = KeyMode::First;
    std::shared_ptr<PollingCursor> polling;    // of polling channels
    std::string test_model;
    std::string header_override;    // JSON text as stored (spec 04 section 17)
    std::string organization;
    std::string vertex_key_type;    // `settings.vertex_key_type`
    std::int64_t priority = 0;
    std::uint64_t weight = 0;
    bool auto_ban = false;
    std::vector<std::string> models;
    std::vector<std::string> groups;
    std::map<std::string, std::string, std::less<>> model_mapping;
    std::map<int, int> status_code_mapping;
    std::string proxy;                      // `setting.proxy`
    std::string system_prompt;              // `setting.system_prompt` (spec 06 section 4.4)
    bool system_prompt_override = false;    // its text goes before that of a client's own prompt
    bool pass_through_body = false;         // `setting.pass_through_body_enabled` (spec 06 section 4.5)
    bool force_format = false;              // `setting.force_format`: answers have our members only (17.6)
    bool thinking_to_content = false;       // `setting.thinking_to_content`: thoughts stand in the content
    bool responses_via_chat = false;        // `setting.responses_via_chat`: no /v1/responses there (3.2)
    FieldRules fields;                      // of `settings`
    bool beta_query = false;                // `settings.claude_beta_query` (spec 06 section 6.3)
    std::string other;                      // the column of that name: means what the type says
    std::string api_version;                // `other`, or the environment's (spec 07 section 5)
    std::string responses_version;          // `settings.azure_responses_version`
    bool enveloped = false;                 // `settings.openrouter_enterprise` (spec 06 section 24.3)
    std::int64_t created = 0;               // unix seconds
    std::shared_ptr<const net::Target>
        target;    // nullptr: the base URL or the proxy cannot be used (why in target_error)
    std::string target_error;
    std::string
        base_path;    // path part of the base URL, without a trailing slash; of type 8 path and query as written
    /// The base URL is the name of a coding plan (spec 07 section 19): `base_path` is that of its OpenAI base, this of its Claude base.
    std::optional<std::string> plan_path;
    /// Parts of the names of models that a provider of several dialects takes as Messages (spec 08 section 2.1); lower case.
    std::shared_ptr<const std::vector<std::string>> messages_models;
    std::vector<std::string_view> unreadable;    // columns whose text is no JSON object; static texts
};

/// Follows the chain of spec 04 section 15.2. Throws Error(Internal, "channel:model_mapped_error") for a cycle.
struct MappedModel {
    std::string_view name;
    bool mapped = false;
};
MappedModel map_model(const Channel& channel, std::string_view model);

/// The key of one attempt; a view into the channel.
struct PickedKey {
    std::string_view key;
    std::size_t place = 0;    // its index among all keys
};
/// Spec 04 section 9; moves the cursor of a polling channel on. nullopt: no key is enabled.
std::optional<PickedKey> pick_key(const Channel& channel, const Draw& draw);

/// What of the environment a channel depends on.
struct TargetOptions {
    bool skip_certificate_check = false;              // TLS_INSECURE_SKIP_VERIFY
    std::string http_proxy, https_proxy, no_proxy;    // defaults where the channel has no proxy
    std::string api_version;                          // AZURE_DEFAULT_API_VERSION
    std::shared_ptr<const std::vector<std::string>> messages_models;    // ALI_ANTHROPIC_MESSAGES_MODELS
};

/// Where a base URL leads.
struct Origin {
    std::shared_ptr<const net::Target> target;    // nullptr: it cannot be used, why is in `error`
    std::string path;                             // of the URL, without a trailing slash
    std::string error;
};
/// `proxy`: the channel's own, or empty: that of the environment. Never throws.
Origin origin_of(std::string_view base_url, std::string_view proxy, const TargetOptions& options);

/// Never throws for what a row holds.
Channel read_channel(const store::ChannelRow& row, const TargetOptions& options);

}    // namespace opusclaw::catalog
