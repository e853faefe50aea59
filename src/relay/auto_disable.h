// relay/auto_disable.h: whether a failure takes a channel, or its key, out of service (spec 03 section 2.8; 04 section 13.3). Pure.
#pragma once

#include <string>

#include "relay/failure.h"
#include "settings/settings.h"

namespace opusclaw::relay {

bool should_disable(const Failure& failure, const settings::Settings& settings);
/// What the channel's row and the administrator are told: `status_code=<n>, <message>`, a long message cut. `failure` is masked.
std::string disable_reason(const Failure& failure);

}    // namespace opusclaw::relay
