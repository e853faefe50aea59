// relay/file_type.h: what a fetched file is (spec 04 section 22.1): what its server says, else the extension of a name, else its first
// bytes. Pure.
#pragma once

#include <string>
#include <string_view>

namespace opusclaw::relay {

/// What is known of a fetched file. Header values are empty where there was no such header.
struct FileSigns {
    std::string_view content_type;           // the header, parameters included
    std::string_view content_disposition;    // the header
    std::string_view path;                   // of the URL, without query
    std::string_view bytes;
};
/// A MIME type in lower case, without parameters; `application/octet-stream` when nothing tells.
std::string file_type(const FileSigns& signs);

}    // namespace opusclaw::relay
