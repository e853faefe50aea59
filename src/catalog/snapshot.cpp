// catalog/snapshot.cpp: the index group -> model -> channels, and the weighted choice (spec 04 section 7).
#include <algorithm>
#include <set>

#include "base/log.h"
#include "catalog/catalog.h"
#include "catalog/endpoint_types.h"
#include "dialect/model_name.h"

namespace opusclaw::catalog {
namespace {

/// Weight of every channel when none of the tier has one.
constexpr std::uint64_t kEvenWeight = 100;

bool holds(std::span<const ChannelId> ids, const Channel* channel) {
    return std::find(ids.begin(), ids.end(), channel->id) != ids.end();
}

/// The candidates of the priority that the retry index names; it stays on the lowest when exhausted.
std::vector<const Channel*> tier(std::span<const Channel* const> candidates, unsigned retry_index) {
    std::vector<std::int64_t> priorities;
    for (const Channel* channel : candidates) {
        if (priorities.empty() || priorities.back() != channel->priority)
            priorities.push_back(channel->priority);
    }
    const std::int64_t wanted = priorities[std::min<std::size_t>(retry_index, priorities.size() - 1)];
    std::vector<const Channel*> found;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(found),
                 [wanted](const Channel* channel) { return channel->priority == wanted; });
    return found;
}

void drop_tried(std::vector<const Channel*>& channels, std::span<const ChannelId> tried) {
    const auto was_tried = [tried](const Channel* channel) { return holds(tried, channel); };
    if (std::all_of(channels.begin(), channels.end(), was_tried)) return;
    std::erase_if(channels, was_tried);
}

const Channel* draw_weighted(std::span<const Channel* const> channels, const Draw& draw) {
    std::uint64_t total = 0;
    for (const Channel* channel : channels) total += channel->weight;
    const bool even = total == 0;
    if (even) total = kEvenWeight * channels.size();
    std::uint64_t point = draw(total);
    for (const Channel* channel : channels) {
        const std::uint64_t weight = even ? kEvenWeight : channel->weight;
        if (point < weight) return channel;
        point -= weight;
    }
    return channels.back();
}

using Serving = std::vector<const Channel*>;
using Models = std::map<std::string, Serving, std::less<>>;

/// Finds the places of models in the maps of the groups. A map is walked once for each of its models, not once for each channel
/// that serves one: with a thousand channels of two hundred models that is most of the work.
class Places {
public:
    /// `model` must live as long as this object.
    std::size_t number_of(std::string_view model) {
        return numbers_.try_emplace(model, numbers_.size()).first->second;
    }
    Serving& of(Models& models, std::size_t number, const std::string& model) {
        std::vector<Serving*>& known = known_[&models];
        if (number >= known.size()) known.resize(numbers_.size(), nullptr);
        Serving*& place = known[number];
        if (place == nullptr) place = &models[model];
        return *place;
    }

private:
    std::unordered_map<std::string_view, std::size_t> numbers_;
    std::unordered_map<const Models*, std::vector<Serving*>> known_;
};

/// Once, not at each reload (spec 03 section 2.3).
void log_unreadable(const Channel& channel, const Channel* earlier) {
    for (const std::string_view column : channel.unreadable) {
        if (earlier != nullptr && std::ranges::count(earlier->unreadable, column) > 0) continue;
        log::warning("channel #{}: column {} holds no JSON object and counts as empty", channel.id.value,
                     column);
    }
}

}    // namespace

std::shared_ptr<const Snapshot> Snapshot::build(std::span<const store::ChannelRow> rows,
                                                const TargetOptions& options, const Snapshot* before) {
    auto snapshot = std::make_shared<Snapshot>();
    Places places;
    for (const store::ChannelRow& row : rows) {
        auto read = std::make_unique<Channel>(read_channel(row, options));
        const Channel* const earlier = before == nullptr ? nullptr : before->find(read->id);
        if (read->polling && earlier != nullptr && earlier->polling) read->polling = earlier->polling;
        log_unreadable(*read, earlier);
        const Channel& channel = *snapshot->channels_.emplace_back(std::move(read));
        snapshot->by_id_.emplace(row.id, &channel);
        // One whose last key was disabled is not a candidate, whatever its status says.
        if (channel.status != ChannelStatus::Enabled || channel.keys.empty()) continue;
        std::vector<Models*> groups;
        for (const std::string& group : channel.groups) groups.push_back(&snapshot->by_group_[group]);
        for (const std::string& model : channel.models) {
            const std::size_t number = places.number_of(model);
            for (Models* models : groups) places.of(*models, number, model).push_back(&channel);
        }
    }
    for (auto& [group, models] : snapshot->by_group_) {
        for (auto& [model, channels] : models) {
            std::stable_sort(channels.begin(), channels.end(),
                             [](const Channel* a, const Channel* b) { return a->priority > b->priority; });
        }
    }
    return snapshot;
}

const Channel* Snapshot::find(ChannelId id) const {
    const auto found = by_id_.find(id.value);
    return found == by_id_.end() ? nullptr : found->second;
}

std::span<const Channel* const> Snapshot::candidates(std::string_view group, std::string_view model) const {
    const auto models = by_group_.find(group);
    if (models == by_group_.end()) return {};
    auto found = models->second.find(model);
    if (found == models->second.end()) found = models->second.find(dialect::normalise_model(model));
    return found == models->second.end() ? std::span<const Channel* const>()
                                         : std::span<const Channel* const>(found->second);
}

const Channel* Snapshot::choose(const Wish& wish, const Draw& draw) const {
    std::span<const Channel* const> all = candidates(wish.group, wish.model);
    std::vector<const Channel*> fit;
    if (!wish.left_out.empty() || wish.at_most) {
        std::copy_if(all.begin(), all.end(), std::back_inserter(fit), [&wish](const Channel* channel) {
            return !holds(wish.left_out, channel) && !(wish.at_most && channel->priority > *wish.at_most);
        });
        all = fit;
    }
    if (all.size() <= 1) return all.empty() ? nullptr : all.front();
    std::vector<const Channel*> left = tier(all, wish.at_most ? 0 : wish.retry_index);
    drop_tried(left, wish.tried);
    return left.size() == 1 ? left.front() : draw_weighted(left, draw);
}

bool Snapshot::serves(std::string_view group, std::string_view model) const {
    return !candidates(group, model).empty();
}

std::vector<std::string_view> Snapshot::endpoint_types(std::string_view model) const {
    std::vector<int> channel_types;
    for (const auto& [group, models] : by_group_) {
        for (const Channel* channel : candidates(group, model)) channel_types.push_back(channel->type);
    }
    return catalog::endpoint_types(channel_types, model);
}

std::vector<std::string> Snapshot::models() const {
    std::set<std::string_view> names;
    for (const auto& [group, models] : by_group_) {
        for (const auto& entry : models) names.insert(entry.first);
    }
    return {names.begin(), names.end()};
}

std::vector<const Channel*> Snapshot::channels() const {
    std::vector<const Channel*> all;
    for (const auto& channel : channels_) all.push_back(channel.get());
    return all;
}

void Snapshot::each_model(const Visit& visit) const {
    for (const auto& [group, models] : by_group_) {
        for (const auto& [model, channels] : models) visit(group, model, channels);
    }
}

std::vector<std::string> Snapshot::models_of(std::string_view group) const {
    std::vector<std::string> names;
    const auto models = by_group_.find(group);
    if (models == by_group_.end()) return names;
    for (const auto& entry : models->second) names.push_back(entry.first);
    return names;
}

}    // namespace opusclaw::catalog
