// api/user_setting.h: changing members of `users.setting` (spec 01 section 3; 02 sections 9.2, 9.4), and what the notification form
// asks for.
#pragma once

#include "account/user_settings.h"
#include "api/request.h"
#include "api/services.h"

namespace opusclaw::api {

/// Changes the members named and no others, also when others do so at the same time. Throws `record not found`, or
/// `common.update_failed` for more than the column holds.
Task<> change_setting(UserId user, account::SettingChanges changes, const Services& services);

/// Checks the form in the order of spec 02 section 9.4 and gives the members to change. Throws the message of that table.
account::SettingChanges read_notification_form(const JsonBody& body, account::Role role);

/// Whether the text is an absolute URI or an absolute path.
bool is_request_uri(std::string_view text);

}    // namespace opusclaw::api
