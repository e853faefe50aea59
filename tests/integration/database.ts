// The database under a gateway: an SQLite file in its folder, or a database of its own on a server, by OPUSCLAW_TEST_ENGINE (sqlite,
// postgres, mysql). The server is started once a run by tests/databases/serve.py, or named by OPUSCLAW_TEST_DSN.
import { Database } from "bun:sqlite";
import { basename, join } from "node:path";

export type Engine = "sqlite" | "postgres" | "mysql";
export type Parameter = string | number | null;

export const ENGINE = (process.env.OPUSCLAW_TEST_ENGINE ?? "sqlite") as Engine;
if (!["sqlite", "postgres", "mysql"].includes(ENGINE))
    throw new Error(`OPUSCLAW_TEST_ENGINE is sqlite, postgres or mysql, not ${ENGINE}`);

/** The administrator's DSN, once the server runs. */
let administrator: Promise<string> | undefined;
let running = "";

async function startServer(): Promise<string> {
    const given = process.env.OPUSCLAW_TEST_DSN;
    if (given) return given;
    // Its input closes with this process, which ends it.
    const child = Bun.spawn(["python3", join(import.meta.dir, "../databases/serve.py"), ENGINE], {
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
    });
    child.unref();
    let said = "";
    for await (const bytes of child.stdout) {
        said += new TextDecoder().decode(bytes);
        if (said.includes("\n")) break;
    }
    const ready = /^READY (.+)$/m.exec(said);
    if (!ready) throw new Error(`no ${ENGINE} server for the tests: ${said}`);
    return ready[1]!;
}

function literal(value: Parameter): string {
    if (value === null) return "NULL";
    if (typeof value === "number") return String(value);
    const backslashes = ENGINE === "mysql" ? value.replaceAll("\\", "\\\\") : value;
    return `'${backslashes.replaceAll("'", "''")}'`;
}

/** Puts the values where the question marks are; texts of test queries have none. */
function filled(sql: string, parameters: Parameter[]): string {
    const values = [...parameters];
    return sql.replaceAll("?", () => literal(values.shift() ?? null));
}

function run(command: string[], input = ""): string {
    const done = Bun.spawnSync(command, { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
    if (done.exitCode !== 0) throw new Error(`${command[0]}: ${done.stderr.toString()}`);
    return done.stdout.toString();
}

/** As SQLite gives them: booleans are 0 and 1. */
function plain(value: unknown): unknown {
    return typeof value === "boolean" ? Number(value) : value;
}

function plainRows(rows: Record<string, unknown>[]): any[] {
    return rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    );
}

function askPostgres(dsn: string, sql: string): any[] {
    const asks = /^\s*SELECT/i.test(sql);
    const text = asks ? `SELECT coalesce(json_agg(found_row), '[]') FROM (${sql}) AS found_row` : sql;
    const answer = run(["psql", dsn, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"], text);
    return asks ? plainRows(JSON.parse(answer)) : [];
}

function askMysql(dsn: string, sql: string): any[] {
    const script = join(import.meta.dir, "mysql_query.ts");
    return plainRows(JSON.parse(run([process.execPath, script], JSON.stringify({ dsn, sql }))));
}

function ask(dsn: string, sql: string): any[] {
    return ENGINE === "postgres" ? askPostgres(dsn, sql) : askMysql(dsn, sql);
}

export class TestDatabase {
    readonly #name: string;

    /** The same folder is the same database. */
    constructor(readonly folder: string) {
        this.#name = basename(folder).toLowerCase().replaceAll(/\W/g, "_");
    }

    /** Makes the database unless it is there. */
    async prepare(): Promise<void> {
        if (ENGINE === "sqlite") return;
        administrator ??= startServer();
        running = await administrator;
        const names = ENGINE === "postgres" ? "SELECT datname AS name FROM pg_database" : "SHOW DATABASES";
        const found = ask(running, names).some((row) => Object.values(row)[0] === this.#name);
        if (!found) ask(running, `CREATE DATABASE "${this.#name}"`);
    }

    /** What tells the gateway of it. */
    get environment(): Record<string, string> {
        if (ENGINE === "sqlite") return { SQLITE_PATH: this.file };
        return { SQL_DSN: this.#dsn };
    }

    /** The file of SQLite. */
    get file(): string {
        return join(this.folder, "one-api.db");
    }

    /** Runs one statement with a connection of its own. Identifiers that are words of SQL stand in double quotes. */
    query(sql: string, parameters: Parameter[]): any[] {
        if (ENGINE !== "sqlite") return ask(this.#dsn, filled(sql, parameters));
        const database = new Database(this.file, { readwrite: true });
        try {
            database.exec("PRAGMA busy_timeout = 5000");
            return database.query<any, Parameter[]>(sql).all(...parameters);
        } finally {
            database.close();
        }
    }

    /** Behind the gateway's end. */
    drop(): void {
        if (ENGINE === "sqlite") return;
        ask(running, `DROP DATABASE IF EXISTS "${this.#name}"${ENGINE === "postgres" ? " WITH (FORCE)" : ""}`);
    }

    get #dsn(): string {
        return running.slice(0, running.lastIndexOf("/") + 1) + this.#name;
    }
}
