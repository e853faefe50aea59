// provider/hosted_media.h: files behind URLs in Messages bodies, for clouds that take their bytes only (spec 06 section 13.6; 07 section
// 8.4). Which there are, and the body with them; relay fetches them. Only for provider.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialect/profile.h"

namespace opusclaw::provider {

/// The URLs of images and documents in the messages, each once, in order.
std::vector<std::string> hosted_media_needs(std::string_view body);

/// `messages`, as JSON, with the bytes of what was fetched in place of its URL; what was not stays.
std::string with_hosted_media(std::string_view messages, const dialect::FetchedFiles& files);

}    // namespace opusclaw::provider
