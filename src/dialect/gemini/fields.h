// dialect/gemini/fields.h: members that may be spelled with underscores or in camelCase (spec 06 section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/view.h"

namespace opusclaw::dialect::gemini {

/// `top_k` as `topK`.
std::string camel_case(std::string_view name);

/// Calls `use(name, value)` for each member that is not null, named in camelCase. Those with underscores come last: they win.
template <class Use>
void each_field(const json::View& object, Use use) {
    bool underscores = false;
    object.each_member([&](std::string_view key, const json::View& value) {
        const bool snake = key.find('_') != std::string_view::npos;
        underscores = underscores || snake;
        if (!snake && !value.is_null()) use(key, value);
        return true;
    });
    if (!underscores) return;
    object.each_member([&](std::string_view key, const json::View& value) {
        const bool snake = key.find('_') != std::string_view::npos;
        if (snake && !value.is_null()) use(std::string_view(camel_case(key)), value);
        return true;
    });
}

/// The member in either spelling; nullopt: absent or null.
std::optional<json::View> find_field(const json::View& object, std::string_view camel);

}    // namespace opusclaw::dialect::gemini
