// Callers of every role for the tables that say who may call what: users are put into the database with access tokens, so that a
// test needs neither registration nor login.
import { type Answer, readAnswer } from "./admin.ts";
import type { Gateway } from "./gateway.ts";

export const ROLES = { user: 1, admin: 10, root: 100 } as const;
export type Role = keyof typeof ROLES;

export interface Caller {
    id: number;
    headers: Record<string, string>;
}

/** Adds an enabled user of the role. */
export function addCaller(gateway: Gateway, role: Role): Caller {
    const token = crypto.randomUUID().replaceAll("-", "");
    const name = `${role}-${token.slice(0, 6)}`;
    gateway.query(
        `INSERT INTO users (username, password, display_name, role, status, access_token, quota, "group", aff_code)
         VALUES (?, 'none', ?, ?, 1, ?, 1000000, 'default', ?)`,
        name,
        name,
        ROLES[role],
        token,
        token.slice(0, 8),
    );
    const [row] = gateway.query<{ id: number }>("SELECT id FROM users WHERE username = ?", name);
    return { id: row!.id, headers: { Authorization: token, "New-Api-User": String(row!.id) } };
}

export async function callAs(
    gateway: Gateway,
    headers: Record<string, string>,
    method: string,
    path: string,
    body?: unknown,
): Promise<Answer> {
    const response = await fetch(gateway.url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return readAnswer(response);
}
