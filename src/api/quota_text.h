// api/quota_text.h: amounts in texts that people read: log rows and some refusals (spec 02 section 8.1, `<Q>`).
#pragma once

#include <string>

#include "billing/price.h"
#include "settings/settings.h"

namespace opusclaw::api {

/// `＄2.000000 额度`, or `1000000 点额度` where quota is shown in tokens.
inline std::string quota_text(const settings::Settings& settings, Quota quota) {
    const bool tokens = settings.quota_display_type == settings::QuotaDisplay::Tokens;
    return billing::format_quota(settings, quota) + (tokens ? " 点额度" : " 额度");
}

}    // namespace opusclaw::api
