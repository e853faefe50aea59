// billing/price_rules.cpp: the rules as data: each names what a model's name must be, begin, end with or contain.
#include "billing/price_rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/json/view.h"
#include "settings/price_tables.h"

namespace opusclaw::billing {
namespace {

struct Match {
    std::string equals, prefix, suffix, contains;
    bool fits(std::string_view name) const {
        return (equals.empty() || name == equals) && name.starts_with(prefix) && name.ends_with(suffix) &&
               name.find(contains) != std::string_view::npos;
    }
};

struct Rule {
    std::vector<Match> any_of;
    CompletionRatio ratio;
};

struct AudioPrice {
    std::string prefix;
    double usd_per_million = 0;
};

std::string text_of(const json::View& object, std::string_view name) {
    const auto value = object.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

Match read_match(const json::View& match) {
    return {.equals = text_of(match, "equals"),
            .prefix = text_of(match, "prefix"),
            .suffix = text_of(match, "suffix"),
            .contains = text_of(match, "contains")};
}

Rule read_rule(const json::View& row) {
    Rule rule;
    const json::View match = *row.find("match");
    if (const auto alternatives = match.find("any_of")) {
        alternatives->each_item([&rule](json::View alternative) {
            rule.any_of.push_back(read_match(alternative));
            return true;
        });
    } else {
        rule.any_of.push_back(read_match(match));
    }
    rule.ratio.ratio = row.find("ratio")->as_double().value_or(1);
    rule.ratio.locked = row.find("locked")->as_bool().value_or(false);
    return rule;
}

struct Rules {
    std::vector<Rule> completion;
    std::vector<AudioPrice> audio;
    Rules() {
        const json::Document document = json::Document::copy(settings::default_pricing_text());
        document.root().at({"completion_ratio_rules", "rules"})->each_item([this](json::View row) {
            completion.push_back(read_rule(row));
            return true;
        });
        document.root().find("gemini_audio_input_price_usd_per_million")->each_item([this](json::View row) {
            audio.push_back({.prefix = text_of(row, "prefix"),
                             .usd_per_million = row.find("price")->as_double().value_or(0)});
            return true;
        });
    }
};

const Rules& rules() {
    static const Rules rules;
    return rules;
}

}    // namespace

CompletionRatio completion_rule(std::string_view name) {
    for (const Rule& rule : rules().completion) {
        const auto fits = [name](const Match& match) { return match.fits(name); };
        if (std::any_of(rule.any_of.begin(), rule.any_of.end(), fits)) return rule.ratio;
    }
    return {};
}

std::optional<double> gemini_audio_price(std::string_view model) {
    for (const AudioPrice& row : rules().audio) {
        if (model.starts_with(row.prefix)) return row.usd_per_million;
    }
    return std::nullopt;
}

}    // namespace opusclaw::billing
