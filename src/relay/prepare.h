// relay/prepare.h: the stage `prepare` for a body that is in its provider's dialect: splices what has to change into its bytes, those of
// the client or those that relay/conversion.h made (DESIGN section 4; spec 04 sections 15, 18; 06 sections 4, 6). Pure.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json/splice.h"
#include "net/client.h"
#include "net/http.h"
#include "relay/facts.h"
#include "relay/route.h"

namespace opusclaw::relay {

/// What goes upstream. Its pieces are views into the client's body and into this object: keep both.
struct Prepared {
    std::string path;
    net::HeaderLines headers;
    json::Splice body;
    bool prompt_overwritten = false;        // the channel's system prompt went before the client's
    std::optional<std::string> own_body;    // instead of `body`, where the provider wants another one
    std::string beta;    // the `anthropic-beta` among the headers, for providers with a protocol
    // From relay/protocol_call.h, where the provider has a protocol:
    std::shared_ptr<const net::Target> target;    // instead of the channel's
    std::string token_id, token;                  // the access token that is used

    /// Of the body as it is sent; good until this is moved.
    std::span<const std::string_view> pieces();
    std::string_view whole;    // what pieces() gives of an own body
};

enum class UsageDemand { AskProvider, LeaveAsIs };    // FORCE_STREAM_OPTION

enum class BodyRule {
    Prepared,
    Translated,    // already fits the model and the provider: what the channel asks for is left to do
    TranslatedWithPrompt,    // the same, and the channel's own prompt is in it already
    PassedOn    // the client's own bytes, whatever they say (spec 06 section 4.5); while the dialect stays the same
};
/// `facts` are those of the body. `client` is the head of the client's request. Throws Error(Internal, "do_request_failed") when a credential cannot be sent.
Prepared prepare(const Facts& facts, const Route& route, const net::RequestHead& client, UsageDemand demand,
                 BodyRule rule = BodyRule::Prepared);

/// A request with what the channel asks for, before it is translated to another endpoint of its own provider (spec 06 section 3.3).
struct ChannelForm {
    std::string body;
    bool prompt_overwritten = false;
};
ChannelForm with_channel_rules(const Facts& facts, const Route& route);

}    // namespace opusclaw::relay
