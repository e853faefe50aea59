// account/user_rules.cpp: the lengths of spec 02 section 12.2.
#include "account/user_rules.h"

#include <algorithm>

#include "base/text.h"

namespace opusclaw::account {
namespace {

struct FieldRule {
    const char* field;
    std::optional<std::string> UserFields::*member;
    std::size_t least, most;
};

constexpr FieldRule kRules[] = {
    {"Username", &UserFields::username, 0, 20},        {"Password", &UserFields::password, 8, 20},
    {"DisplayName", &UserFields::display_name, 0, 20}, {"Email", &UserFields::email, 0, 50},
    {"Remark", &UserFields::remark, 0, 255},
};

}    // namespace

std::string broken_rules(const UserFields& fields) {
    std::string lines;
    for (const FieldRule& rule : kRules) {
        const auto& value = fields.*rule.member;
        if (!value) continue;
        const std::size_t length = text::count_characters(*value);
        if (length >= rule.least && length <= rule.most) continue;
        if (!lines.empty()) lines += '\n';
        lines += broken_rule("User", rule.field, length < rule.least ? "min" : "max");
    }
    return lines;
}

std::string broken_rule(const std::string& structure, const std::string& field, const std::string& rule) {
    return "Key: '" + structure + "." + field + "' Error:Field validation for '" + field +
           "' failed on the '" + rule + "' tag";
}

bool storable(const UserFields& fields) {
    return std::ranges::all_of(kRules, [&fields](const FieldRule& rule) {
        const auto& value = fields.*rule.member;
        return !value || value->find('\0') == std::string::npos;
    });
}

}    // namespace opusclaw::account
