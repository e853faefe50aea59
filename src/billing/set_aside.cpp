// billing/set_aside.cpp: lists the folder and decodes what is in it (DESIGN section 10). Only the files that a page shows are read; how a
// record is written is settlement.cpp's business.
#include "billing/set_aside.h"

#include <algorithm>

#include "store/journal_format.h"

namespace opusclaw::billing {

SetAsidePage list_set_aside(const store::Journal& journal, std::size_t offset, std::size_t limit) {
    std::vector<store::AsideFile> files = store::list_aside(journal.aside_folder());
    SetAsidePage page{.items = {}, .total = files.size()};
    const std::size_t end = std::min(files.size(), offset + std::min(limit, files.size()));
    for (std::size_t i = offset; i < end; ++i) {
        SetAside item{.file = std::move(files[i]), .settlement = std::nullopt};
        if (!item.file.record.file.empty())
            item.settlement = decode_settlement(store::read_aside(item.file, store::kMostPayloadBytes));
        page.items.push_back(std::move(item));
    }
    return page;
}

}    // namespace opusclaw::billing
