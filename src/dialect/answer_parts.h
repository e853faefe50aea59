// dialect/answer_parts.h: what the readers of answers share: a provider's text as one JSON object, its errors, texts that are counted
// (spec 04 section 14.4; 05 section 9). Only for dialect.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "base/json/view.h"
#include "dialect/token_estimate.h"
#include "dialect/usage.h"

namespace opusclaw::dialect {

/// An `error` that counts: an object with a type or a message, or a text.
bool is_error(const json::View& error);

/// A text that is there and not empty goes to the counter, if there is one. False: there is none.
bool take_text(const json::View& value, OutputCounter* counter);

/// A member of a usage object and its place.
struct UsageMember {
    std::string_view name;
    std::int64_t Usage::*place;
};
/// Of equal keys the last counts; what is no integer counts as zero.
void take_count(Usage& usage, std::span<const UsageMember> members, std::string_view key,
                const json::View& value);
/// The members of a details object; those that it does not have become zero.
void take_details(Usage& usage, std::span<const UsageMember> members, const json::View& details);

/// Throws Error(UpstreamBroken, "bad_response_body").
[[noreturn]] void not_an_object();
[[noreturn]] void not_json(std::string_view why);

/// `use` gets the root while its document lives. Malformed text is the provider's fault here, not the client's: throws
/// Error(UpstreamBroken, "bad_response_body") for it, and for what is no object.
template <class Use>
auto with_object(std::string_view text, Use use) {
    try {
        const json::Document document = json::Document::over(text);
        const json::View root = document.root();
        if (root.type() != json::Type::Object) not_an_object();
        return use(root);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::UpstreamBroken) throw;
        not_json(error.what());
    }
}

}    // namespace opusclaw::dialect
