// api/json_body.h: reading the JSON body of a management call (spec 02 section 1.2): the first value counts, unknown members
// are ignored, names match exactly or else whatever their ASCII case, null is the zero value, a wrong type is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/view.h"

namespace opusclaw::api {

/// A JSON object with a copy of its text. Every reader throws Error(InvalidRequest) `common.invalid_params` for a wrong type.
class JsonBody {
public:
    /// Throws the same for what does not begin with a well-formed JSON object.
    static JsonBody parse(std::string_view text);

    // Absent and null give "", 0, false, no items.
    std::string text(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    bool flag(std::string_view name) const;
    std::vector<std::int64_t> integers(std::string_view name) const;
    // Absent and null give nullopt.
    std::optional<std::string> optional_text(std::string_view name) const;
    std::optional<std::int64_t> optional_integer(std::string_view name) const;
    std::optional<JsonBody> object(std::string_view name) const;
    /// The member as it stands, null included. Valid as long as this object or a copy of it.
    std::optional<json::View> find(std::string_view name) const;

private:
    JsonBody(json::Document document, json::View view)
        : document_(std::move(document)), view_(std::move(view)) {}
    std::optional<json::View> given(std::string_view name) const;

    json::Document document_;
    json::View view_;
};

}    // namespace opusclaw::api
