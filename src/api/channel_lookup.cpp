// api/channel_lookup.cpp: the current snapshot first, the database second.
#include "api/channel_lookup.h"

#include "api/reply.h"
#include "store/channels.h"

namespace opusclaw::api {

Task<std::shared_ptr<const catalog::Snapshot>> snapshot_with(ChannelId id, const Services& services) {
    auto snapshot = services.catalog.current();
    if (snapshot->find(id) != nullptr) co_return snapshot;
    const auto row = co_await services.database.read(
        [id](store::Reader& db) { return store::find_channel(db, id.value); });
    if (!row) fail_not_found();
    co_return catalog::Snapshot::build(std::span(&*row, 1), services.catalog.target_options());
}

}    // namespace opusclaw::api
