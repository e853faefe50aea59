// relay/responses_policy.h: the option that sends conversations over a provider's /v1/responses (`global.chat_completions_to_responses_policy`,
// spec 06 section 3.3). What is done to a request on that way: relay/conversion.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/regex.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// A loop's own: keeps the option's patterns compiled as long as its text stays the same.
class ResponsesPolicy {
public:
    /// Changes the endpoint of a completed route where the option covers channel and model and the provider has the endpoint; not for
    /// bodies that are passed on as they came.
    void apply(Route& route, const Facts& facts, const settings::Settings& settings);

private:
    void read(const std::string& text);
    bool covers(const catalog::Channel& channel) const;
    bool names(std::string_view model) const;

    std::string text_;
    bool enabled_ = false, all_channels_ = true;
    std::vector<std::int64_t> channels_, types_;
    std::vector<Regex> models_;
};

/// Whether a route leads over /v1/responses though the provider has the client's own endpoint, too.
bool by_policy(const Route& route, const Facts& facts);

}    // namespace opusclaw::relay
