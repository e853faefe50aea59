// store/log_sums.cpp: sums over billed rows of table `logs` (spec 03 section 14.2). Read from the rows themselves; whoever has them
// summed up by the hour changes consumed_quota() alone.
#include "store/log_where.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

LogFilter consumed(LogFilter filter) {
    filter.type = static_cast<std::int64_t>(LogType::Consume);
    return filter;
}

}    // namespace

std::int64_t consumed_quota(Reader& db, const LogFilter& filter) {
    const LogQuery query = log_query(db, consumed(filter));
    if (query.nothing) return 0;
    const std::string sum = sum_of(db.engine(), R"("quota")");
    return db
        .integer("SELECT " + sum + " " + from_logs(db.engine(), query.walk) + query.where, query.parameters)
        .value_or(0);
}

LogRate consumed_since(Reader& db, const LogFilter& filter, std::int64_t from) {
    constexpr Column<LogRate> kRate[] = {{"requests", &LogRate::requests}, {"tokens", &LogRate::tokens}};
    LogFilter recent = consumed(filter);
    recent.from = from;
    recent.to = 0;
    const LogQuery query = log_query(db, recent);
    if (query.nothing) return {};
    const std::string tokens = sum_of(db.engine(),
                                      R"(COALESCE("prompt_tokens", 0) + COALESCE("completion_tokens", 0))");
    const std::string sums = R"(FROM (SELECT COUNT(*) AS "requests", )" + tokens + R"( AS "tokens" )" +
                             from_logs(db.engine(), LogWalk::Time) + query.where + R"() AS "sums")";
    return db.select_one<LogRate>(kRate, sums, query.parameters).value_or(LogRate{});
}

}    // namespace opusclaw::store
