// api/option_value.h: a JSON value as the text that table `options` holds (spec 02 section 22.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/view.h"

namespace opusclaw::api {

/// Numbers as the shortest plain decimal, objects and arrays compact, null as "". nullopt: a number beyond all bounds.
std::optional<std::string> option_text(const json::View& value);

/// The body of PUT /api/option/. nullopt: undecodable, no key, no value.
struct OptionChange {
    std::string key, text;
};
std::optional<OptionChange> read_option_change(std::string_view body);

}    // namespace opusclaw::api
