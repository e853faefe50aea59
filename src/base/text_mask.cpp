// base/text_mask.cpp: masking of secrets in texts that clients read (spec 04 section 14.6). One walk from left to right; what
// a rule has put in place is not looked at again by another.
#include "base/text_mask.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/ip.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::text {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kShortestSecret = 4;
constexpr std::size_t kShortestKey = 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// `_` belongs to no host name, but to names inside of clusters, and to JSON paths.
bool is_label(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; }

bool all_of(std::string_view text, bool (*test)(char)) {
    return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

/// Members of the four dialects' requests that an upstream's error may name in a path.
constexpr auto kTopMembers = std::to_array<std::string_view>({"messages",
                                                              "input",
                                                              "tools",
                                                              "contents",
                                                              "system",
                                                              "functions",
                                                              "stop",
                                                              "include",
                                                              "modalities",
                                                              "choices",
                                                              "output",
                                                              "content",
                                                              "requests",
                                                              "safetySettings",
                                                              "systemInstruction",
                                                              "system_instruction",
                                                              "generationConfig",
                                                              "generation_config",
                                                              "toolConfig",
                                                              "tool_config",
                                                              "tool_choice",
                                                              "response_format",
                                                              "reasoning",
                                                              "thinking",
                                                              "text",
                                                              "metadata",
                                                              "prompt",
                                                              "body",
                                                              "audio",
                                                              "stream_options",
                                                              "logit_bias",
                                                              "context_management",
                                                              "output_config"});
constexpr auto kInnerMembers = std::to_array<std::string_view>({"content",
                                                                "role",
                                                                "type",
                                                                "name",
                                                                "text",
                                                                "format",
                                                                "schema",
                                                                "json_schema",
                                                                "strict",
                                                                "function",
                                                                "parameters",
                                                                "properties",
                                                                "arguments",
                                                                "description",
                                                                "source",
                                                                "data",
                                                                "url",
                                                                "image_url",
                                                                "file",
                                                                "file_data",
                                                                "file_id",
                                                                "input_audio",
                                                                "tool_calls",
                                                                "tool_call_id",
                                                                "tool_use_id",
                                                                "id",
                                                                "input",
                                                                "input_schema",
                                                                "output",
                                                                "parts",
                                                                "inlineData",
                                                                "fileData",
                                                                "mimeType",
                                                                "media_type",
                                                                "cache_control",
                                                                "ttl",
                                                                "budget_tokens",
                                                                "effort",
                                                                "summary",
                                                                "thinking",
                                                                "signature",
                                                                "user_id",
                                                                "include_usage",
                                                                "responseSchema",
                                                                "thinkingConfig",
                                                                "thinkingBudget",
                                                                "voice",
                                                                "items",
                                                                "required",
                                                                "enum",
                                                                "custom",
                                                                "annotations",
                                                                "encrypted_content",
                                                                "functionCall",
                                                                "functionResponse"});

/// Host names do not look like this: `messages.0.content`, `response_format.json_schema.name`.
bool is_json_path(const std::vector<std::string_view>& labels) {
    if (std::ranges::find(kTopMembers, labels[0]) == kTopMembers.end()) return false;
    if (all_of(labels[1], is_digit)) return true;
    return std::all_of(labels.begin() + 1, labels.end(), [](std::string_view label) {
        return all_of(label, is_digit) || std::ranges::find(kInnerMembers, label) != kInnerMembers.end();
    });
}

/// How many labels at the end stay readable: `org`, or `co.uk`.
std::size_t kept_labels(const std::vector<std::string_view>& labels) {
    const std::size_t n = labels.size();
    const bool country = labels[n - 1].size() == 2 && all_of(labels[n - 1], is_letter);
    return n >= 2 && country && labels[n - 2].size() <= 3 ? 2 : 1;
}

void append_tail(std::string& out, const std::vector<std::string_view>& labels) {
    for (std::size_t i = labels.size() - kept_labels(labels); i < labels.size(); ++i) {
        out += '.';
        out += labels[i];
    }
}

// --- URLs ---

/// The host of what stands between `//` and the path: without user and port.
std::string_view host_of(std::string_view authority) {
    const std::size_t user = authority.rfind('@');
    if (user != std::string_view::npos) authority.remove_prefix(user + 1);
    if (authority.starts_with('[')) return authority;
    return authority.substr(0, authority.find(':'));
}

void append_host(std::string& out, std::string_view host) {
    out += kMask;
    if (!host.starts_with('[') && host.find('.') != std::string_view::npos)
        append_tail(out, split(host, '.'));
}

void append_path(std::string& out, std::string_view path) {
    const std::vector<std::string_view> segments = split(path, '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (i > 0) out += '/';
        if (!segments[i].empty()) out += kMask;
    }
}

void append_query(std::string& out, std::string_view query) {
    const std::vector<std::string_view> pairs = split(query, '&');
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (i > 0) out += '&';
        const std::size_t equals = pairs[i].find('=');
        // A pair without a name may be the secret itself.
        if (equals != std::string_view::npos) out += pairs[i].substr(0, equals + 1);
        if (!pairs[i].empty()) out += kMask;
    }
}

/// The length of the URL at the beginning of `rest`, or 0.
std::size_t url_size(std::string_view rest) {
    std::size_t scheme = 0;
    for (const std::string_view known : {std::string_view("https://"), std::string_view("http://")})
        if (iequals(rest.substr(0, known.size()), known)) scheme = known.size();
    if (scheme == 0 || scheme == rest.size() || is_blank(rest[scheme])) return 0;
    const auto end = std::find_if(rest.begin() + static_cast<std::ptrdiff_t>(scheme), rest.end(), is_blank);
    return static_cast<std::size_t>(end - rest.begin());
}

void append_url(std::string& out, std::string_view url) {
    const std::size_t host = url.find("//") + 2;
    url = url.substr(0, url.find('#'));
    const std::size_t query = std::min(url.find('?'), url.size());
    const std::size_t path = std::min(url.find('/', host), query);
    out += url.substr(0, host);
    append_host(out, host_of(url.substr(host, path - host)));
    append_path(out, url.substr(path, query - path));
    if (query == url.size()) return;
    out += '?';
    append_query(out, url.substr(query + 1));
}

// --- words: names and addresses ---

bool is_ipv4(const std::vector<std::string_view>& labels) {
    return labels.size() == 4 && std::ranges::all_of(labels, [](std::string_view label) {
               return label.size() <= 3 && all_of(label, is_digit);
           });
}

bool is_domain(const std::vector<std::string_view>& labels) {
    const bool complete = std::ranges::none_of(labels, &std::string_view::empty);
    return labels.size() >= 2 && complete && labels.back().size() >= 2 && all_of(labels.back(), is_letter);
}

/// `word` is a longest run of label characters and dots.
void append_word(std::string& out, std::string_view word) {
    std::string_view core = word;
    while (!core.empty() && (core.back() == '.' || core.back() == '-')) core.remove_suffix(1);
    std::string_view front = core.substr(0, std::min(core.find_first_not_of(".-"), core.size()));
    core.remove_prefix(front.size());
    const std::string_view back = word.substr(front.size() + core.size());

    out += front;
    const std::vector<std::string_view> labels = split(core, '.');
    if (is_ipv4(labels)) {
        out += "***.***.***.***";
    } else if (is_domain(labels) && !is_json_path(labels)) {
        for (std::size_t i = 0; i + kept_labels(labels) < labels.size(); ++i) out += i > 0 ? ".***" : "***";
        append_tail(out, labels);
    } else {
        out += core;
    }
    out += back;
}

/// The length of an IPv6 address in brackets at the beginning of `rest`, or 0.
std::size_t bracketed_ipv6_size(std::string_view rest) {
    const std::size_t end = rest.substr(0, 64).find(']');
    if (rest.front() != '[' || end == std::string_view::npos) return 0;
    const std::string_view inside = rest.substr(1, end - 1);
    return inside.find(':') != std::string_view::npos && IpAddress::parse(inside) ? end + 1 : 0;
}

/// The length of a `sk-` key at the beginning of `rest`, or 0.
std::size_t key_size(std::string_view rest) {
    if (!rest.starts_with("sk-")) return 0;
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_label);
    const auto size = static_cast<std::size_t>(end - rest.begin());
    return size >= kShortestKey ? size : 0;
}

/// The length of the run of label characters and dots at the beginning of `rest`, cut before a URL, a key or `api_key:`
/// that begins inside of it.
std::size_t word_size(std::string_view rest) {
    const auto end = std::find_if_not(rest.begin(), rest.end(),
                                      [](char c) { return is_label(c) || c == '.'; });
    const auto size = static_cast<std::size_t>(end - rest.begin());
    const std::string_view word = rest.substr(0, size);
    for (const std::string_view scheme : {std::string_view("https"), std::string_view("http")}) {
        const bool ends = size > scheme.size() && iequals(word.substr(size - scheme.size()), scheme);
        if (ends && rest.substr(size).starts_with("://")) return size - scheme.size();
    }
    if (word.ends_with("api_key") && size > 7 && rest.substr(size).starts_with(':')) return size - 7;
    for (std::size_t at = word.find("sk-", 1); at < size; at = word.find("sk-", at + 1)) {
        const bool begins = !is_letter(word[at - 1]) && !is_digit(word[at - 1]);
        if (begins && key_size(rest.substr(at)) > 0) return at;
    }
    return size;
}

/// The length of the value of `api_key:` at the beginning of `rest`, or 0.
std::size_t value_size(std::string_view rest) {
    const auto end = std::find_if(rest.begin(), rest.end(),
                                  [](char c) { return is_blank(c) || c == '\'' || c == '"'; });
    return static_cast<std::size_t>(end - rest.begin());
}

std::string mask(std::string_view text) {
    constexpr std::string_view kName = "api_key:";
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        std::size_t size = 0;
        if ((size = key_size(rest)) > 0 || (size = bracketed_ipv6_size(rest)) > 0) {
            out += rest.front() == '[' ? "[***]" : kMask;
        } else if ((size = url_size(rest)) > 0) {
            append_url(out, rest.substr(0, size));
        } else if (rest.starts_with(kName) && (size = value_size(rest.substr(kName.size()))) > 0) {
            out += kName;
            out += kMask;
            size += kName.size();
        } else if ((size = word_size(rest)) > 0) {
            append_word(out, rest.substr(0, size));
        } else {
            out += text[at];
            size = 1;
        }
        at += size;
    }
    return out;
}

std::string replace_all(std::string_view text, std::string_view what) {
    std::string out;
    std::size_t begin = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, begin)) {
        out += text.substr(begin, at - begin);
        out += kMask;
        begin = at + what.size();
    }
    return out += text.substr(begin);
}

/// The parts of a key that stand for themselves: those between bars, or the texts that an object holds.
std::vector<std::string> parts_of(std::string_view key) {
    std::vector<std::string> parts;
    if (trim(key).starts_with('{')) {
        try {
            const json::Document document = json::Document::copy(key);
            document.root().each_member([&parts](std::string_view, json::View value) {
                if (auto said = value.as_string()) parts.push_back(std::move(*said));
                return true;
            });
        } catch (const Error&) {
            parts.clear();    // no JSON: a key as any other
        }
    } else if (key.find('|') != std::string_view::npos) {
        for (const std::string_view part : split(key, '|')) parts.emplace_back(trim(part));
    }
    // The longest first: it may hold a shorter one.
    std::ranges::sort(parts, std::greater(), &std::string::size);
    return parts;
}

}    // namespace

std::string mask_secrets(std::string_view text) { return mask(text); }

std::string mask_secrets(std::string_view text, std::span<const std::string_view> secrets) {
    return mask(without_secrets(text, secrets));
}

std::string without_secrets(std::string_view text, std::span<const std::string_view> secrets) {
    constexpr std::size_t kShortestPart = 16;    // shorter ones are regions and the like
    std::string without(text);
    for (const std::string_view secret : secrets) {
        if (secret.size() >= kShortestSecret) without = replace_all(without, secret);
        for (const std::string& part : parts_of(secret))
            if (part.size() >= kShortestPart) without = replace_all(without, part);
    }
    return without;
}

std::string_view cut_bytes(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    std::size_t end = max_bytes;
    // A character has three bytes behind its first one at most: where there are more, it is no UTF-8.
    for (std::size_t back = 0; back < 4 && end > 0; ++back, --end)
        if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80) return text.substr(0, end);
    return text.substr(0, max_bytes);
}

}    // namespace opusclaw::text
