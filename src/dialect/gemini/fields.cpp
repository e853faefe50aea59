// dialect/gemini/fields.cpp: the two spellings of a name (spec 06 section 5).
#include "dialect/gemini/fields.h"

namespace opusclaw::dialect::gemini {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr char kCase = 'a' - 'A';

std::string snake_case(std::string_view camel) {
    std::string snake;
    for (const char c : camel) {
        if (is_upper(c)) snake.push_back('_');
        snake.push_back(is_upper(c) ? static_cast<char>(c + kCase) : c);
    }
    return snake;
}

}    // namespace

std::string camel_case(std::string_view name) {
    std::string camel;
    bool raised = false;
    for (const char c : name) {
        if (c == '_' && !camel.empty()) {
            raised = true;
            continue;
        }
        camel.push_back(raised && is_lower(c) ? static_cast<char>(c - kCase) : c);
        raised = false;
    }
    return camel;
}

std::optional<json::View> find_field(const json::View& object, std::string_view camel) {
    const std::string snake = snake_case(camel);
    auto found = snake == camel ? std::nullopt : object.find(snake);
    if (!found || found->is_null()) found = object.find(camel);
    return found && !found->is_null() ? found : std::nullopt;
}

}    // namespace opusclaw::dialect::gemini
