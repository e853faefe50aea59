// dialect/event_list.h: the events of one payload with the texts that they need, as every stream decoder keeps them. Internal to
// the codecs.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "dialect/chat_event.h"

namespace opusclaw::dialect::chat {

class EventList {
public:
    void clear() {
        events_.clear();
        pool_.clear();
    }
    template <class Kind>
    void add(Kind event) {
        events_.emplace_back(std::move(event));
    }
    TextPool& pool() { return pool_; }
    std::span<const Event> events() const { return events_; }

private:
    TextPool pool_;
    std::vector<Event> events_;
};

}    // namespace opusclaw::dialect::chat
