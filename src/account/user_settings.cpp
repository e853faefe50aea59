// account/user_settings.cpp: edits of a small JSON object, and the side bar by role (spec 01 section 3, its last paragraph).
#include "account/user_settings.h"

#include "base/error.h"
#include "base/json/writer.h"
#include "base/text.h"

namespace opusclaw::account {
namespace {

constexpr std::string_view kPriority = "gotify_priority";

json::Node object_of(std::string_view stored) {
    if (text::trim(stored).empty()) return json::Node::object();
    try {
        json::Node node = json::Node::parse(stored);
        if (node.type() == json::Type::Object) return node;
    } catch (const Error&) {
        // Nobody could read it either.
    }
    return json::Node::object();
}

enum class Shown { No, Yes };

struct Module {
    std::string_view name;
    Shown shown = Shown::Yes;
};

void write_section(json::Writer& writer, std::string_view name, const std::vector<Module>& modules) {
    writer.key(name).begin_object().member("enabled", true);
    for (const Module& module : modules) writer.member(module.name, module.shown == Shown::Yes);
    writer.end_object();
}

std::string side_bar(Role role) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object();
    write_section(writer, "chat", {{"playground"}, {"chat"}});
    write_section(writer, "console", {{"detail"}, {"token"}, {"log"}, {"midjourney"}, {"task"}});
    write_section(writer, "personal", {{"topup"}, {"personal"}});
    if (role >= Role::Admin) {
        const Shown settings = role == Role::Root ? Shown::Yes : Shown::No;
        write_section(writer, "admin",
                      {{"channel"}, {"models"}, {"redemption"}, {"user"}, {"setting", settings}});
    }
    writer.end_object();
    return out;
}

}    // namespace

std::string changed_setting(std::string_view stored, const SettingChanges& changes) {
    json::Node object = object_of(stored);
    for (const auto& [name, value] : changes) {
        if (value)
            object.set(name, *value);
        else
            object.erase(name);
    }
    if (object.find(kPriority) == nullptr) object.set(kPriority, json::Node::of(0));
    return object.str();
}

std::string first_setting(Role role) {
    return changed_setting("", {{std::string(kPriority), json::Node::of(0)},
                                {"sidebar_modules", json::Node::of(std::string_view(side_bar(role)))}});
}

}    // namespace opusclaw::account
