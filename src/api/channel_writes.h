// api/channel_writes.h: what the calls that change channels share: bodies that are refused with one text, and what happens to
// a channel that is switched on by hand (spec 03 sections 3.6 to 3.9).
#pragma once

#include "api/request.h"
#include "base/error.h"
#include "store/channels.h"

namespace opusclaw::api {

inline constexpr std::string_view kBadBody = "参数错误";

/// `read(JsonBody)`, every fault of the body told as `参数错误`.
template <class Read>
auto read_plain_body(const Request& request, const Read& read) {
    try {
        return read(request.json());
    } catch (const Error& error) {
        if (error.kind != ErrorKind::InvalidRequest) throw;
        fail(kBadBody);
    }
}

/// The member `ids` of the body, which must not be empty.
struct ChannelIds {
    std::vector<std::int64_t> ids;    // rising, without equal ones
    std::size_t sent = 0;             // with them: what the answers tell (spec 03 sections 3.7 and 3.9)
};
ChannelIds read_ids(const Request& request);

/// Status 1 or 2, with what belongs to it: abilities, and an end to the reason why the channel was off.
void switch_channels(store::Transaction& tx, const std::vector<store::ChannelRow>& channels,
                     std::int64_t status);

}    // namespace opusclaw::api
