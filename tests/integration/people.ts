// People of every role for tests of accounts: made by root, signed in, each with the session and header of his own.
import { Admin } from "./admin.ts";
import type { Gateway } from "./gateway.ts";

export const PASSWORD = "battery staple";

export type RoleName = "user" | "admin" | "root";

/** Makes a user with the name and role and signs him in. `root` has to be signed in. */
export async function addPerson(root: Admin, username: string, role: 1 | 10 = 1): Promise<Admin> {
    await root.data("POST", "/api/user/", { username, password: PASSWORD, role });
    return signIn(root.gateway, username);
}

export async function signIn(gateway: Gateway, username: string, password = PASSWORD): Promise<Admin> {
    const person = new Admin(gateway);
    await person.logIn(username, password);
    return person;
}

/** The text of a refusal with HTTP 200. */
export async function refusal(person: Admin, method: string, path: string, body?: unknown): Promise<string> {
    const answer = await person.call(method, path, body === undefined ? {} : { body });
    if (answer.status !== 200 || answer.json?.success !== false)
        throw new Error(`${method} ${path} was not refused: ${answer.status} ${answer.text}`);
    return answer.json.message;
}
