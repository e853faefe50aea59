// provider/bedrock_models.cpp: the table, one row a model, as AWS lists them in "Supported models" and "Inference profiles" of the Bedrock
// User Guide. Names that are not in it are for AWS to know.
#include "provider/bedrock_models.h"

#include <algorithm>
#include <array>

namespace opusclaw::provider {
namespace {

constexpr unsigned kUs = 1, kEu = 2, kAp = 4, kEverywhere = kUs | kEu | kAp;

struct Row {
    std::string_view name, id;
    unsigned profiles;    // where there is one
};
constexpr std::array kRows = {
    Row{"claude-3-sonnet-20240229", "anthropic.claude-3-sonnet-20240229-v1:0", kEverywhere},
    Row{"claude-3-opus-20240229", "anthropic.claude-3-opus-20240229-v1:0", kUs},
    Row{"claude-3-haiku-20240307", "anthropic.claude-3-haiku-20240307-v1:0", kEverywhere},
    Row{"claude-3-5-sonnet-20240620", "anthropic.claude-3-5-sonnet-20240620-v1:0", kEverywhere},
    Row{"claude-3-5-sonnet-20241022", "anthropic.claude-3-5-sonnet-20241022-v2:0", kUs | kAp},
    Row{"claude-3-5-haiku-20241022", "anthropic.claude-3-5-haiku-20241022-v1:0", kUs},
    Row{"claude-3-7-sonnet-20250219", "anthropic.claude-3-7-sonnet-20250219-v1:0", kEverywhere},
    Row{"claude-sonnet-4-20250514", "anthropic.claude-sonnet-4-20250514-v1:0", kEverywhere},
    Row{"claude-opus-4-20250514", "anthropic.claude-opus-4-20250514-v1:0", kUs},
    Row{"claude-opus-4-1-20250805", "anthropic.claude-opus-4-1-20250805-v1:0", kUs},
    Row{"claude-sonnet-4-5-20250929", "anthropic.claude-sonnet-4-5-20250929-v1:0", kEverywhere},
    Row{"claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", kEverywhere},
    Row{"claude-haiku-4-5-20251001", "anthropic.claude-haiku-4-5-20251001-v1:0", kEverywhere},
    Row{"claude-opus-4-5-20251101", "anthropic.claude-opus-4-5-20251101-v1:0", kEverywhere},
    Row{"claude-opus-4-6", "anthropic.claude-opus-4-6-v1", kEverywhere},
    Row{"claude-opus-4-7", "anthropic.claude-opus-4-7", kEverywhere},
    Row{"nova-micro-v1:0", "amazon.nova-micro-v1:0", kEverywhere},
    Row{"nova-lite-v1:0", "amazon.nova-lite-v1:0", kEverywhere},
    Row{"nova-pro-v1:0", "amazon.nova-pro-v1:0", kEverywhere},
    Row{"nova-canvas-v1:0", "amazon.nova-canvas-v1:0", kEverywhere},
    Row{"nova-reel-v1:0", "amazon.nova-reel-v1:0", kEverywhere},
    Row{"nova-sonic-v1:0", "amazon.nova-sonic-v1:0", kEverywhere},
    Row{"nova-premier-v1:0", "amazon.nova-premier-v1:0", kUs},
    Row{"nova-reel-v1:1", "amazon.nova-reel-v1:1", kUs},
};

struct Place {
    std::string_view region;    // how its name begins
    unsigned profiles;
    std::string_view prefix;
};
/// The first that fits.
constexpr std::array kPlaces = {
    Place{"us-gov-", kUs, "us-gov."},
    Place{"us-", kUs, "us."},
    Place{"eu-", kEu, "eu."},
    Place{"ap-", kAp, "apac."},
};

}    // namespace

std::string bedrock_model_id(std::string_view model, std::string_view region) {
    // An id that is written out counts as much as the name that stands for it.
    const auto row = std::ranges::find_if(
        kRows, [model](const Row& known) { return known.name == model || known.id == model; });
    if (row == kRows.end()) return std::string(model);
    const auto place = std::ranges::find_if(
        kPlaces, [region](const Place& known) { return region.starts_with(known.region); });
    const bool has_profile = place != kPlaces.end() && (row->profiles & place->profiles) != 0;
    return std::string(has_profile ? place->prefix : "").append(row->id);
}

bool is_nova(std::string_view model) { return model.find("nova-") != std::string_view::npos; }

}    // namespace opusclaw::provider
