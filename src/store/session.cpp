// store/session.cpp: binds parameters and columns of prepared statements to SOCI. Its traps: soci::row cuts SQLite's 64-bit
// integers, soci::blob is slow and engine-bound (text and a CAST do), NULL without an indicator throws, and the long form of
// its errors repeats parameter values, which must not reach the log.
#include "store/session.h"

#include <soci/soci.h>

#include "base/error.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

// Statements differ by their text only in a few places (IN lists, filters); a store that keeps more has a bug elsewhere.
constexpr std::size_t kMaxStatements = 256;

enum class Bound { Integer, Real, Text };

Bound bound_as(const Value& value, Engine engine) {
    if (std::holds_alternative<std::int64_t>(value)) return Bound::Integer;
    if (std::holds_alternative<bool>(value)) return engine == Engine::Postgres ? Bound::Text : Bound::Integer;
    if (std::holds_alternative<double>(value)) return Bound::Real;
    return Bound::Text;
}

}    // namespace

class Session::Prepared {
public:
    Prepared(Session& owner, std::string_view sql, const Parameters& parameters, std::span<const Kind> kinds);
    /// False when the statement was prepared for other parameters.
    bool set(const Parameters& parameters);
    std::int64_t execute();
    void fetch(std::vector<Cell>& cells, const RowFunction& row);

private:
    struct Input {
        std::string name;
        Bound bound = Bound::Text;
        long long integer = 0;
        double real = 0;
        std::string text;
        soci::indicator indicator = soci::i_ok;
    };
    struct Output {
        Kind kind = Kind::Text;
        bool as_text = false;
        long long integer = 0;
        double real = 0;
        std::string text;
        soci::indicator indicator = soci::i_ok;
    };
    void bind_inputs(const Parameters& parameters);
    void bind_outputs(std::span<const Kind> kinds);
    static void take(Output& from, Cell& to);

    Engine engine_;
    std::vector<Input> inputs_;    // SOCI keeps pointers into both: never resized after construction
    std::vector<Output> outputs_;
    soci::statement statement_;
};

Session::Prepared::Prepared(Session& owner, std::string_view sql, const Parameters& parameters,
                            std::span<const Kind> kinds)
    : engine_(owner.engine_),
      inputs_(parameters.size()),
      outputs_(kinds.size()),
      statement_(*owner.connection_) {
    std::vector<std::string_view> blobs;
    for (const Parameter& parameter : parameters)
        if (std::holds_alternative<Blob>(parameter.value)) blobs.push_back(parameter.name);
    bind_inputs(parameters);
    bind_outputs(kinds);
    statement_.alloc();
    statement_.prepare(engine_sql(engine_, sql, blobs));
    statement_.define_and_bind();
}

void Session::Prepared::bind_inputs(const Parameters& parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        Input& input = inputs_[i];
        input.name = parameters[i].name;
        input.bound = bound_as(parameters[i].value, engine_);
        switch (input.bound) {
            case Bound::Integer:
                statement_.exchange(soci::use(input.integer, input.indicator, input.name));
                break;
            case Bound::Real: statement_.exchange(soci::use(input.real, input.indicator, input.name)); break;
            case Bound::Text: statement_.exchange(soci::use(input.text, input.indicator, input.name)); break;
        }
    }
}

void Session::Prepared::bind_outputs(std::span<const Kind> kinds) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        Output& output = outputs_[i];
        output.kind = kinds[i];
        output.as_text = kinds[i] == Kind::Text || (kinds[i] == Kind::Boolean && engine_ == Engine::Postgres);
        if (output.as_text)
            statement_.exchange(soci::into(output.text, output.indicator));
        else if (kinds[i] == Kind::Real)
            statement_.exchange(soci::into(output.real, output.indicator));
        else
            statement_.exchange(soci::into(output.integer, output.indicator));
    }
}

bool Session::Prepared::set(const Parameters& parameters) {
    if (parameters.size() != inputs_.size()) return false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Value& value = parameters[i].value;
        Input& input = inputs_[i];
        if (input.name != parameters[i].name) return false;
        const bool null = std::holds_alternative<std::nullptr_t>(value);
        input.indicator = null ? soci::i_null : soci::i_ok;
        if (null) continue;
        if (input.bound != bound_as(value, engine_)) return false;
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            input.integer = *integer;
        else if (const auto* real = std::get_if<double>(&value))
            input.real = *real;
        else if (const auto* text = std::get_if<std::string>(&value))
            input.text = *text;
        else if (const auto* blob = std::get_if<Blob>(&value))
            input.text = blob->bytes;
        else if (input.bound == Bound::Integer)
            input.integer = std::get<bool>(value) ? 1 : 0;
        else
            input.text = std::get<bool>(value) ? "true" : "false";
    }
    return true;
}

std::int64_t Session::Prepared::execute() {
    statement_.execute(true);
    return statement_.get_affected_rows();
}

void Session::Prepared::take(Output& from, Cell& to) {
    to.null = from.indicator == soci::i_null;
    if (to.null) return;
    if (from.kind == Kind::Text)
        to.text.swap(from.text);
    else if (from.kind == Kind::Real)
        to.real = from.real;
    else if (from.as_text)
        to.integer = from.text == "t" || from.text == "true" || from.text == "1" ? 1 : 0;
    else
        to.integer = from.integer;
}

void Session::Prepared::fetch(std::vector<Cell>& cells, const RowFunction& row) {
    cells.resize(outputs_.size());
    statement_.execute();
    while (statement_.fetch()) {
        for (std::size_t i = 0; i < outputs_.size(); ++i) take(outputs_[i], cells[i]);
        row(std::span(cells));
    }
}

Session::Session(Engine engine, std::unique_ptr<soci::session> connection)
    : engine_(engine), connection_(std::move(connection)) {}

Session::~Session() = default;

Session::Prepared& Session::prepared(std::string_view sql, const Parameters& parameters,
                                     std::span<const Kind> kinds) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
        if (found->second->set(parameters)) return *found->second;
        statements_.erase(found);
    }
    if (statements_.size() >= kMaxStatements) statements_.clear();
    auto made = std::make_unique<Prepared>(*this, sql, parameters, kinds);
    made->set(parameters);
    return *(statements_[std::string(sql)] = std::move(made));
}

void Session::fail(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) statements_.erase(found);
    try {
        throw;
    } catch (const soci::soci_error& error) {
        const std::string said = error.get_error_message();
        const bool unique = said.find("UNIQUE constraint failed") != std::string::npos ||
                            said.find("Duplicate entry") != std::string::npos ||
                            said.find("duplicate key value") != std::string::npos;
        if (unique)
            throw Error(ErrorKind::Conflict, "unique_violation", Message::key("common.database_error"), said);
        throw Error(ErrorKind::Internal, "database_error", Message::key("common.database_error"),
                    said + " in: " + std::string(sql));
    }
}

std::int64_t Session::execute(std::string_view sql, const Parameters& parameters) {
    try {
        return prepared(sql, parameters, {}).execute();
    } catch (...) {
        fail(sql);
    }
}

std::int64_t Session::insert(std::string_view sql, const Parameters& parameters) {
    execute(sql, parameters);
    long long id = 0;
    if (!connection_->get_last_insert_id("", id))
        throw Error(ErrorKind::Internal, "database_error", Message::key("common.database_error"),
                    "no last insert id");
    return id;
}

void Session::execute_many(std::string_view sql, std::span<const Parameters> sets) {
    for (const Parameters& parameters : sets) execute(sql, parameters);
}

void Session::run(const std::string& sql) {
    try {
        *connection_ << sql;
    } catch (...) {
        fail(sql);
    }
}

void Session::fetch(std::string_view sql, const Parameters& parameters, std::span<const Kind> kinds,
                    const RowFunction& row) {
    // A row function that asks another question uses another buffer, so the cells are taken along.
    std::vector<Cell> cells = std::move(cells_);
    try {
        prepared(sql, parameters, kinds).fetch(cells, row);
    } catch (...) {
        fail(sql);
    }
    cells_ = std::move(cells);
}

}    // namespace opusclaw::store
