// base/json/edit.cpp: the edit tree. A container that is opened keeps, for each child, the bytes in front of it (blanks, key,
// colon) and behind it, so that what nobody changed is written as it came.
#include "base/json/edit.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/json/scan.h"
#include "base/json/structure.h"
#include "base/json/writer.h"

namespace opusclaw::json {

struct Node::Entry {
    std::string key;       // escapes resolved; empty in arrays
    std::string before;    // from behind the bracket or comma up to the value
    Node value;
    std::string after;    // from the value up to the comma or bracket
};

struct Node::Opened {
    Type type = Type::Object;
    std::vector<Entry> entries;
    std::string blanks;    // all there was between the brackets of an empty container

    Entry* find(std::string_view key) {
        const auto entry = std::find_if(entries.begin(), entries.end(),
                                        [&](const Entry& e) { return e.key == key; });
        return entry == entries.end() ? nullptr : &*entry;
    }

    void erase(std::size_t index) {
        // The blanks in front of the closing bracket stay there.
        if (index > 0 && index + 1 == entries.size())
            entries[index - 1].after = std::move(entries[index].after);
        entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(index));
    }
};

namespace {

/// Cuts the text of a container into the children's surroundings; the values are met in order.
class Slices {
public:
    explicit Slices(std::string_view text) : text_(text) {}

    /// The bytes in front of `value`; moves behind it.
    std::string_view before(std::string_view value) {
        const auto begin = static_cast<std::size_t>(value.data() - text_.data());
        const std::string_view slice = text_.substr(at_, begin - at_);
        at_ = begin + value.size();
        return slice;
    }

    /// The blanks behind the value; moves behind the separator.
    std::string_view after() {
        const std::size_t begin = at_;
        while (detail::is_blank(text_[at_])) ++at_;
        return text_.substr(begin, at_++ - begin);
    }

private:
    std::string_view text_;
    std::size_t at_ = 1;    // behind the bracket
};

}    // namespace

Node::Node(const Node& other)
    : opened_(other.opened_ ? std::make_shared<Opened>(*other.opened_) : nullptr), raw_(other.raw_) {}

Node& Node::operator=(const Node& other) {
    if (this != &other) *this = Node(other);
    return *this;
}

Node& Node::operator=(Node&& other) noexcept {
    Node taken(std::move(other));
    opened_.swap(taken.opened_);
    raw_.swap(taken.raw_);
    return *this;
}

Node Node::parse(std::string_view text) {
    detail::check_whole(detail::Structure(text));
    return made(std::string(text));
}

Node Node::made(std::string raw) {
    Node node;
    node.raw_ = std::move(raw);
    return node;
}

Node Node::of(std::string_view text) {
    std::string raw;
    append_quoted(raw, text);
    return made(std::move(raw));
}

Node Node::of(bool truth) { return made(truth ? "true" : "false"); }

Node Node::of(double number) {
    std::string raw;
    append_number(raw, number);
    return made(std::move(raw));
}

Node Node::object() { return made("{}"); }

Node Node::array() { return made("[]"); }

std::string_view Node::text() const {
    return raw_.empty() ? std::string_view("null") : std::string_view(raw_);
}

Type Node::type() const { return opened_ ? opened_->type : view_of(text()).type(); }

std::optional<bool> Node::as_bool() const { return opened_ ? std::nullopt : view_of(text()).as_bool(); }

std::optional<std::int64_t> Node::as_int() const { return opened_ ? std::nullopt : view_of(text()).as_int(); }

std::optional<double> Node::as_double() const { return opened_ ? std::nullopt : view_of(text()).as_double(); }

std::optional<std::string> Node::as_string() const {
    return opened_ ? std::nullopt : view_of(text()).as_string();
}

void Node::open() const {
    const View view = view_of(text());
    auto opened = std::make_shared<Opened>();
    opened->type = view.type();
    Slices slices(view.raw());
    std::unordered_map<std::string, std::size_t> places;
    const auto add = [&](std::string key, const View& value) {
        Entry entry{std::move(key), std::string(slices.before(value.raw())), {}, std::string(slices.after())};
        entry.value.raw_ = value.raw();
        opened->entries.push_back(std::move(entry));
    };
    view.each_item([&](const View& value) {
        add({}, value);
        return true;
    });
    view.each_member([&](std::string_view key, const View& value) {
        const auto [place, is_new] = places.try_emplace(std::string(key), opened->entries.size());
        if (is_new) {
            add(place->first, value);
        } else {
            opened->entries[place->second].value.raw_ = value.raw();
            slices.before(value.raw());
            opened->entries.back().after = slices.after();
        }
        return true;
    });
    if (opened->entries.empty()) opened->blanks = view.raw().substr(1, view.raw().size() - 2);
    opened_ = std::move(opened);
    raw_.clear();
}

/// The children, when this is a container of that type.
Node::Opened* Node::opened_as(Type wanted) const {
    if (type() != wanted) return nullptr;
    if (!opened_) open();
    return opened_.get();
}

Node::Opened& Node::become(Type wanted) {
    if (Opened* opened = opened_as(wanted)) return *opened;
    opened_ = std::make_shared<Opened>();
    opened_->type = wanted;
    raw_.clear();
    return *opened_;
}

const Node* Node::find(std::string_view key) const {
    Opened* opened = opened_as(Type::Object);
    Entry* entry = opened ? opened->find(key) : nullptr;
    return entry ? &entry->value : nullptr;
}

Node* Node::find(std::string_view key) {
    Opened* opened = opened_as(Type::Object);
    Entry* entry = opened ? opened->find(key) : nullptr;
    return entry ? &entry->value : nullptr;
}

Node& Node::set(std::string_view key, Node value) {
    Opened& opened = become(Type::Object);
    if (Entry* entry = opened.find(key)) {
        entry->value = std::move(value);
        return entry->value;
    }
    std::string before;
    append_quoted(before, key);
    before.push_back(':');
    opened.entries.push_back({std::string(key), std::move(before), std::move(value), {}});
    return opened.entries.back().value;
}

bool Node::erase(std::string_view key) {
    Opened* opened = opened_as(Type::Object);
    Entry* entry = opened ? opened->find(key) : nullptr;
    if (!entry) return false;
    opened->erase(static_cast<std::size_t>(entry - opened->entries.data()));
    return true;
}

std::vector<std::string> Node::keys() const {
    std::vector<std::string> keys;
    if (const Opened* opened = opened_as(Type::Object))
        for (const Entry& entry : opened->entries) keys.push_back(entry.key);
    return keys;
}

std::size_t Node::size() const {
    const Type kind = type();
    if (kind != Type::Object && kind != Type::Array) return 0;
    return opened_as(kind)->entries.size();
}

const Node* Node::item(std::size_t index) const {
    const Opened* opened = opened_as(Type::Array);
    return opened && index < opened->entries.size() ? &opened->entries[index].value : nullptr;
}

Node* Node::item(std::size_t index) {
    Opened* opened = opened_as(Type::Array);
    return opened && index < opened->entries.size() ? &opened->entries[index].value : nullptr;
}

Node& Node::push(Node value) {
    Opened& opened = become(Type::Array);
    opened.entries.push_back({{}, {}, std::move(value), {}});
    return opened.entries.back().value;
}

std::size_t Node::erase_items_if(const std::function<bool(Node&)>& gone) {
    Opened* opened = opened_as(Type::Array);
    if (!opened || opened->entries.empty()) return 0;
    std::string closing = opened->entries.back().after;    // the blanks in front of the bracket stay there
    const std::size_t erased = std::erase_if(opened->entries,
                                             [&gone](Entry& entry) { return gone(entry.value); });
    if (erased > 0 && !opened->entries.empty()) opened->entries.back().after = std::move(closing);
    return erased;
}

void Node::write(std::string& out, std::size_t depth) const {
    if (!opened_) {
        out.append(text());
        return;
    }
    if (depth == detail::kMaxDepth) detail::refuse("nested too deep");
    const bool is_object = opened_->type == Type::Object;
    out.push_back(is_object ? '{' : '[');
    if (opened_->entries.empty()) out.append(opened_->blanks);
    bool first = true;
    for (const Entry& entry : opened_->entries) {
        if (!first) out.push_back(',');
        first = false;
        out.append(entry.before);
        entry.value.write(out, depth + 1);
        out.append(entry.after);
    }
    out.push_back(is_object ? '}' : ']');
}

void Node::append_to(std::string& out) const { write(out, 0); }

std::string Node::str() const {
    std::string out;
    append_to(out);
    return out;
}

}    // namespace opusclaw::json
