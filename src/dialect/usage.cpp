// dialect/usage.cpp: keeps a broken provider's numbers from making a request cheaper than free (spec 05 section 9.2).
#include "dialect/usage.h"

#include <algorithm>
#include <array>

namespace opusclaw::dialect {
namespace {

/// Beyond what any model reads or writes; what a provider tells beyond it is nonsense, and no sum of such counts overflows.
constexpr std::int64_t kMostTokens = 1'000'000'000'000;

using Figure = std::int64_t Usage::*;
constexpr std::array<Figure, 14> kFigures = {
    &Usage::prompt,       &Usage::completion,     &Usage::total,          &Usage::cached_read,
    &Usage::cache_write,  &Usage::cache_write_5m, &Usage::cache_write_1h, &Usage::image_input,
    &Usage::image_output, &Usage::audio_input,    &Usage::audio_output,   &Usage::text_input,
    &Usage::text_output,  &Usage::reasoning};

}    // namespace

std::int64_t Usage::written_to_cache() const {
    const std::int64_t split = cache_write_5m + cache_write_1h;
    return split == 0 ? cache_write : std::max(cache_write, split);
}

std::int64_t Usage::written_for_5m() const {
    return cache_write_5m + std::max<std::int64_t>(cache_write - cache_write_5m - cache_write_1h, 0);
}

void Usage::take_later(const Usage& later) {
    for (const Figure figure : kFigures) {
        if (later.*figure > 0) this->*figure = later.*figure;
    }
    semantics = later.semantics;
    semantics_told = later.semantics_told;
    clamped = clamped || later.clamped;
    if (later.cost != 0) cost = later.cost;
    if (later.sourced_input > 0) sourced_input = later.sourced_input;
    total = prompt + completion;
}

void Usage::clamp() {
    const Usage before = *this;
    for (const Figure figure : kFigures)
        this->*figure = std::clamp<std::int64_t>(this->*figure, 0, kMostTokens);
    if (semantics == UsageSemantics::Openai) {
        std::int64_t left = prompt;
        // What is kept first is reduced last.
        for (std::int64_t* part : {&cached_read, &cache_write, &image_input, &audio_input}) {
            *part = std::min(*part, left);
            left -= *part;
        }
    }
    clamped = clamped || !(*this == before);
}

}    // namespace opusclaw::dialect
