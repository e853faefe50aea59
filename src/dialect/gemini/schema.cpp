// dialect/gemini/schema.cpp: one walk over a schema (spec 06 sections 14.1 to 14.3): references inlined, combinators collapsed into their
// first variant, a type wherever the shape tells one, nothing that the provider does not know.
#include "dialect/gemini/schema.h"

#include <array>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/json/writer.h"
#include "dialect/schema_node.h"
#include "dialect/schema_refs.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::Type;
using json::View;

constexpr std::size_t kMostDepth = 64;
constexpr std::string_view kText = "string";
constexpr std::array<std::string_view, 22> kKept = {
    "type",          "title",         "description", "default",  "enum",       "example",
    "format",        "items",         "maxItems",    "minItems", "maxLength",  "minLength",
    "maximum",       "minimum",       "nullable",    "pattern",  "properties", "propertyOrdering",
    "maxProperties", "minProperties", "required",    "$ref"};
/// Of the chosen variant of a combinator.
constexpr std::array<std::string_view, 5> kShape = {"properties", "required", "items", "enum", "const"};

/// What a node says about its type.
struct TypeFound {
    std::string name;    // empty: nothing
    bool nullable = false;
};

TypeFound type_in(const View& value) {
    TypeFound found;
    const auto take = [&found](const View& word) {
        const std::string name = word.as_string().value_or("");
        if (is_null_type(name)) {
            found.nullable = true;
        } else if (found.name.empty()) {
            found.name = type_name(name);
        }
        return true;
    };
    if (value.type() == Type::Array) {
        value.each_item(take);
    } else if (value.type() == Type::String) {
        take(value);
    }
    return found;
}

/// The members of a node that are written, each once.
class Members {
public:
    struct Member {
        std::string name;
        View value;
        bool single = false;    // a `const`, to be written as a list of one
    };

    void put(std::string_view name, const View& value) { entry(name, value).value = value; }
    void put_if_absent(std::string_view name, const View& value) { entry(name, value); }
    void put_const(const View& value) {
        if (!find("enum")) entry("enum", value).single = true;
    }
    const View* find(std::string_view name) const {
        const auto found = index_.find(std::string(name));
        return found == index_.end() ? nullptr : &all_[found->second].value;
    }
    const std::vector<Member>& all() const { return all_; }

private:
    Member& entry(std::string_view name, const View& value) {
        const auto [found, added] = index_.emplace(name, all_.size());
        if (added) all_.push_back({std::string(name), value});
        return all_[found->second];
    }

    std::vector<Member> all_;
    std::unordered_map<std::string, std::size_t> index_;
};

class SchemaWriter {
public:
    SchemaWriter(const View& root, SchemaUse use, Notes& notes, std::string& out)
        : refs_(root), use_(use), notes_(notes), writer_(out) {}

    /// `otherwise` is the type of a node that tells none; empty: it stays without.
    void write(const View& node, std::size_t depth, std::string_view otherwise = {}) {
        const std::size_t before = refs_.depth();
        Members members;
        gather(node, members);
        const bool cut = !follow_references(node, members);
        if (cut) {
            writer_.begin_object().member("type", "object").end_object();
        } else {
            write_members(members, depth, otherwise);
        }
        refs_.leave_to(before);
    }

private:
    bool is_kept(std::string_view name) const {
        if (use_ == SchemaUse::Answer && name == "title") return false;
        return is_one_of(name, kKept) || is_one_of(name, kUnions);
    }

    /// A bound that leaves out its own value is the nearest thing to one that does not.
    static std::string_view bound_of(std::string_view name, const View& value) {
        if (value.type() != Type::Number) return {};
        if (name == "exclusiveMinimum") return "minimum";
        return name == "exclusiveMaximum" ? std::string_view("maximum") : std::string_view();
    }

    void gather(const View& node, Members& members) const {
        std::optional<View> only;
        node.each_member([&](std::string_view name, const View& value) {
            if (value.is_null() && name != "default") return true;
            const std::string_view bound = bound_of(name, value);
            if (name == "const") {
                only = value;
            } else if (!bound.empty()) {
                members.put_if_absent(bound, value);
            } else if (is_kept(name)) {
                members.put(name, value);
            }
            return true;
        });
        if (only) members.put_const(*only);
    }

    static std::string reference_in(const View& node) {
        const auto reference = node.find("$ref");
        return reference ? reference->as_string().value_or("") : std::string();
    }

    /// What a local reference points at, with what stands beside the reference. False: a cycle, or nothing is there.
    bool follow_references(const View& node, Members& members) {
        std::string reference = reference_in(node);
        while (SchemaRefs::is_local(reference)) {
            const auto target = refs_.enter(reference);
            if (!target || target->type() != Type::Object) return false;
            Members inner;
            gather(*target, inner);
            for (const Members::Member& member : inner.all()) {
                if (member.single) {
                    members.put_const(member.value);
                } else {
                    members.put_if_absent(member.name, member.value);
                }
            }
            reference = reference_in(*target);
        }
        return true;
    }

    /// A variant without its references; the node itself when it has none.
    View dereferenced(View node) {
        for (std::string reference = reference_in(node); SchemaRefs::is_local(reference);
             reference = reference_in(node)) {
            const auto target = refs_.enter(reference);
            if (!target) break;
            node = *target;
        }
        return node;
    }

    static const View* combinator_of(const Members& members) {
        for (const std::string_view name : kUnions) {
            const View* const list = members.find(name);
            if (list != nullptr && list->type() == Type::Array && !list->empty()) return list;
        }
        return nullptr;
    }

    static std::string shape_type(const View& node) {
        if (node.find("properties")) return "object";
        if (node.find("items")) return "array";
        return std::string(node.find("enum") || node.find("const") ? kText : std::string_view());
    }

    /// The type of a variant; `shape` becomes the node that has it.
    TypeFound type_of_variant(const View& variant, std::size_t depth, std::optional<View>& shape) {
        const View node = dereferenced(variant);
        const auto written = node.find("type");
        TypeFound found = written ? type_in(*written) : TypeFound{};
        if (found.name.empty() && !found.nullable) found.name = shape_type(node);
        if (!found.name.empty()) shape = node;
        if (!found.name.empty() || found.nullable || depth >= kMostDepth) return found;
        for (const std::string_view name : kUnions) {
            const auto list = node.find(name);
            if (list && list->type() == Type::Array && !list->empty())
                return choose_variant(*list, depth + 1, shape);
        }
        return found;
    }

    /// The first variant that has a type; any null among them makes the node nullable.
    TypeFound choose_variant(const View& list, std::size_t depth, std::optional<View>& shape) {
        TypeFound chosen;
        list.each_item([&](const View& variant) {
            const std::size_t before = refs_.depth();
            std::optional<View> here;
            const TypeFound found = type_of_variant(variant, depth, here);
            chosen.nullable = chosen.nullable || found.nullable;
            if (chosen.name.empty() && !found.name.empty()) {
                chosen.name = found.name;
                shape = here;    // its references stay entered: it is written in this node
            } else {
                refs_.leave_to(before);
            }
            return true;
        });
        return chosen;
    }

    void merge_shape(const View& shape, Members& members) const {
        shape.each_member([&](std::string_view name, const View& value) {
            if (!is_one_of(name, kShape) || value.is_null()) return true;
            if (name == "const") {
                members.put_const(value);
            } else {
                members.put_if_absent(name, value);
            }
            return true;
        });
    }

    void write_members(Members& members, std::size_t depth, std::string_view otherwise) {
        const View* const written = members.find("type");
        TypeFound type = written != nullptr ? type_in(*written) : TypeFound{};
        const bool absent = written == nullptr || written->is_null();
        const View* const combinator = absent && depth < kMostDepth ? combinator_of(members) : nullptr;
        if (combinator != nullptr) {
            std::optional<View> shape;
            type = choose_variant(*combinator, depth, shape);
            if (shape) merge_shape(*shape, members);
        }
        if (absent && type.name.empty()) type.name = inferred(members);
        if (type.name.empty()) type.name = otherwise;
        writer_.begin_object();
        if (!type.name.empty()) writer_.member("type", type.name);
        if (type.nullable) writer_.member("nullable", true);
        for (const Members::Member& member : members.all()) {
            const bool told = member.name == "nullable" && type.nullable;
            const bool listed = member.name == "enum" && type.name != kText;
            if (listed) notes_.add(member.single ? "const" : "enum");
            if (!told && !listed) write_member(member, members, depth);
        }
        if (type.name == "array" && members.find("items") == nullptr) write_items({}, depth);
        writer_.end_object();
    }

    static std::string inferred(const Members& members) {
        if (members.find("properties") != nullptr) return "object";
        if (members.find("items") != nullptr) return "array";
        return std::string(members.find("enum") != nullptr ? kText : std::string_view());
    }

    void write_member(const Members::Member& member, const Members& members, std::size_t depth) {
        const std::string& name = member.name;
        if (name == "type" || name == "$ref" || is_one_of(name, kUnions)) return;
        if (name == "properties") {
            write_properties(member.value, depth);
        } else if (name == "items") {
            write_items(member.value, depth);
        } else if (name == "required") {
            write_required(member.value, members, depth);
        } else if (name == "enum") {
            write_enum(member);
        } else {
            writer_.member_raw(name, member.value.raw());
        }
    }

    void write_properties(const View& properties, std::size_t depth) {
        if (depth >= kMostDepth || properties.type() != Type::Object) return;
        if (properties.empty()) return;    // the provider refuses an empty list of them
        writer_.key("properties").begin_object();
        properties.each_member([&](std::string_view name, const View& value) {
            writer_.key(name);
            if (value.type() == Type::Object) {
                write(value, depth + 1);
            } else {
                writer_.begin_object().end_object();
            }
            return true;
        });
        writer_.end_object();
    }

    /// The provider takes lists of texts only, none of them empty, and refuses them at any other type.
    void write_enum(const Members::Member& member) {
        std::vector<std::string> texts;
        const auto add = [&texts](const View& value) {
            std::string text = value.as_string().value_or(std::string(value.raw()));
            if (!value.is_null() && !text.empty()) texts.push_back(std::move(text));
            return true;
        };
        member.single ? static_cast<void>(add(member.value)) : member.value.each_item(add);
        if (texts.empty()) return;
        writer_.key("enum").begin_array();
        for (const std::string& text : texts) writer_.value(text);
        writer_.end_array();
    }

    /// An array without a word about its items is refused.
    void write_items(const std::optional<View>& items, std::size_t depth) {
        if (depth >= kMostDepth) return;
        std::optional<View> first;
        if (items && items->type() == Type::Object) first = items;
        if (items && items->type() == Type::Array) {
            items->each_item([&first](const View& item) {
                first = item;
                return false;
            });
        }
        writer_.key("items");
        if (first && first->type() == Type::Object) return write(*first, depth + 1, kText);
        writer_.begin_object().member("type", kText).end_object();
    }

    void write_required(const View& required, const Members& members, std::size_t depth) {
        const View* const properties = members.find("properties");
        if (properties == nullptr || depth >= kMostDepth) return;
        std::unordered_set<std::string> names;
        properties->each_member([&names](std::string_view name, const View&) {
            names.emplace(name);
            return true;
        });
        std::vector<std::string> kept;
        required.each_item([&](const View& item) {
            const std::string name = item.as_string().value_or("");
            if (names.contains(name)) kept.push_back(name);
            return true;
        });
        if (kept.empty()) return;
        writer_.key("required").begin_array();
        for (const std::string& name : kept) writer_.value(name);
        writer_.end_array();
    }

    SchemaRefs refs_;
    SchemaUse use_;
    Notes& notes_;
    json::Writer writer_;
};

}    // namespace

std::string rewrite_schema(const View& schema, SchemaUse use, Notes& notes) {
    std::string out;
    if (schema.type() != Type::Object) return out;
    SchemaWriter(schema, use, notes, out).write(schema, 0);
    return out;
}

bool says_nothing(std::string_view schema) {
    if (schema.empty()) return true;
    const View root = json::view_of(schema);
    const auto type = root.find("type");
    const bool object = !type || type->as_string().value_or("") == "object";
    return object && !root.find("properties");
}

}    // namespace opusclaw::dialect::gemini
