// api/reply.cpp: envelopes. Which HTTP status an error gets is decided in api.cpp.
#include "api/reply.h"

namespace opusclaw::api {

Reply success() { return success_message(""); }

Reply success(const WriteValue& data) { return success_saying("", data); }

Reply success_saying(std::string_view message, const WriteValue& data) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).member("message", message).key("data");
    data(writer);
    writer.end_object();
    return reply;
}

Reply success_text(std::string_view data) {
    return success([data](json::Writer& writer) { writer.value(data); });
}

Reply success_null(std::string_view message) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).member("message", message).member_null("data").end_object();
    return reply;
}

Reply success_message(std::string_view message) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).member("message", message).end_object();
    return reply;
}

Reply success_page(const Page& page, std::int64_t total, const WriteInside& items, const WriteInside& more) {
    return success([&](json::Writer& writer) {
        writer.begin_object();
        writer.member("page", page.number).member("page_size", page.size).member("total", total);
        writer.key("items").begin_array();
        items(writer);
        writer.end_array();
        if (more) more(writer);
        writer.end_object();
    });
}

Reply failure(std::string_view message, int status) {
    Reply reply;
    reply.status = status;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", false).member("message", message).end_object();
    return reply;
}

Reply too_often(std::chrono::seconds wait) {
    Reply reply;
    reply.status = 429;
    reply.retry_after_seconds = wait.count();
    return reply;
}

void fail(std::string_view literal) {
    throw Error(ErrorKind::InvalidRequest, "", Message::literal(std::string(literal)));
}

void fail_key(std::string key, std::vector<std::pair<std::string, std::string>> arguments) {
    throw Error(ErrorKind::InvalidRequest, "", Message::key(std::move(key), std::move(arguments)));
}

void fail_not_found() { throw Error(ErrorKind::NotFound, "", Message::literal("record not found")); }

}    // namespace opusclaw::api
