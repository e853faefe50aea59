// Columns as they come from the databases of tests: JSON is bytes on SQLite, text on MySQL, a value on PostgreSQL.

export function jsonColumn(value: unknown): any {
    if (typeof value === "string") return JSON.parse(value);
    return value instanceof Uint8Array ? JSON.parse(Buffer.from(value).toString()) : value;
}
