// A database as New API leaves it: its tables by tests/data/store/new_api_tables.txt, which was written from the chapter on storage,
// and rows with what only New API writes. The types of each engine stand here as that chapter lists them.
import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ENGINE, type Engine, type Parameter, type TestDatabase } from "./database.ts";

type Types = Record<Engine, string>;

const same = (type: string): Types => ({ sqlite: type, mysql: type, postgres: type });

const TYPES: Record<string, Types> = {
    id: { sqlite: "integer", mysql: "bigint AUTO_INCREMENT", postgres: "bigserial" },
    uid: { sqlite: "integer", mysql: "bigint unsigned AUTO_INCREMENT", postgres: "bigserial" },
    i64: { sqlite: "integer", mysql: "bigint", postgres: "bigint" },
    i32: { sqlite: "int", mysql: "int", postgres: "integer" },
    u64: { sqlite: "integer", mysql: "bigint unsigned", postgres: "bigint" },
    u32: { sqlite: "integer", mysql: "int unsigned", postgres: "bigint" },
    f64: { sqlite: "real", mysql: "double", postgres: "decimal" },
    bool: { sqlite: "numeric", mysql: "boolean", postgres: "boolean" },
    ltext: { sqlite: "text", mysql: "longtext", postgres: "text" },
    s191: { sqlite: "text", mysql: "varchar(191)", postgres: "text" },
    text: same("text"),
    c32: same("char(32)"),
    json: same("json"),
    ts: { sqlite: "datetime", mysql: "datetime(3) NULL", postgres: "timestamptz" },
    price: same("decimal(10,6)"),
};

interface Column {
    name: string;
    type: string;
    initial: string;
    flags: Set<string>;
}
interface Index {
    name: string;
    columns: string[];
    unique: boolean;
    live: boolean;
}
export interface NewApiTable {
    name: string;
    columns: Column[];
    indexes: Index[];
}

function readColumn(line: string): Column {
    const initial = / =('[^']*'|\S+)/.exec(line);
    const [name, type, ...flags] = line.replace(initial?.[0] ?? "", "").split(" ");
    return { name: name!, type: type!, initial: initial?.[1] ?? "", flags: new Set(flags) };
}

function readIndex(line: string): Index {
    const [, name, columns, ...flags] = line.split(" ");
    return {
        name: name!,
        columns: columns!.split(","),
        unique: flags.includes("unique"),
        live: flags.includes("live"),
    };
}

export function newApiTables(): NewApiTable[] {
    const lines = readFileSync(join(import.meta.dir, "../data/store/new_api_tables.txt"), "utf8").split("\n");
    const tables: NewApiTable[] = [];
    for (const line of lines.filter((each) => each !== "" && !each.startsWith("#"))) {
        if (line.startsWith("table ")) {
            tables.push({ name: line.slice(6), columns: [], indexes: [] });
            continue;
        }
        const table = tables.at(-1)!;
        if (line.startsWith("index ")) {
            table.indexes.push(readIndex(line));
            continue;
        }
        const column = readColumn(line);
        if (column.flags.has("opus")) continue;
        table.columns.push(column);
        const unique = column.flags.has("ux");
        if (unique || column.flags.has("ix"))
            table.indexes.push({
                name: `idx_${table.name}_${column.name}`,
                columns: [column.name],
                unique,
                live: false,
            });
    }
    return tables;
}

function declaredType(type: string): string {
    if (TYPES[type]) return TYPES[type][ENGINE];
    return ENGINE === "sqlite" && type.startsWith("s") ? "text" : `varchar(${type.slice(1)})`;
}

function declaredColumn({ name, type, initial, flags }: Column): string {
    const truth = ENGINE === "postgres" ? initial : initial.replace("true", "1").replace("false", "0");
    // MySQL knows no defaults of its text types.
    const has = truth !== "" && !(ENGINE === "mysql" && /^l?text$/.test(type));
    return `"${name}" ${declaredType(type)}${flags.has("nn") ? " NOT NULL" : ""}${has ? ` DEFAULT ${truth}` : ""}`;
}

const quoted = (names: string[]) => names.map((name) => `"${name}"`).join(", ");

/** One CREATE TABLE, and the indexes behind it; on MySQL, where each statement of the tests is slow, inside of it. */
function statementsFor({ name, columns, indexes }: NewApiTable): string[] {
    const key = columns.filter(({ flags, type }) => flags.has("pk") || /^u?id$/.test(type));
    const parts = [...columns.map(declaredColumn), `PRIMARY KEY (${quoted(key.map((column) => column.name))})`];
    for (const column of columns.filter(({ flags }) => flags.has("uq")))
        parts.push(`CONSTRAINT "uni_${name}_${column.name}" UNIQUE ("${column.name}")`);
    const kind = (index: Index) => (index.unique ? "UNIQUE " : "");
    if (ENGINE === "mysql") {
        for (const index of indexes) parts.push(`${kind(index)}KEY "${index.name}" (${quoted(index.columns)})`);
        return [`CREATE TABLE "${name}" (${parts.join(", ")})`];
    }
    return [
        `CREATE TABLE "${name}" (${parts.join(", ")})`,
        ...indexes.map(
            (index) =>
                `CREATE ${kind(index)}INDEX "${index.name}" ON "${name}" (${quoted(index.columns)})` +
                (index.live ? ` WHERE "deleted_at" IS NULL` : ""),
        ),
    ];
}

/** Makes the empty tables. */
export function createNewApiTables(database: TestDatabase): void {
    if (ENGINE === "sqlite") new Database(database.file, { create: true }).close();
    const statements = newApiTables().flatMap(statementsFor);
    const sent = ENGINE === "postgres" ? [statements.join(";\n")] : statements;
    for (const statement of sent) database.query(statement, []);
}

/** A value of a row; `json` goes in as New API binds it, as bytes on SQLite. */
export type Value = Parameter | boolean | { json: unknown };

function placeholder(value: Value): string {
    if (typeof value === "boolean") return ENGINE === "postgres" ? String(value) : String(Number(value));
    return typeof value === "object" && value !== null && ENGINE === "sqlite" ? "CAST(? AS BLOB)" : "?";
}

export function insertRow(database: TestDatabase, table: string, row: Record<string, Value>): void {
    const values = Object.values(row);
    const bound = values.flatMap((value): Parameter[] => {
        if (typeof value === "boolean") return [];
        return [typeof value === "object" && value !== null ? JSON.stringify(value.json) : value];
    });
    database.query(
        `INSERT INTO "${table}" (${quoted(Object.keys(row))}) VALUES (${values.map(placeholder).join(", ")})`,
        bound,
    );
}
