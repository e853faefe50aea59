// tests/unit/api/refusal.h: what a person is told when a check refuses: the literal text, or the key of the translated one.
#pragma once

#include <string>

#include "base/error.h"

namespace opusclaw::api {

/// "" when nothing was refused.
template <class Action>
std::string refusal(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.message.text;
    }
    return {};
}

}    // namespace opusclaw::api
