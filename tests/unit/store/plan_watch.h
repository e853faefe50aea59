// tests/unit/store/plan_watch.h: a transaction that asks the database, before each statement, how it would run it, and passes the
// statement on. So a test of what a repository does sees every statement of it, whatever its filters made of it. Knows SQLite's
// EXPLAIN QUERY PLAN and PostgreSQL's EXPLAIN; what is a bad plan is decided by the test.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/statement.h"

namespace opusclaw::store {

struct SeenPlan {
    std::string sql;
    std::vector<std::string> steps;    // a line each, as the engine tells it
};

/// Lives inside one job of a Database. Of statements that change rows those that delete are told, by what they look for.
class PlanWatch final : public Transaction {
public:
    explicit PlanWatch(Transaction& inner) : inner_(inner) {}

    Engine engine() const override { return inner_.engine(); }
    std::int64_t execute(std::string_view sql, const Parameters& parameters = {}) override {
        constexpr std::string_view kDelete = "DELETE ";
        if (sql.starts_with(kDelete)) look("SELECT 1 " + std::string(sql.substr(kDelete.size())), parameters);
        return inner_.execute(sql, parameters);
    }
    std::int64_t insert(std::string_view sql, const Parameters& parameters = {}) override {
        return inner_.insert(sql, parameters);    // VALUES: nothing is looked for
    }
    void execute_many(std::string_view sql, std::span<const Parameters> sets) override {
        inner_.execute_many(sql, sets);
    }
    void execute_literal(std::string_view sql, std::string_view about) override {
        inner_.execute_literal(sql, about);    // written for the flusher: values, or rows by their keys
    }
    void flush() override { inner_.flush(); }
    /// What was seen since the last call.
    std::vector<SeenPlan> take() { return std::exchange(seen_, {}); }

private:
    /// fetch() of another object is protected; its pointer, named through a class of our own, is not.
    struct Opened : Reader {
        using Reader::fetch;
    };

    void fetch(std::string_view sql, const Parameters& parameters, std::span<const Kind> kinds,
               const RowFunction& row) override {
        look(sql, parameters);
        (inner_.*&Opened::fetch)(sql, parameters, kinds, row);
    }
    void look(std::string_view sql, const Parameters& parameters) {
        const bool postgres = engine() == Engine::Postgres;
        const std::string question = (postgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + std::string(sql);
        const std::vector<Kind> kinds = postgres ? std::vector{Kind::Text}
                                                 : std::vector{Kind::Integer, Kind::Integer, Kind::Integer,
                                                               Kind::Text};
        SeenPlan plan{.sql = std::string(sql), .steps = {}};
        (inner_.*&Opened::fetch)(question, parameters, kinds,
                                 [&plan](std::span<Cell> cells) { plan.steps.push_back(cells.back().text); });
        seen_.push_back(std::move(plan));
    }

    Transaction& inner_;
    std::vector<SeenPlan> seen_;
};

}    // namespace opusclaw::store
