// account/caller.h: the stage `identify` (DESIGN section 4): from the headers of a relayed request to the caller, by the rules and in
// the order of spec 04 sections 4 and 5.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "account/directory.h"
#include "base/error.h"
#include "net/http.h"
#include "settings/settings.h"

namespace opusclaw::account {

/// Who may not pin a channel wanted to (spec 04 section 4.2 rule 9): its answer carries a header of its own.
struct PinRefused : Error {
    PinRefused() : Error(ErrorKind::Forbidden, "", Message::literal("普通用户不支持指定渠道")) {}
};

/// Who asks, and as what.
struct Caller {
    std::shared_ptr<const User> user;
    std::shared_ptr<const Token> token;
    std::string group;                     // the using group: the token's, else the user's; may be `auto`
    std::optional<ChannelId> pinned;       // sk-KEY-CHANNEL, administrators only
    std::optional<std::string> bad_pin;    // a pinned channel that is no number: refused by distribution
};

/// The key and channel as presented (spec 04 section 4.1); empty key: none.
struct PresentedKey {
    std::string key;
    std::string channel;
};
PresentedKey presented_key(const net::RequestHead& request);

/// Whether a limited token has something left to spend (spec 04 section 4.2 rule 1). billing::Ledger is one.
class TokenFunds {
public:
    virtual ~TokenFunds() = default;
    virtual Task<bool> token_has_quota(UserId user, TokenId token) = 0;
    /// The same without waiting; nullopt: not in memory.
    virtual std::optional<bool> known_to_have_quota(UserId user, TokenId token) = 0;
};

/// Throws Error with status, code and message of spec 04 section 4.2 (keys of i18n where the table has two languages).
Task<Caller> identify(const net::RequestHead& request, Directory& directory, TokenFunds& funds,
                      const settings::Settings& settings, UnixSeconds now);

/// The same without waiting, for a key in good order whose records are in memory; nullopt: ask identify().
std::optional<Caller> try_identify(const net::RequestHead& request, Directory& directory, TokenFunds& funds,
                                   const settings::Settings& settings, UnixSeconds now);

/// Groups that a user of this group may use (spec 02 section 13): group -> description. No group: a visitor's.
std::map<std::string, std::string> usable_groups(const settings::Settings& settings,
                                                 std::string_view user_group);

}    // namespace opusclaw::account
