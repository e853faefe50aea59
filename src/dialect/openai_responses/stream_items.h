// dialect/openai_responses/stream_items.h: the items of a stream while they come, found by the id or the place that an event tells
// (spec 06 section 16.5). Internal to this folder.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json/view.h"
#include "dialect/chat.h"

namespace opusclaw::dialect::openai_responses {

/// Which texts of a reasoning item are shown: the first kind that comes.
enum class ReasoningText { None, Summary, Content };

enum class ItemFamily { Message, Reasoning, Call, Other };

struct StreamItem {
    ItemFamily family = ItemFamily::Other;
    // A message or reasoning: what was said of it.
    bool spoke = false;
    std::int64_t part = 0;    // the last one that spoke
    bool cited = false;
    ReasoningText source = ReasoningText::None;
    bool parted = false;       // the next summary text is of another part
    bool announced = false;    // that reasoning begins
    bool sealed = false;       // its encrypted content was given
    // A call.
    chat::CallKind kind = chat::CallKind::Function;
    std::string call_id;
    std::size_t call = 0;     // among the calls of the reply
    std::string arguments;    // all that came, told or not
    bool started = false;     // its name is known
    bool whole = false;       // nothing is to be added any more
    bool ended = false;
};

/// What an event says of the item that it belongs to.
struct ItemKey {
    std::string_view id;                  // empty: not told
    std::optional<std::int64_t> place;    // nullopt: not told
    ItemFamily family = ItemFamily::Other;
};

class StreamItems {
public:
    /// Of an event that has an item in it and begins one, unless its id is known.
    StreamItem& begin(const ItemKey& key);
    /// Of any other event. Servers that give an item several ids are understood by its place; those that tell neither mean the
    /// last item of its family.
    StreamItem& find(const ItemKey& key);

private:
    StreamItem& add(const ItemKey& key);

    std::deque<StreamItem> items_;
    std::unordered_map<std::string, StreamItem*> by_id_;
    std::map<std::int64_t, StreamItem*> by_place_;
    std::map<ItemFamily, StreamItem*> last_;
};

}    // namespace opusclaw::dialect::openai_responses
