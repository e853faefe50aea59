// base/embedded.h: files that the build puts into the binary (cmake/embed.cmake makes the definitions).
#pragma once

#include <span>
#include <string_view>

namespace opusclaw {

/// Lives as long as the program.
struct EmbeddedFile {
    std::string_view name;    // without its folder: "en.json"
    std::string_view content;
};

/// src/base/i18n/*.json
std::span<const EmbeddedFile> embedded_i18n();
/// src/catalog/channel_types.json
std::span<const EmbeddedFile> embedded_catalog();
/// src/settings/default_pricing.json
std::span<const EmbeddedFile> embedded_settings();

}    // namespace opusclaw
