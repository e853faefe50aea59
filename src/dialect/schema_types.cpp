// dialect/schema_types.cpp: one walk over the schema, node by node (spec 06 section 14.1). A node is looked at as the list of its
// members, so that what a reference or a variant brings in stands beside what was written there.
#include "dialect/schema_types.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/schema_node.h"
#include "dialect/schema_refs.h"
#include "dialect/schema_walk.h"

namespace opusclaw::dialect {
namespace {

using json::Type;
using json::View;
using json::Writer;

constexpr std::size_t kDeepest = 64;
/// What a variant of a union brings into the node that the union is taken from.
constexpr std::array<std::string_view, 4> kShape = {"properties", "required", "items", "enum"};
/// What a `type` member says. `name` is empty when it names none but null, or none at all.
struct Typed {
    bool present = false;    // a text or a list
    std::string name;
    bool null = false;
};

void take_type(Typed& typed, const View& value) {
    const auto name = value.as_string();
    if (!name) return;
    typed.present = true;
    if (is_null_type(*name)) {
        typed.null = true;
    } else if (typed.name.empty()) {
        typed.name = type_name(*name);
    }
}

Typed read_type(const std::optional<View>& value) {
    Typed typed;
    if (!value) return typed;
    take_type(typed, *value);
    typed.present = typed.present || value->type() == Type::Array;
    value->each_item([&typed](const View& entry) {
        take_type(typed, entry);
        return true;
    });
    return typed;
}

/// The type that a node without one must have.
std::string_view type_by_shape(const SchemaNode& node) {
    if (node.has("properties")) return "object";
    if (node.has("items")) return "array";
    return node.has("enum") ? "string" : "";
}

class Normaliser {
public:
    explicit Normaliser(const View& root) : references_(root) {}

    /// A schema is an object, a truth value or nonsense; all but the first stay as they are.
    void write(const View& schema, std::size_t depth, Writer& writer) {
        if (schema.type() == Type::Object) return write_node(schema, depth, writer);
        if (schema.type() == Type::Array && depth >= kDeepest) {
            writer.begin_array().end_array();
            return;
        }
        writer.raw(schema.raw());
    }

private:
    /// The members of `schema` with its local reference followed. The references that were followed stay open, so that what they
    /// lead to meets them again, until the caller closes it.
    struct Opened {
        SchemaNode node;
        std::size_t before = 0;    // open references
        bool lost = false;         // a circle, or too much
    };

    Opened open(const View& schema) {
        Opened opened{.node = {}, .before = references_.depth()};
        std::string reference = take_members(schema, opened.node, nullptr);
        std::unordered_set<std::string> own;    // what stands beside a reference stays
        while (!reference.empty()) {
            const auto target = references_.enter(reference);
            opened.lost = !target;
            if (!target) break;
            for (const auto& [key, value] : opened.node.members()) own.insert(key);
            reference = take_members(*target, opened.node, &own);
        }
        return opened;
    }

    /// Gives the local reference among the members; empty: there is none.
    static std::string take_members(const View& schema, SchemaNode& node,
                                    const std::unordered_set<std::string>* taken) {
        std::string reference;
        schema.each_member([&](std::string_view key, const View& value) {
            std::string target = key == "$ref" ? value.as_string().value_or("") : std::string();
            if (SchemaRefs::is_local(target)) {
                reference = std::move(target);
            } else if (taken == nullptr || !taken->contains(std::string(key))) {
                node.add(key, value);
            }
            return true;
        });
        return reference;
    }

    void close(const Opened& opened) { references_.leave_to(opened.before); }

    void write_node(const View& schema, std::size_t depth, Writer& writer) {
        Opened opened = open(schema);
        SchemaNode& node = opened.node;
        Typed typed = read_type(node.find("type"));
        if (opened.lost && !typed.present) {
            typed = {.present = true, .name = "object", .null = false};
            if (!node.has("properties")) node.add("properties", json::view_of("{}"));
        }
        take_union(node, typed);
        if (typed.name.empty()) typed.name = type_by_shape(node);
        writer.begin_object();
        write_type(typed, writer);
        for (const auto& [key, value] : node.members()) {
            const bool told = key == "type" || is_one_of(key, kUnions) || (key == "nullable" && typed.null);
            if (!told) write_member(key, value, depth, writer);
        }
        writer.end_object();
        close(opened);
    }

    static void write_type(const Typed& typed, Writer& writer) {
        if (!typed.name.empty()) writer.member("type", typed.name);
        if (typed.null) writer.member("nullable", true);
    }

    void write_member(std::string_view key, const View& value, std::size_t depth, Writer& writer) {
        const bool container = value.type() == Type::Object || value.type() == Type::Array;
        if (depth >= kDeepest && container) return;
        if (key == "properties" && value.type() == Type::Object) {
            writer.key(key).begin_object();
            value.each_member([&](std::string_view name, const View& schema) {
                write(schema, depth + 1, writer.key(name));
                return true;
            });
            writer.end_object();
        } else if (key == "items" && container) {
            write_items(value, depth, writer);
        } else {
            writer.member_raw(key, value.raw());
        }
    }

    void write_items(const View& items, std::size_t depth, Writer& writer) {
        if (items.type() == Type::Object) return write(items, depth + 1, writer.key("items"));
        items.each_item([&](const View& first) {
            write(first, depth + 1, writer.key("items"));
            return false;
        });
    }

    /// Takes the type of the first variant that has one, where the node has none, and the shape of the first one of that type.
    void take_union(SchemaNode& node, Typed& typed) {
        const std::optional<View> variants = first_union(node);
        if (!variants) return;
        const bool told = typed.present;
        bool taken = false;
        bool null = false;
        variants->each_item([&](const View& variant) {
            Opened opened = open(variant);
            const Typed own = type_of(opened.node, 0);
            null = null || own.null;
            if (!taken && !own.name.empty() && (!told || own.name == typed.name)) {
                taken = true;
                typed.present = true;
                typed.name = own.name;
                for (const std::string_view key : kShape) {
                    const auto value = opened.node.find(key);
                    if (value && !node.has(key)) node.add(key, *value);
                }
            }
            close(opened);
            return true;
        });
        if (told) return;
        typed.null = typed.null || null;
        typed.present = typed.present || null;
    }

    static std::optional<View> first_union(const SchemaNode& node) {
        for (const std::string_view name : kUnions) {
            const auto list = node.find(name);
            if (list && list->type() == Type::Array && !list->empty()) return list;
        }
        return std::nullopt;
    }

    /// Of a variant: what it says, else what its shape says, else the same of its own variants.
    Typed type_of(const SchemaNode& node, std::size_t depth) {
        Typed typed = read_type(node.find("type"));
        if (typed.present) return typed;
        typed.name = type_by_shape(node);
        const auto variants = typed.name.empty() ? first_union(node) : std::nullopt;
        if (!variants || depth >= kDeepest) return typed;
        variants->each_item([&](const View& variant) {
            const Opened opened = open(variant);
            const Typed own = type_of(opened.node, depth + 1);
            close(opened);
            typed.null = typed.null || own.null;
            if (typed.name.empty()) typed.name = own.name;
            return true;
        });
        return typed;
    }

    SchemaRefs references_;
};

/// Puts the names of types into lower case.
struct Respelling {
    static void write_member(std::string_view key, const View& value, Writer& writer) {
        key == "type" ? write_type(value, writer.key(key))
                      : static_cast<void>(writer.member_raw(key, value.raw()));
    }
    static void close(const View& /*schema*/, Writer& /*writer*/) {}

private:
    static void write_type(const View& value, Writer& writer) {
        if (const auto name = value.as_string()) {
            writer.value(is_null_type(*name) ? "null" : type_name(*name));
        } else if (value.type() == Type::Array) {
            writer.begin_array();
            value.each_item([&](const View& entry) {
                write_type(entry, writer);
                return true;
            });
            writer.end_array();
        } else {
            writer.raw(value.raw());
        }
    }
};

}    // namespace

std::string normalised_schema(std::string_view schema) {
    const json::Document document = json::Document::over(schema);
    const View root = document.root();
    if (root.type() != Type::Object) return std::string(schema);
    std::string out;
    Writer writer(out);
    Normaliser(root).write(root, 0, writer);
    return out;
}

std::string respelled_schema(std::string_view schema) { return walked_schema<Respelling>(schema); }

}    // namespace opusclaw::dialect
