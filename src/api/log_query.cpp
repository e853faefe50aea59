// api/log_query.cpp: from query parameters to a filter. What each caller may filter by is decided by the function that is called;
// what a filter matches is store/logs.
#include "api/log_query.h"

#include "api/pattern_check.h"

namespace opusclaw::api {

store::LogFilter read_log_filter(const Request& request) {
    store::LogFilter filter;
    filter.type = request.integer("type");
    filter.from = request.integer("start_timestamp");
    filter.to = request.integer("end_timestamp");
    filter.model_name = request.text("model_name");
    filter.token_name = request.text("token_name");
    filter.group = request.text("group");
    filter.request_id = request.text("request_id");
    check_pattern(filter.model_name);
    return filter;
}

store::LogFilter read_admin_log_filter(const Request& request) {
    store::LogFilter filter = read_log_filter(request);
    filter.username = request.text("username");
    filter.channel_id = request.integer("channel");
    return filter;
}

}    // namespace opusclaw::api
