// relay/body_edit.h: edits of guarded members by their names in the enumeration. Pure.
#pragma once

#include <string>
#include <utility>

#include "base/json/splice.h"
#include "relay/facts.h"

namespace opusclaw::relay {

/// Replaces a member's value by JSON text, or adds the member.
inline void set_member(json::Splice& body, const Facts& facts, Member member, std::string json) {
    if (const json::Found* const found = facts.found(member)) {
        body.replace(*found, std::move(json));
    } else {
        body.add(member_name(member), json);
    }
}

inline void remove_member(json::Splice& body, const Facts& facts, Member member) {
    if (const json::Found* const found = facts.found(member)) body.remove(*found);
}

}    // namespace opusclaw::relay
