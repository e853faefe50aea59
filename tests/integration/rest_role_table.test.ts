// The role table: every operation as a visitor, a user, an administrator and root, by session and by access token, with and
// without `New-Api-User` and with another's id in it; keys likewise; and with ids of what belongs to others. The rows are in
// role_table.ts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { type Answer, readAnswer, type Token } from "./admin.ts";
import { MESSAGES } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { ApiDocument } from "./openapi.ts";
import type { RoleName } from "./people.ts";
import { type ForeignCall, type Least, type Others, ROLE_TABLE, type Row } from "./role_table.ts";
import { addPerson, signIn } from "./stored_people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

type Headers = Record<string, string>;

interface Caller {
    id: number;
    /** Both without `New-Api-User`. */
    session: Headers;
    accessToken: Headers;
}

const LEVEL: Record<RoleName, number> = { user: 1, admin: 10, root: 100 };
const ROLES = ["user", "admin", "root"] as const;
const TOO_LOW = "Unauthorized, insufficient privileges";
const LEAST: Record<string, Least> = {
    Public: "anyone",
    Visitor: "anyone",
    User: "user",
    Admin: "admin",
    Root: "root",
    KeyReader: "anyKey",
    Key: "key",
};

const api = await ApiDocument.load();
const rows = (...least: Least[]) =>
    [...ROLE_TABLE].filter(([, row]) => least.includes(row.least)).map(([operation]) => operation);

let world: World;
let callers: Record<RoleName, Caller>;
let others: Others;
let keys: Record<"good" | "off" | "banned", string>;

const randomToken = () => crypto.randomUUID().replaceAll("-", "");

async function addCaller(role: RoleName): Promise<Caller> {
    const token = randomToken();
    const person = { username: `${role}-${token.slice(0, 6)}`, role: LEVEL[role], accessToken: token };
    const { userId, cookie } = await signIn(world.gateway, person);
    return { id: userId, session: { Cookie: cookie }, accessToken: { Authorization: token } };
}

/** One for a single call, which needs no session. */
function addSpentCaller(role: RoleName): Headers {
    const token = randomToken();
    const person = { username: `${role}-${token.slice(0, 6)}`, role: LEVEL[role], accessToken: token };
    return { Authorization: token, "New-Api-User": String(addPerson(world.gateway, person)) };
}

async function keyOfBannedUser(): Promise<string> {
    const person = await signIn(world.gateway, { username: "banned" });
    const { key } = await person.createToken();
    await world.admin.data("POST", "/api/user/manage", { id: person.userId, action: "disable" });
    return key;
}

async function switchedOff(): Promise<Token> {
    const token = await world.admin.createToken();
    await world.admin.data("PUT", "/api/token/?status_only=1", { id: token.id, status: 2 });
    return token;
}

beforeAll(async () => {
    world = await startWorld();
    const [user, admin, root] = [await addCaller("user"), await addCaller("admin"), await addCaller("root")];
    callers = { user, admin, root };
    others = {
        rootId: world.admin.userId,
        adminId: addPerson(world.gateway, { username: "equal", role: 10 }),
        userId: addPerson(world.gateway, { username: "lee" }),
        tokenId: world.token.id,
    };
    keys = { good: world.token.key, off: (await switchedOff()).key, banned: await keyOfBannedUser() };
    // so that there is something of root's that others must not see
    expect((await world.client.chat({ model: "gpt-4o", messages: MESSAGES })).status).toBe(200);
    expect((await world.admin.logs({ type: 2 })).length).toBe(1);
});

afterAll(() => world.close());

interface Sent extends Partial<Pick<ForeignCall, "path" | "query" | "body">> {
    headers?: Headers;
    spelling?: "as written" | "the other";
}

async function send(operation: string, row: Row, sent: Sent = {}): Promise<Answer> {
    const [method, pattern] = operation.split(" ") as [string, string];
    const filled = { id: 99999, binding_type: "email", model: "gpt-4o", ...sent.path };
    let path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name as "id"]));
    if (sent.spelling === "the other") path = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    const query = new URLSearchParams(row.query);
    for (const [name, value] of Object.entries(sent.query ?? {})) query.set(name, String(value));
    const body = sent.body ?? row.body ?? (api.find(operation).takesBody ? {} : undefined);
    const response = await fetch(`${world.gateway.url}${path}?${query}`, {
        method,
        headers: sent.headers ?? {},
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return readAnswer(response);
}

function named(headers: Headers, id: string | number): Headers {
    return { ...headers, "New-Api-User": String(id) };
}

const bearer = (key: string): Headers => ({ Authorization: `Bearer ${key}` });

describe("the table", () => {
    test("has a row for each operation and for nothing else, and says what the document says", () => {
        const documented = api.operations.map(({ name, access }) => `${name}: ${LEAST[access]}`);
        const listed = [...ROLE_TABLE].map(([operation, { least }]) => `${operation}: ${least}`);
        expect(listed.sort()).toEqual(documented.sort());
    });

    test("tries others' ids wherever users or tokens have one", () => {
        const owned = api.operations.filter(({ path }) => /^\/api\/(user|token)\/\{id\}/.test(path));
        expect(owned.length).toBeGreaterThan(0);
        for (const { name } of owned) expect([name, ROLE_TABLE.get(name)!.foreign]).not.toContain(undefined);
    });
});

describe("anybody may call", () => {
    test.each(rows("anyone"))("%s", async (operation) => {
        const row = ROLE_TABLE.get(operation)!;
        const { session, id } = callers.user;
        const everybody: Headers[] = [
            {},
            session,
            named(session, id),
            named(session, "me"),
            named(session, others.rootId),
            named(callers.root.session, callers.root.id),
            named({ Authorization: "nobody" }, id),
        ];
        for (const headers of everybody) {
            const answer = await send(operation, row, { headers });
            expect([headers, answer.status]).toEqual([headers, row.passes ?? 200]);
            expect(answer.headers.get("auth-version")).toBeNull();
        }
    });
});

async function expectUnknown(operation: string, row: Row): Promise<void> {
    const answer = await send(operation, row);
    expect([answer.status, answer.json?.success]).toEqual([401, false]);
    expect(answer.json.message).toMatch(/^Unauthorized, not logged in/);
    expect(answer.headers.get("auth-version")).toBeNull();
    const guessed = named({ Authorization: "nobody" }, others.rootId);
    const stranger = await send(operation, row, { headers: guessed });
    expect([stranger.status, stranger.json?.success]).toEqual([200, false]);
    expect(stranger.json.message).not.toBe(TOO_LOW);
}

/** Root's, who may call everything. */
async function expectOwnId(operation: string, row: Row): Promise<void> {
    const { session, accessToken } = callers.root;
    for (const headers of [session, accessToken]) {
        for (const [sent, why] of [
            [headers, /header not provided$/],
            [named(headers, ""), /header not provided$/],
            [named(headers, "me"), /header format error$/],
            [named(headers, others.rootId), /does not match logged in user$/],
            [named(headers, callers.user.id), /does not match logged in user$/],
        ] as const) {
            const answer = await send(operation, row, { headers: sent });
            expect([sent, answer.status, answer.json?.success]).toEqual([sent, 401, false]);
            expect(answer.json.message).toMatch(why);
        }
    }
}

function expectRole(role: RoleName, row: Row, answer: Answer): void {
    const allowed = LEVEL[role] >= LEVEL[row.least as RoleName];
    expect([role, answer.status]).toEqual([role, allowed ? (row.passes ?? 200) : 200]);
    if (allowed) expect([role, answer.json.message ?? ""]).not.toEqual([role, TOO_LOW]);
    else expect([role, answer.json]).toEqual([role, { success: false, message: TOO_LOW }]);
    expect([role, answer.headers.has("auth-version")]).toEqual([role, allowed]);
    if (allowed) expect(answer.headers.get("cache-control")).toContain("no-store");
}

async function expectRoles(operation: string, row: Row): Promise<void> {
    for (const role of ROLES) {
        const { id, session, accessToken } = callers[role];
        const ways = row.spends ? [addSpentCaller(role)] : [named(session, id), named(accessToken, id)];
        for (const headers of ways) expectRole(role, row, await send(operation, row, { headers }));
    }
}

const elsewhere = (headers: Headers) => ({ ...headers, Origin: "https://elsewhere.example" });

async function expectSpellings(operation: string, row: Row, headers: Headers): Promise<void> {
    for (const spelling of ["as written", "the other"] as const) {
        const answer = await send(operation, row, { headers: elsewhere(headers), spelling });
        const missing = row.asWritten === true && spelling === "the other";
        expect([spelling, answer.status]).toEqual([spelling, missing ? 404 : (row.passes ?? 200)]);
        const open = row.openToOrigins === true || missing;
        expect([spelling, answer.headers.get("access-control-allow-origin")]).toEqual([
            spelling,
            open ? "*" : null,
        ]);
    }
}

describe("people of a role may call", () => {
    test.each(rows("user", "admin", "root"))("%s", async (operation) => {
        const row = ROLE_TABLE.get(operation)!;
        await expectUnknown(operation, row);
        await expectOwnId(operation, row);
        await expectRoles(operation, row);
    });
});

describe("holders of a key may call", () => {
    test.each(rows("anyKey", "key"))("%s", async (operation) => {
        const row = ROLE_TABLE.get(operation)!;
        const passes = row.passes ?? 200;
        const root = callers.root;
        const expected: [string, Headers, number][] = [
            ["nobody", {}, 401],
            ["a guess", bearer("sk-unknown"), 401],
            ["a session", named(root.session, root.id), 401],
            ["an access token", named(root.accessToken, root.id), 401],
            ["a key", bearer(keys.good), passes],
            ["a key and another's id", named(bearer(keys.good), callers.user.id), passes],
            ["a key that is off", bearer(keys.off), row.least === "anyKey" ? passes : 401],
            ["a banned user's key", bearer(keys.banned), 403],
        ];
        for (const [who, headers, status] of expected) {
            const answer = await send(operation, row, { headers });
            expect([who, answer.status, answer.text]).toEqual([who, status, expect.any(String)]);
            if (status !== passes) expect([who, answer.json?.success ?? false]).toEqual([who, false]);
        }
    });
});

async function expectServed(operation: string, row: Row): Promise<void> {
    for (const spelling of ["as written", "the other"] as const) {
        const answer = await send(operation, row, { headers: addSpentCaller("root"), spelling });
        expect([spelling, answer.status]).toEqual([spelling, 200]);
    }
}

describe("both spellings, and no other origin unless it is open:", () => {
    test.each([...ROLE_TABLE.keys()])("%s", async (operation) => {
        const row = ROLE_TABLE.get(operation)!;
        const { root } = callers;
        const keyed = row.least === "anyKey" || row.least === "key";
        const headers = keyed ? bearer(keys.good) : named(root.accessToken, root.id);
        if (row.spends) await expectServed(operation, row);
        else await expectSpellings(operation, row, headers);
    });
});

/** Without what tells of the last minute: it may change between two answers. */
function steady(json: any): any {
    if (json?.data?.rpm === undefined) return json;
    const { rpm: _requests, tpm: _tokens, ...rest } = json.data;
    return { ...json, data: rest };
}

describe("what belongs to others stays theirs:", () => {
    const foreign = [...ROLE_TABLE].filter(([, row]) => row.foreign).map(([operation]) => operation);

    test.each(foreign)("%s", async (operation) => {
        const row = ROLE_TABLE.get(operation)!;
        for (const call of row.foreign!(others)) {
            const caller = callers[call.who];
            const headers = named(caller.session, caller.id);
            const answer = await send(operation, row, { ...call, headers });
            expect([call.who, answer.status]).toEqual([call.who, 200]);
            if (call.refusal !== undefined) {
                expect(answer.json).toEqual({ success: false, message: call.refusal });
            } else if (call.data !== undefined) {
                expect([answer.json.success, answer.json.data]).toEqual([true, call.data]);
            } else {
                expect(steady(answer.json)).toEqual(steady((await send(operation, row, { headers })).json));
            }
        }
    });

    const columns = "id, username, display_name, role, status, deleted_at";
    const people = () => world.gateway.query(`SELECT ${columns} FROM users ORDER BY id`);
    let before: unknown;
    beforeAll(() => {
        before = people();
    });
    afterAll(async () => {
        expect(people()).toEqual(before as any[]);
        const [token] = world.gateway.query("SELECT name, status FROM tokens WHERE id = ?", others.tokenId);
        expect([token.name, token.status]).toEqual([world.token.name, 1]);
        expect((await world.client.chat({ model: "gpt-4o", messages: MESSAGES })).status).toBe(200);
    });
});
