// account/records.cpp: from rows to the records that requests use (spec 01 sections 2.1, 2.2, 3, 4).
#include "account/records.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/log.h"
#include "base/text.h"

namespace opusclaw::account {
namespace {

constexpr std::size_t kFingerprintBytes = 12;

void read_settings(User& user, const store::UserRow& row) {
    if (text::trim(row.setting).empty()) return;
    try {
        const json::Document document = json::Document::copy(row.setting);
        document.validate();
        const json::View root = document.root();
        const auto flag = [&root](std::string_view name) {
            const auto value = root.find(name);
            return value && value->as_bool().value_or(false);
        };
        user.accept_unset_prices = flag("accept_unset_model_ratio_model");
        user.record_ip = flag("record_ip_log");
        if (const auto warning = root.find("quota_warning_threshold")) {
            constexpr double kMost = 9e18;
            const double units = warning->as_double().value_or(0);
            if (units > -kMost && units < kMost) user.quota_warning = static_cast<std::int64_t>(units);
        }
        if (const auto language = root.find("language")) user.language = language->as_string().value_or("");
        if (const auto preference = root.find("billing_preference"))
            user.billing_preference = preference->as_string().value_or("");
    } catch (const Error&) {
        log::warning("user #{}: the column setting holds no JSON and counts as empty", row.id);
    }
}

}    // namespace

bool valid_role(std::int64_t number) { return number == 0 || number == 1 || number == 10 || number == 100; }

std::string password_fingerprint(std::string_view password_hash) {
    return crypto::hex(crypto::sha256(password_hash).substr(0, kFingerprintBytes));
}

User User::of(const store::UserRow& row) {
    User user;
    user.id = UserId{row.id};
    user.username = row.username;
    user.display_name = row.display_name;
    user.email = row.email;
    user.role = valid_role(row.role) ? static_cast<Role>(row.role) : Role::Guest;
    user.valid = valid_role(row.role) && !text::trim(row.username).empty();
    user.deleted = row.deleted_at.has_value();
    user.enabled = row.status == 1 && !user.deleted;
    user.group = row.group;
    user.password_fingerprint = account::password_fingerprint(row.password);
    read_settings(user, row);
    return user;
}

Token Token::of(const store::TokenRow& row) {
    Token token;
    token.id = TokenId{row.id};
    token.user_id = UserId{row.user_id};
    token.key = row.key;
    token.name = row.name;
    token.status = static_cast<TokenStatus>(row.status);
    token.expired_time = row.expired_time;
    token.unlimited = row.unlimited_quota;
    token.model_limits_enabled = row.model_limits_enabled;
    for (const std::string_view part : text::split(row.model_limits, ',')) {
        if (const auto name = text::trim(part); !name.empty()) token.model_limits.emplace_back(name);
    }
    token.allow_ips = IpList::parse(row.allow_ips.value_or(""));
    token.group = row.group;
    token.cross_group_retry = row.cross_group_retry;
    return token;
}

bool Token::allows_model(std::string_view normalised_model) const {
    return std::find(model_limits.begin(), model_limits.end(), normalised_model) != model_limits.end();
}

}    // namespace opusclaw::account
