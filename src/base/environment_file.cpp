// base/environment_file.cpp: the `.env` format: `NAME=value` or `NAME: value`, an optional `export`, comments, single quotes
// (literal, may span lines), double quotes (escapes, may span lines), `$NAME` and `${NAME}` except in single quotes.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include "base/environment.h"
#include "base/text.h"

namespace opusclaw {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

using Lookup = std::function<std::string(std::string_view name)>;

/// Walks through the text of the file.
class Reader {
public:
    Reader(std::string_view text, Lookup lookup) : text_(text), lookup_(std::move(lookup)) {}

    struct Entry {
        std::string name;    // empty: the line makes no sense
        std::string value;
        std::size_t line;
    };
    /// The next line that says something.
    std::optional<Entry> next();

private:
    bool more() const { return at_ < text_.size(); }
    char peek() const { return text_[at_]; }
    void skip_spaces() {
        while (more() && is_space(peek())) ++at_;
    }
    void skip_line();
    void skip_blank_lines();
    std::string read_name();
    std::optional<std::string> read_value();
    std::optional<std::string> read_quoted(char quote);
    std::string read_bare();
    void append_escape(std::string& out);
    void append_variable(std::string& out);
    bool at_line_end();

    std::string_view text_;
    Lookup lookup_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

void Reader::skip_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (!more()) return;
    ++at_;
    ++line_;
}

void Reader::skip_blank_lines() {
    for (;;) {
        skip_spaces();
        if (!more() || (peek() != '\n' && peek() != '#')) return;
        skip_line();
    }
}

std::string Reader::read_name() {
    constexpr std::string_view kExport = "export";
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with(kExport) && rest.size() > kExport.size() && is_space(rest[kExport.size()])) {
        at_ += kExport.size();
        skip_spaces();
    }
    const std::size_t begin = at_;
    while (more() && (is_name(peek()) || peek() == '.')) ++at_;
    std::string name(text_.substr(begin, at_ - begin));
    skip_spaces();
    const bool assigned = more() && (peek() == '=' || peek() == ':');
    if (name.empty() || !is_name_start(name[0]) || !assigned) return {};
    ++at_;
    return name;
}

/// `\n`, `\r`, `\t` are control characters, other characters stand for themselves.
void Reader::append_escape(std::string& out) {
    const char c = text_[at_++];
    if (c == '\n') ++line_;
    out += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
}

/// At a `$`. One that begins no name stays.
void Reader::append_variable(std::string& out) {
    std::string_view rest = text_.substr(at_ + 1);
    const bool braces = rest.starts_with('{');
    if (braces) rest.remove_prefix(1);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_name);
    const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    const bool closed = !braces || (end != rest.end() && *end == '}');
    if (name.empty() || !is_name_start(name[0]) || !closed) {
        out += text_[at_++];
        return;
    }
    out += lookup_(name);
    at_ += 1 + name.size() + (braces ? 2 : 0);
}

/// At the character behind the opening quote. nullopt: it is never closed.
std::optional<std::string> Reader::read_quoted(char quote) {
    std::string out;
    while (more() && peek() != quote) {
        if (quote == '"' && peek() == '\\' && at_ + 1 < text_.size()) {
            ++at_;
            append_escape(out);
        } else if (quote == '"' && peek() == '$') {
            append_variable(out);
        } else {
            if (peek() == '\n') ++line_;
            out += text_[at_++];
        }
    }
    if (!more()) return std::nullopt;
    ++at_;
    return out;
}

/// To the end of the line or a `#` behind a blank.
std::string Reader::read_bare() {
    std::string out;
    while (more() && peek() != '\n') {
        const bool begins_comment = peek() == '#' && (out.empty() || is_space(text_[at_ - 1]));
        if (begins_comment) break;
        if (peek() == '$')
            append_variable(out);
        else
            out += text_[at_++];
    }
    return std::string(text::trim(out));
}

/// Whether nothing but blanks and a comment follows on this line.
bool Reader::at_line_end() {
    skip_spaces();
    return !more() || peek() == '\n' || peek() == '#';
}

std::optional<std::string> Reader::read_value() {
    skip_spaces();
    if (!more() || (peek() != '"' && peek() != '\'')) return read_bare();
    const char quote = text_[at_++];
    std::optional<std::string> value = read_quoted(quote);
    if (!at_line_end()) return std::nullopt;
    return value;
}

std::optional<Reader::Entry> Reader::next() {
    skip_blank_lines();
    if (!more()) return std::nullopt;
    Entry entry{.name = {}, .value = {}, .line = line_};
    std::string name = read_name();
    if (!name.empty()) {
        const std::size_t value_begins = at_;
        if (std::optional<std::string> value = read_value()) {
            entry.name = std::move(name);
            entry.value = std::move(*value);
        } else {
            // An unclosed quote must not swallow the rest of the file.
            at_ = value_begins;
            line_ = entry.line;
        }
    }
    skip_line();
    return entry;
}

}    // namespace

bool Environment::load_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return false;
    const std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    load_text(content);
    return true;
}

void Environment::load_text(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    // Within the file the last of equal names counts, and a name of the file goes before one of the process.
    std::map<std::string, std::string, std::less<>> read;
    Reader reader(text, [&](std::string_view name) {
        const auto found = read.find(name);
        return found != read.end() ? found->second : set_text(name).value_or("");
    });
    while (std::optional<Reader::Entry> entry = reader.next()) {
        if (entry->name.empty())
            warn(fmt::format("line {} of the .env file is not understood and left out", entry->line));
        else
            read.insert_or_assign(std::move(entry->name), std::move(entry->value));
    }
    variables_.merge(read);
}

}    // namespace opusclaw
