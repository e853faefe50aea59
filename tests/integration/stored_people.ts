// Users beside root: put into the database as New API leaves them, with root's password, and signed in. For tests of what one
// may see of the other; making users by REST is tested elsewhere.
import { Admin, ROOT } from "./admin.ts";
import type { Gateway } from "./gateway.ts";

export interface Person {
    username: string;
    role?: number;
    group?: string;
    quota?: number;
    status?: number;
    accessToken?: string;
}

/** Adds the user and gives his id. */
export function addPerson(gateway: Gateway, person: Person): number {
    const code = crypto.randomUUID().slice(0, 8);
    gateway.query(
        `INSERT INTO users (username, display_name, password, role, status, quota, "group", aff_code, access_token)
         SELECT ?, ?, password, ?, ?, ?, ?, ?, ? FROM users WHERE username = 'root'`,
        person.username,
        person.username,
        person.role ?? 1,
        person.status ?? 1,
        person.quota ?? 1_000_000,
        person.group ?? "default",
        code,
        person.accessToken ?? null,
    );
    const [row] = gateway.query<{ id: number }>("SELECT id FROM users WHERE username = ?", person.username);
    return row!.id;
}

/** The same, signed in. */
export async function signIn(gateway: Gateway, person: Person): Promise<Admin> {
    addPerson(gateway, person);
    const session = new Admin(gateway);
    await session.logIn(person.username, ROOT.password);
    return session;
}
