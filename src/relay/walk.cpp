// relay/walk.cpp: pinned channels, tiers and groups in the order of spec 04 sections 6.2, 7.2 and 7.4; the decision whether to go on
// is should_retry()'s.
#include "relay/walk.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace opusclaw::relay {
namespace {

[[noreturn]] void refuse(ErrorKind kind, std::string key) {
    throw Error(kind, "", Message::key(std::move(key)));
}

const catalog::Channel& pinned_channel(const catalog::Snapshot& snapshot, const account::Caller& caller) {
    const catalog::Channel* channel = caller.bad_pin ? nullptr : snapshot.find(*caller.pinned);
    if (channel == nullptr) refuse(ErrorKind::InvalidRequest, "distributor.invalid_channel_id");
    if (channel->status != catalog::ChannelStatus::Enabled)
        refuse(ErrorKind::Forbidden, "distributor.channel_disabled");
    return *channel;
}

/// Spec 04 section 5.
std::vector<std::string> groups_of(const account::Caller& caller, const settings::Settings& settings) {
    if (caller.group != "auto") return {caller.group};
    const auto usable = account::usable_groups(settings, caller.user->group);
    std::vector<std::string> groups;
    std::copy_if(settings.auto_groups.begin(), settings.auto_groups.end(), std::back_inserter(groups),
                 [&usable](const std::string& group) { return usable.contains(group); });
    return groups;
}

[[noreturn]] void refuse_no_channel(const account::Caller& caller, std::string_view model,
                                    const settings::Settings& settings) {
    const bool automatic = caller.group == "auto";
    std::vector<std::pair<std::string, std::string>> arguments = {
        {"Model", std::string(model)},
        {"Group", automatic ? "auto(" + caller.user->group + ")" : caller.group}};
    std::string key = "distributor.no_available_channel";
    if (automatic && settings.auto_groups.empty()) {
        key = "distributor.get_channel_failed";
        arguments.emplace_back("Error", "auto groups is not enabled");
    }
    throw Error(ErrorKind::NoChannel, "model_not_found", Message::key(std::move(key), std::move(arguments)));
}

}    // namespace

Walk::Walk(const account::Caller& caller, std::string_view model, const settings::Settings& settings)
    : caller_(caller), model_(model), settings_(settings), groups_(groups_of(caller, settings)) {}

bool Walk::is_pinned() const { return caller_.pinned || caller_.bad_pin; }

void Walk::check_pin(const catalog::Snapshot& snapshot) const { pinned_channel(snapshot, caller_); }

Route Walk::first(const Among& among) {
    if (is_pinned()) {
        Route route;
        route.snapshot = among.snapshot;
        route.channel = &pinned_channel(*among.snapshot, caller_);
        route.group = caller_.group;
        return route;
    }
    auto route = select(among, std::nullopt);
    if (!route) refuse_no_channel(caller_, model_, settings_);
    return std::move(*route);
}

std::optional<Route> Walk::next(const Failure& failure, const Route& route, const Among& among) {
    if (caller_.pinned || failure.client_gone) return std::nullopt;
    if (failure.retry == Retry::Elsewhere) {
        left_out_.push_back(route.channel->id);
        // In the group that this one came from: the walk may stand in the next one already.
        if (std::exchange(next_group_, false)) --place_;
        index_ = used_;
        return select(among, route.channel->priority);
    }
    tried_.push_back(route.channel->id);
    const std::int64_t attempts_left = settings_.retry_times - static_cast<std::int64_t>(index_);
    if (tried_.size() >= most_attempts() || !should_retry(failure, attempts_left, settings_))
        return std::nullopt;
    if (!std::exchange(next_group_, false)) ++index_;
    return select(among, std::nullopt);
}

/// Every group gets RetryTimes + 1 attempts at most (spec 04 section 7.4).
std::size_t Walk::most_attempts() const {
    const auto each = static_cast<std::size_t>(std::max<std::int64_t>(settings_.retry_times, 0)) + 1;
    return each * std::max<std::size_t>(groups_.size(), 1);
}

void Walk::move_on(std::size_t place) {
    place_ = place;
    index_ = 0;
}

std::optional<Route> Walk::select(const Among& among, std::optional<std::int64_t> at_most) {
    while (place_ < groups_.size()) {
        auto route = select_in(groups_[place_], among, at_most);
        at_most.reset();    // what holds for a channel's own group only
        if (!route) {
            move_on(place_ + 1);
            continue;
        }
        used_ = index_;
        const bool last = static_cast<std::int64_t>(index_) >= settings_.retry_times;
        if (caller_.group == "auto" && caller_.token->cross_group_retry && last) {
            move_on(place_ + 1);
            next_group_ = true;
        }
        return route;
    }
    return std::nullopt;
}

std::optional<Route> Walk::select_in(const std::string& group, const Among& among,
                                     std::optional<std::int64_t> at_most) const {
    const catalog::Channel* channel = among.snapshot->choose({.group = group,
                                                              .model = model_,
                                                              .retry_index = index_,
                                                              .tried = tried_,
                                                              .left_out = left_out_,
                                                              .at_most = at_most},
                                                             among.draw);
    if (channel == nullptr) return std::nullopt;
    Route route;
    route.snapshot = among.snapshot;
    route.channel = channel;
    route.group = group;
    return route;
}

}    // namespace opusclaw::relay
