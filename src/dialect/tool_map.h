// dialect/tool_map.h: names of tools that a provider's dialect does not allow, and free-form tools that it does not have, as they
// are sent and as the client knows them (spec 06 section 9.1). Owns its texts: it outlives the request and serves the reply.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect {

/// Words: letters, digits, `_` and `-`. Identifiers: `.` and `:` too, but a letter or `_` in front.
enum class NameForm { Words, Identifiers };

/// What a dialect allows: names of a form, at most so long; and whether it has free-form tools.
struct ToolRule {
    std::size_t longest_name = 64;
    bool custom_tools = true;
    NameForm names = NameForm::Words;
};

class ToolMap {
public:
    ToolMap() = default;
    ToolMap(const chat::Request& request, ToolRule rule);

    /// The name that goes to the provider. Also for names of earlier turns that the request declares no more.
    std::string sent(std::string_view name) const;
    /// Gives calls of a reply their own names back, and free-form ones their plain input.
    void restore(chat::Response& response) const;
    std::string_view original(std::string_view sent) const;    // a view into this map, or `sent` itself
    /// The call goes to a free-form tool that was sent as a function: its arguments are `{"input":...}`.
    bool wraps(std::string_view sent) const;

private:
    void add(std::string_view name);

    ToolRule rule_;
    std::map<std::string, std::string, std::less<>> sent_;    // by the client's name; only those that differ
    std::map<std::string, std::string, std::less<>> original_;    // the other way round
    std::set<std::string, std::less<>> wrapped_;                  // sent names
};

/// The kinds of the tools that a request declares, by name.
class ToolKinds {
public:
    explicit ToolKinds(const chat::Request& request);
    /// Function when there is no such tool. `web_search` is what a hosted search is called where it has a name.
    chat::ToolKind of(std::string_view name) const;

private:
    std::map<std::string_view, chat::ToolKind> kinds_;
    bool searches_ = false;
};
/// The kind of the tool that a choice of mode Named means.
chat::ToolKind kind_of_named(const chat::Request& request, const chat::ToolChoice& choice);
/// The kind of the hosted tool that the client demands (spec 06 section 8.5); nullopt: it demands none.
std::optional<chat::ToolKind> demanded_hosted(const chat::Request& request);
/// Throws Unfit: the tool has no counterpart in the provider's dialect, or cannot be offered there.
[[noreturn]] void refuse_demanded();

/// A function's arguments for a free-form input, and back; what is not such arguments comes back as it is, of arguments that end
/// in the middle what they hold.
std::string wrap_input(std::string_view input);
struct FreeInput {
    std::string text;
    bool cut = false;    // the arguments end before the input does
};
FreeInput unwrap_input(std::string_view arguments);
/// The schema of a free-form tool that is sent as a function.
inline constexpr std::string_view kInputSchema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

}    // namespace opusclaw::dialect
