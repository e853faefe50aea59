// relay/walk.h: the stage `choose`: to which channels one request goes, one after the other (spec 04 sections 6.2, 7, 13.2). Pure but
// for what is drawn. What an attempt on a channel needs: relay/route.h.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/caller.h"
#include "catalog/catalog.h"
#include "relay/failure.h"
#include "relay/route.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// The way of one request. Caller, model and settings outlive it.
class Walk {
public:
    Walk(const account::Caller& caller, std::string_view model, const settings::Settings& settings);

    /// Where to look and what to draw with.
    struct Among {
        std::shared_ptr<const catalog::Snapshot> snapshot;
        const catalog::Draw& draw;
    };
    /// Whether the caller names the channel.
    bool is_pinned() const;
    /// Throws Error by rules 1 and 2 of section 6.2, which come before the body is checked.
    void check_pin(const catalog::Snapshot& snapshot) const;
    /// The first channel. Throws Error by rules 1, 2, 9 and 10 of section 6.2: 400 and 403 for pinned channels, 503
    /// `model_not_found` when nobody serves the model.
    Route first(const Among& among);
    /// Behind an attempt on `route` that failed: the next channel; nullopt: the failure allows none, or nobody is left.
    std::optional<Route> next(const Failure& failure, const Route& route, const Among& among);

private:
    std::optional<Route> select(const Among& among, std::optional<std::int64_t> at_most);
    std::optional<Route> select_in(const std::string& group, const Among& among,
                                   std::optional<std::int64_t> at_most) const;
    void move_on(std::size_t place);
    std::size_t most_attempts() const;

    const account::Caller& caller_;
    std::string_view model_;
    const settings::Settings& settings_;
    std::vector<std::string>
        groups_;                 // to look in, in order: the using group, or those that `auto` stands for
    std::size_t place_ = 0;      // of the group in which the next look begins
    unsigned index_ = 0;         // the retry index, where the next look begins
    unsigned used_ = 0;          // that of the running attempt
    bool next_group_ = false;    // place and index were set for the next attempt already
    std::vector<ChannelId> tried_, left_out_;
};

}    // namespace opusclaw::relay
