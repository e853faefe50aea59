// provider/body_rules.h: what a provider takes of a request body otherwise than its dialect has it (spec 06 section 22.4; 07 and 08):
// data for its row, and what applies it. Bodies are edited by byte range: what no rule names stays as it was written.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/splice.h"

namespace opusclaw::provider {

enum class Endpoint;
struct Provider;

/// The members of a body on its way to a provider, with the edits so far. Of equal names all are edited, and the last is found.
class Members {
public:
    /// `object` is the text that `body` was made of; both outlive this. Throws Error(InvalidRequest, "invalid_json").
    Members(std::string_view object, json::Splice& body);
    /// The member's own value, however it was edited; nullopt: absent, null or removed.
    std::optional<json::View> find(std::string_view name) const;
    /// Null counts.
    bool has(std::string_view name) const;
    void set(std::string_view name, std::string json);
    void remove(std::string_view name);
    void rename(std::string_view from, std::string_view to);
    /// Removes all that are not among them.
    void keep_only(std::span<const std::string_view> names);

private:
    struct Member {
        std::string name;
        json::Found place;
        json::View value;
        bool removed = false;
    };
    json::Splice& body_;
    std::vector<Member> members_;
    std::vector<std::string> added_;
};

/// A number that must stay within bounds; nothing where it is absent.
struct NumberLimit {
    std::string_view member;
    double most = 0;
    std::string_view instead_of_more;    // for `most` and beyond
    std::string_view instead_of_less;    // for 0 and below; empty: no lower bound
};

/// A member whose value goes under another name.
enum class Move {
    Renamed,        // whatever it holds
    LimitWins,      // unless it is absent or 0; what stood under the other name goes
    LimitFillsIn    // unless it is absent or 0, or the other one is given and not 0
};
struct Rename {
    std::string_view from, to;
    Move move = Move::Renamed;
};

/// What the rules know beside the body.
struct BodyFacts {
    std::string_view model;         // the name that is sent
    std::string_view effort;        // that its suffix asked for
    bool asked_to_think = false;    // by its suffix
};
using MembersRule = void (*)(Members& members, const BodyFacts& facts);
/// The text of `messages` as the provider takes it; nullopt: as it is.
using MessagesRule = std::optional<std::string> (*)(std::string_view messages);

/// What is changed in bodies for one endpoint.
struct BodyForm {
    Endpoint endpoint;
    std::span<const NumberLimit> limits = {};
    std::span<const std::string_view> lists = {};    // members of which a text becomes a list of one
    std::span<const Rename> renames = {};
    std::span<const std::string_view> known = {};    // the members that are sent; empty: all
    MembersRule rule = nullptr;                      // before all others
    MessagesRule messages = nullptr;                 // last of all, the channel's own prompt included
};

/// A member that goes with a name of a model.
enum class Present { Replaced, Kept };
struct Setting {
    Endpoint endpoint;
    std::string_view member;
    std::string_view json;    // empty: the member goes
    Present present = Present::Replaced;
};
/// Whether a suffix is about thinking: then `global.thinking_model_blacklist` may keep it (spec 06 section 22).
enum class Suffix { Plain, Thinking };

/// What a model's name asks for. The first that fits counts.
struct NameRule {
    std::string_view starts, ends;    // of the name; what it ends with is taken off
    Suffix suffix = Suffix::Plain;
    std::span<const Setting> settings = {};
    std::span<const Rename> renames = {};    // of Chat bodies
    std::string_view effort;                 // as the log tells it
};

/// What the model's name asks for in a request to the endpoint; nullptr: nothing.
enum class Thinking { Split, KeptInName };
const NameRule* name_rule(const Provider& provider, Endpoint endpoint, std::string_view model,
                          Thinking thinking);

/// nullptr: bodies for the endpoint go as the dialect has them.
const BodyForm* body_form(const Provider& provider, Endpoint endpoint);

/// Everything but BodyForm::messages. Throws Error(InvalidRequest, "convert_request_failed") for what a rule refuses.
struct BodyQuestion {
    const Provider& provider;
    Endpoint endpoint;
    const NameRule* name_rule = nullptr;
    BodyFacts facts;
};
void apply_body_rules(std::string_view object, json::Splice& body, const BodyQuestion& question);

// Rules that rows name.

/// `usage`, `reasoning` in the place of `reasoning_effort` and `thinking` (spec 07 section 6.1).
void apply_openrouter_rules(Members& members, const BodyFacts& facts);
/// `prefix` or `suffix` without messages: one empty user message (spec 07 section 24).
void give_a_message(Members& members, const BodyFacts& facts);
/// Ids of tool calls of nine letters, content as parts, plain image URLs (spec 07 section 13).
std::optional<std::string> mistral_messages(std::string_view messages);
/// Role and content of each message (spec 07 section 16).
std::optional<std::string> perplexity_messages(std::string_view messages);
/// Images as bare base64 (spec 08 section 6).
std::optional<std::string> bare_image_data(std::string_view messages);

}    // namespace opusclaw::provider
