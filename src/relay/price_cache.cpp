// relay/price_cache.cpp: the key is everything that a price depends on beside the settings.
#include "relay/price_cache.h"

namespace opusclaw::relay {
namespace {

constexpr std::size_t kMostPrices = 10'000;    // names come from clients: memory has a bound

}    // namespace

const billing::Price& PriceCache::price(const settings::Snapshot& settings,
                                        const billing::PriceRequest& request) {
    if (made_from_ != settings || prices_.size() >= kMostPrices) {
        prices_.clear();
        made_from_ = settings;
    }
    // Sizes first: no two requests share a key. The audience only words a refusal, which is not kept.
    key_.assign(1, request.unset == billing::UnsetPrice::AcceptedByUser ? 'a' : 'r');
    key_.append(std::to_string(request.model.size())).append(1, ' ').append(request.model);
    key_.append(std::to_string(request.user_group.size())).append(1, ' ').append(request.user_group);
    key_.append(request.using_group);
    const auto found = prices_.find(key_);
    if (found != prices_.end()) return found->second;
    return prices_.emplace(key_, billing::resolve_price(*settings, request)).first->second;
}

}    // namespace opusclaw::relay
