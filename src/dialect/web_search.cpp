// dialect/web_search.cpp: sizes and places of a web search (spec 06 section 9.2); what was not told is not written.
#include "dialect/web_search.h"

namespace opusclaw::dialect {

std::string_view context_size_of(const chat::WebSearch& search) {
    if (!search.context_size.empty()) return search.context_size;
    if (!search.max_uses) return {};
    if (*search.max_uses <= 1) return "low";
    return *search.max_uses <= 5 ? "medium" : "high";
}

bool has_place(const chat::WebSearch& search) {
    return !search.timezone.empty() || !search.country.empty() || !search.region.empty() ||
           !search.city.empty();
}

void write_place(json::Writer& writer, const chat::WebSearch& search) {
    if (!search.timezone.empty()) writer.member("timezone", search.timezone);
    if (!search.country.empty()) writer.member("country", search.country);
    if (!search.region.empty()) writer.member("region", search.region);
    if (!search.city.empty()) writer.member("city", search.city);
}

}    // namespace opusclaw::dialect
