// store/prepared.cpp: binds parameters and columns to SOCI. Its traps: soci::row cuts SQLite's 64-bit integers, soci::blob is slow
// and engine-bound (text and a CAST do), NULL without an indicator throws, PostgreSQL's texts end at a NUL byte and its
// booleans are the letters t and f.
#include "store/prepared.h"

#include <algorithm>

#include "base/error.h"
#include "store/sql.h"

namespace opusclaw::store {

Prepared::Prepared(Engine engine, soci::session& connection, std::string_view sql,
                   std::span<const Parameters> sets, std::span<const Reader::Kind> kinds)
    : engine_(engine),
      inputs_(sets.empty() ? 0 : sets.size() * sets[0].size()),
      outputs_(kinds.size()),
      statement_(connection) {
    std::vector<std::string_view> blobs;
    if (!sets.empty())
        for (const Parameter& parameter : sets[0])
            if (std::holds_alternative<Blob>(parameter.value)) blobs.push_back(parameter.name);
    bind_inputs(sets);
    bind_outputs(kinds);
    statement_.alloc();
    statement_.prepare(engine_sql(engine_, sql, blobs));
    statement_.define_and_bind();
}

Prepared::Bound Prepared::bound_as(const Value& value, Engine engine) {
    if (std::holds_alternative<std::int64_t>(value)) return Bound::Integer;
    if (std::holds_alternative<bool>(value)) return engine == Engine::Postgres ? Bound::Text : Bound::Integer;
    if (std::holds_alternative<double>(value)) return Bound::Real;
    return Bound::Text;
}

void Prepared::bind_inputs(std::span<const Parameters> sets) {
    std::size_t at = 0;
    for (std::size_t k = 0; k < sets.size(); ++k) {
        for (const Parameter& parameter : sets[k]) {
            Input& input = inputs_.at(at++);
            input.name = parameter.name;
            if (sets.size() > 1) input.name.append("_").append(std::to_string(k));
            input.wanted = std::string_view(input.name).substr(0, parameter.name.size());
            input.bound = bound_as(parameter.value, engine_);
            switch (input.bound) {
                case Bound::Integer:
                    statement_.exchange(soci::use(input.integer, input.indicator, input.name));
                    break;
                case Bound::Real:
                    statement_.exchange(soci::use(input.real, input.indicator, input.name));
                    break;
                case Bound::Text:
                    statement_.exchange(soci::use(input.text, input.indicator, input.name));
                    break;
            }
        }
    }
}

void Prepared::bind_outputs(std::span<const Reader::Kind> kinds) {
    using enum Reader::Kind;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        Output& output = outputs_[i];
        output.kind = kinds[i];
        output.as_text = kinds[i] == Text || (kinds[i] == Boolean && engine_ == Engine::Postgres);
        if (output.as_text)
            statement_.exchange(soci::into(output.text, output.indicator));
        else if (kinds[i] == Real)
            statement_.exchange(soci::into(output.real, output.indicator));
        else
            statement_.exchange(soci::into(output.integer, output.indicator));
    }
}

void Prepared::take_text(Input& input, const std::string& text) {
    // The driver would take the part before a NUL for the whole.
    if (engine_ == Engine::Postgres && text.find('\0') != std::string::npos)
        throw Error(ErrorKind::InvalidRequest, "value_refused", Message::key("common.invalid_params"),
                    "a text with a NUL byte");
    input.text = text;
}

bool Prepared::set_one(Input& input, const Parameter& parameter) {
    const Value& value = parameter.value;
    if (input.wanted != parameter.name) return false;
    const bool null = std::holds_alternative<std::nullptr_t>(value);
    input.indicator = null ? soci::i_null : soci::i_ok;
    if (null) return true;
    if (input.bound != bound_as(value, engine_)) return false;
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        input.integer = *integer;
    else if (const auto* real = std::get_if<double>(&value))
        input.real = *real;
    else if (const auto* text = std::get_if<std::string>(&value))
        take_text(input, *text);
    else if (const auto* blob = std::get_if<Blob>(&value))
        take_text(input, blob->bytes);
    else if (input.bound == Bound::Integer)
        input.integer = std::get<bool>(value) ? 1 : 0;
    else
        input.text = std::get<bool>(value) ? "true" : "false";
    return true;
}

bool Prepared::set(std::span<const Parameters> sets) {
    std::size_t at = 0;
    for (const Parameters& parameters : sets) {
        if (at + parameters.size() > inputs_.size()) return false;
        for (const Parameter& parameter : parameters)
            if (!set_one(inputs_[at++], parameter)) return false;
    }
    return at == inputs_.size();
}

std::int64_t Prepared::execute() {
    statement_.execute(true);
    return statement_.get_affected_rows();
}

void Prepared::take(Output& from, Reader::Cell& to) {
    to.null = from.indicator == soci::i_null;
    if (to.null) return;
    if (from.kind == Reader::Kind::Text)
        to.text.swap(from.text);
    else if (from.kind == Reader::Kind::Real)
        to.real = from.real;
    else if (from.as_text)
        to.integer = from.text == "t" || from.text == "true" || from.text == "1" ? 1 : 0;
    else
        to.integer = from.integer;
}

void Prepared::fetch(Cells& cells, const Reader::RowFunction& row) {
    cells.resize(outputs_.size());
    statement_.execute();
    while (statement_.fetch()) {
        for (std::size_t i = 0; i < outputs_.size(); ++i) take(outputs_[i], cells[i]);
        row(std::span(cells));
    }
}

}    // namespace opusclaw::store
