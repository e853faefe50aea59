// base/unfit.h: the error of a channel that cannot serve a request (spec 04 section 13.2): an endpoint that its provider does not offer,
// a field that its dialect cannot express. Another channel may be able to; nothing was sent.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace opusclaw {

/// 400 when no channel is left. Whoever tries channels tells it from other errors by its type.
struct Unfit : Error {
    Unfit(std::string_view code, std::string_view text)
        : Error(ErrorKind::InvalidRequest, std::string(code), Message::literal(std::string(text))) {}
};

}    // namespace opusclaw
