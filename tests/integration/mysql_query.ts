// One statement against MySQL, in a process of its own, because tests ask their database without waiting for a promise: reads
// {dsn, sql} as JSON from its input and prints the rows as JSON. Double quotes are identifiers' quotes.
import { SQL } from "bun";

const { dsn, sql } = (await Bun.stdin.json()) as { dsn: string; sql: string };
const place = /^(?<user>[^@]+)@tcp\((?<address>[^)]+)\)\/(?<name>.+)$/.exec(dsn)!.groups!;
const connection = new SQL(`mysql://${place.user}@${place.address}/${place.name}`, { max: 1 });
await connection.unsafe("SET SESSION sql_mode = 'ANSI_QUOTES'");
const rows = [...(await connection.unsafe(sql))];

/** Numbers beyond 32 bits come as texts. */
function number(value: unknown): unknown {
    return typeof value === "string" && /^-?\d{10,15}$/.test(value) ? Number(value) : value;
}

const plain = rows.map((row: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, number(value)])),
);
console.log(JSON.stringify(plain));
await connection.close();
