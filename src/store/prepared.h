// store/prepared.h: one prepared statement with the places that SOCI reads parameters from and writes columns to. Internal to
// session.cpp.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "store/statement.h"

namespace opusclaw::store {

/// A statement for one set of parameters, or for many (a multi-row INSERT, whose parameters are called `name_0`, `name_1` …).
class Prepared {
public:
    using Cells = std::vector<Reader::Cell>;

    Prepared(Engine engine, soci::session& connection, std::string_view sql, std::span<const Parameters> sets,
             std::span<const Reader::Kind> kinds);
    /// Takes the values over. False when the statement was prepared for other names or types.
    bool set(std::span<const Parameters> sets);
    std::int64_t execute();
    void fetch(Cells& cells, const Reader::RowFunction& row);

private:
    enum class Bound { Integer, Real, Text };
    struct Input {
        std::string_view wanted;    // the parameter's name, a part of `name`
        std::string name;
        Bound bound = Bound::Text;
        long long integer = 0;
        double real = 0;
        std::string text;
        soci::indicator indicator = soci::i_ok;
    };
    struct Output {
        Reader::Kind kind = Reader::Kind::Text;
        bool as_text = false;
        long long integer = 0;
        double real = 0;
        std::string text;
        soci::indicator indicator = soci::i_ok;
    };
    static Bound bound_as(const Value& value, Engine engine);
    void bind_inputs(std::span<const Parameters> sets);
    void bind_outputs(std::span<const Reader::Kind> kinds);
    bool set_one(Input& input, const Parameter& parameter);
    void take_text(Input& input, const std::string& text);
    static void take(Output& from, Reader::Cell& to);

    Engine engine_;
    std::vector<Input> inputs_;    // SOCI keeps pointers into both: never resized after construction
    std::vector<Output> outputs_;
    soci::statement statement_;
};

}    // namespace opusclaw::store
