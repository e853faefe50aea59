// dialect/openai_responses/stream_items.cpp: an id that is known decides, then a place that is known, then the kind of event (spec 06 section 16.5).
#include "dialect/openai_responses/stream_items.h"

namespace opusclaw::dialect::openai_responses {

StreamItem& StreamItems::add(const ItemKey& key) {
    StreamItem& item = items_.emplace_back();
    item.family = key.family;
    if (!key.id.empty()) by_id_[std::string(key.id)] = &item;
    if (key.place) by_place_[*key.place] = &item;
    last_[key.family] = &item;
    return item;
}

StreamItem& StreamItems::begin(const ItemKey& key) {
    const auto known = by_id_.find(std::string(key.id));
    return known != by_id_.end() ? *known->second : add(key);
}

StreamItem& StreamItems::find(const ItemKey& key) {
    const auto known = by_id_.find(std::string(key.id));
    if (known != by_id_.end()) return *known->second;
    const auto there = key.place ? by_place_.find(*key.place) : by_place_.end();
    if (there != by_place_.end() && there->second->family == key.family) return *there->second;
    const bool told = !key.id.empty() || key.place;
    const auto last = told ? last_.end() : last_.find(key.family);
    return last != last_.end() ? *last->second : add(key);
}

}    // namespace opusclaw::dialect::openai_responses
