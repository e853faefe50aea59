// dialect/broken_answer.h: reading a provider's JSON: what is malformed there is the provider's fault and not the client's.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json/view.h"

namespace opusclaw::dialect {

/// Gives `use` the object that `text` holds. Throws Error(UpstreamBroken, "bad_response_body") when it is none.
template <class Use>
void with_answer_object(std::string_view text, Use use) {
    try {
        const json::Document document = json::Document::over(text);
        document.validate();
        if (document.root().type() == json::Type::Object) return use(document.root());
    } catch (const Error& error) {
        throw Error(ErrorKind::UpstreamBroken, "bad_response_body",
                    Message::literal("the provider's answer is not valid JSON"), error.what());
    }
    throw_error(ErrorKind::UpstreamBroken, "bad_response_body", "the provider's answer is not a JSON object");
}

}    // namespace opusclaw::dialect
