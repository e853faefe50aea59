// base/translations.h: messages in the caller's language (spec 01 section 19). The texts are src/base/i18n/*.json, embedded
// into the binary; a language is one file there and one row in translations.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace opusclaw {

enum class Language { English, Chinese, TraditionalChinese, kCount };

/// The text of a message. A literal stays as it is. A key is looked up in `language`, then in Chinese, else it is its own
/// text; `{{.Name}}` is replaced by the argument Name, or stays when there is none. Thread-safe.
std::string translate(Language language, const Message& message);
/// The same for a key given directly.
std::string translate(Language language, std::string_view key,
                      const std::vector<std::pair<std::string, std::string>>& arguments = {});

/// The language of one tag in any letter case (`zh`, `zh-Hant`, `en_GB`), or nullopt when it is none of ours.
std::optional<Language> language_of_tag(std::string_view tag);
/// From the header's entries by quality, then by order, the first that is one of ours; English when there is none.
Language choose_language(std::string_view accept_language);
/// The user's own setting when it is one of ours, else by the header.
Language choose_language(std::string_view user_setting, std::string_view accept_language);
/// `en`, `zh`, `zh-TW`: the name of the data file.
std::string_view language_name(Language language);
/// All keys of a language, sorted. For tests and tools.
std::vector<std::string_view> translation_keys(Language language);

}    // namespace opusclaw
