// base/json/view.cpp: View over the table of its text (structure.h) and Document, which makes the table. Scalars are read by
// scalar.cpp.
#include "base/json/view.h"

#include <utility>

#include "base/json/escape.h"
#include "base/json/scalar.h"
#include "base/json/structure.h"

namespace opusclaw::json {
namespace {

/// An escape makes a key longer than what it means.
bool same_key(std::string_view inner, std::string_view wanted) {
    if (inner.size() == wanted.size()) return inner == wanted && !detail::has_escape(inner);
    return inner.size() > wanted.size() && detail::has_escape(inner) && detail::unescape(inner) == wanted;
}

bool is_number_start(char c) { return c == '-' || (c >= '0' && c <= '9'); }

}    // namespace

Type View::type() const {
    switch (raw_.front()) {
        case '{': return Type::Object;
        case '[': return Type::Array;
        case '"': return Type::String;
        case 't':
        case 'f': return Type::Bool;
        case 'n': return Type::Null;
        default: break;
    }
    if (!is_number_start(raw_.front())) detail::refuse("a value was expected");
    return Type::Number;
}

std::optional<bool> View::as_bool() const {
    if (type() != Type::Bool) return std::nullopt;
    detail::check_plain_scalar(raw_, 0);
    return raw_ == "true";
}

std::optional<std::int64_t> View::as_int() const {
    if (type() != Type::Number) return std::nullopt;
    detail::check_plain_scalar(raw_, 0);
    return detail::number_as_int(raw_);
}

std::optional<double> View::as_double() const {
    if (type() != Type::Number) return std::nullopt;
    detail::check_plain_scalar(raw_, 0);
    return detail::number_as_double(raw_);
}

std::optional<std::string> View::as_string() const {
    if (type() != Type::String) return std::nullopt;
    return detail::unescape(detail::inner_of(raw_));
}

std::optional<std::string_view> View::as_plain_string() const {
    if (type() != Type::String) return std::nullopt;
    const std::string_view inner = detail::inner_of(raw_);
    if (detail::has_escape(inner)) return std::nullopt;
    return inner;
}

View View::child(std::string_view raw, std::uint32_t token) const {
    View view(raw);
    view.structure_ = structure_;
    view.keep_ = keep_;
    view.token_ = token;
    return view;
}

View View::indexed() const {
    if (structure_) return *this;
    View view(raw_);
    view.keep_ = std::make_shared<const detail::Structure>(raw_);
    view.structure_ = view.keep_.get();
    if (view.structure_->has_more()) detail::refuse("something follows the value");
    return view;
}

std::optional<View> View::find(std::string_view key) const {
    if (type() != Type::Object) return std::nullopt;
    if (structure_ == nullptr) return indexed().find(key);
    detail::Structure::Value last{};    // without bytes: none yet
    detail::walk_members(*structure_, token_, [&](std::string_view inner, const auto& value) {
        if (same_key(inner, key)) last = value;
        return true;
    });
    if (last.raw.empty()) return std::nullopt;
    return child(last.raw, last.token);
}

std::optional<View> View::at(std::initializer_list<std::string_view> path) const {
    std::optional<View> here = *this;
    for (const std::string_view key : path) {
        here = here->find(key);
        if (!here) return std::nullopt;
    }
    return here;
}

void View::each_member(const MemberVisitor& visit) const {
    if (type() != Type::Object) return;
    const View self = indexed();
    std::string resolved;
    detail::walk_members(*self.structure_, self.token_, [&](std::string_view inner, const auto& value) {
        std::string_view key = inner;
        if (detail::has_escape(inner)) key = resolved = detail::unescape(inner);
        return visit(key, self.child(value.raw, value.token));
    });
}

void View::each_item(const ItemVisitor& visit) const {
    if (type() != Type::Array) return;
    const View self = indexed();
    detail::walk_items(*self.structure_, self.token_,
                       [&](const auto& value) { return visit(self.child(value.raw, value.token)); });
}

bool View::empty() const {
    if (type() != Type::Array && type() != Type::Object) return false;
    std::size_t at = 1;
    while (at < raw_.size() && detail::is_blank(raw_[at])) ++at;
    return at + 1 == raw_.size();
}

View view_of(std::string_view raw) {
    while (!raw.empty() && detail::is_blank(raw.front())) raw.remove_prefix(1);
    while (!raw.empty() && detail::is_blank(raw.back())) raw.remove_suffix(1);
    if (raw.empty()) detail::refuse("the text is empty");
    if (raw.front() == '"' && (raw.size() < 2 || raw.back() != '"')) detail::refuse("a string is not closed");
    return View(raw);
}

Document::Document(const PaddedBuffer& text)
    : structure_(std::make_shared<const detail::Structure>(text.view())) {
    structure_->root();
}

Document::Document(std::shared_ptr<const PaddedBuffer> owned)
    : owned_(std::move(owned)), structure_(std::make_shared<const detail::Structure>(owned_->view())) {
    structure_->root();
}

Document::Document(std::shared_ptr<const detail::Structure> structure) : structure_(std::move(structure)) {
    structure_->root();
    if (structure_->has_more()) detail::refuse("something follows the value");
}

Document Document::over(std::string_view text) {
    return Document(std::make_shared<const detail::Structure>(text));
}

Document Document::copy(std::string_view text) {
    return Document(std::make_shared<const PaddedBuffer>(text));
}

View Document::root() const {
    const auto root = structure_->root();
    View view(root.raw);
    view.structure_ = structure_.get();
    view.token_ = root.token;
    return view;
}

void Document::validate() const { detail::check_whole(*structure_); }

}    // namespace opusclaw::json
