// The role table: every account endpoint as a visitor, a user, an administrator and root, with and without New-Api-User and
// with another's id in it; and who may act on whom.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { addPerson, refusal, type RoleName } from "./people.ts";

setDefaultTimeout(PATIENCE);

const TOO_LOW = "Unauthorized, insufficient privileges";
const LEVEL: Record<RoleName, number> = { user: 1, admin: 10, root: 100 };

/** Calls that change nothing, or fail behind the checks. `least`: who may come past them. */
const ENDPOINTS: [string, string, RoleName | "anyone"][] = [
    ["GET", "/api/setup", "anyone"],
    ["GET", "/api/status", "anyone"],
    ["GET", "/api/notice", "anyone"],
    ["GET", "/api/about", "anyone"],
    ["GET", "/api/home_page_content", "anyone"],
    ["GET", "/api/user-agreement", "anyone"],
    ["GET", "/api/privacy-policy", "anyone"],
    ["POST", "/api/user/register", "anyone"],
    ["POST", "/api/user/login", "anyone"],
    ["GET", "/api/user/logout", "anyone"],
    ["GET", "/api/user/groups", "anyone"],
    ["GET", "/api/user/self", "user"],
    ["PUT", "/api/user/self", "user"],
    ["GET", "/api/user/self/groups", "user"],
    ["GET", "/api/user/models", "user"],
    ["DELETE", "/api/user/token", "user"],
    ["PUT", "/api/user/setting", "user"],
    ["GET", "/api/user/aff", "user"],
    ["POST", "/api/user/aff_transfer", "user"],
    ["GET", "/api/user/", "admin"],
    ["GET", "/api/user/search", "admin"],
    ["GET", "/api/user/999", "admin"],
    ["POST", "/api/user/", "admin"],
    ["PUT", "/api/user/", "admin"],
    ["POST", "/api/user/manage", "admin"],
    ["DELETE", "/api/user/999", "admin"],
    ["DELETE", "/api/user/999/bindings/email", "admin"],
    ["GET", "/api/group/", "admin"],
];

let gateway: Gateway;
let people: Record<RoleName, Admin>;

beforeAll(async () => {
    gateway = await Gateway.start();
    const root = new Admin(gateway);
    await root.setUp();
    people = { root, admin: await addPerson(root, "admin", 10), user: await addPerson(root, "user") };
});

afterAll(() => gateway.stop());

describe.each(ENDPOINTS)("%s %s for %s", (method, path, least) => {
    const body = method === "GET" ? {} : { body: {} };
    const open = least === "anyone";

    test("asks who it is", async () => {
        const visitor = await new Admin(gateway).call(method, path, body);
        expect(visitor.status).toBe(open ? 200 : 401);
        if (!open) expect(visitor.json.message).toMatch(/^Unauthorized, not logged in/);
        expect(visitor.headers.get("auth-version")).toBeNull();
    });

    test("asks for the header of the same user", async () => {
        for (const [header, why] of [
            ["", /header not provided$/],
            ["me", /header format error$/],
            [String(people.root.userId), /does not match logged in user$/],
        ] as const) {
            const headers = { Cookie: people.admin.cookie, "New-Api-User": header };
            const answer = await new Admin(gateway).call(method, path, { ...body, headers });
            expect(answer.status).toBe(open ? 200 : 401);
            if (!open) expect(answer.json.message).toMatch(why);
        }
    });

    test("asks for the role", async () => {
        for (const role of ["user", "admin", "root"] as const) {
            const answer = await people[role].call(method, path, body);
            expect(answer.status).toBe(200);
            const allowed = open || LEVEL[role] >= LEVEL[least];
            if (allowed) expect(answer.json.message).not.toBe(TOO_LOW);
            else expect(answer.json).toEqual({ success: false, message: TOO_LOW });
            expect(answer.headers.get("auth-version") !== null).toBe(!open && allowed);
            if (!open && allowed) expect(answer.headers.get("cache-control")).toBe("no-store");
        }
    });

    test("has both spellings and no CORS header", async () => {
        const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
        const headers = { Origin: "https://elsewhere.example", "New-Api-User": String(people.root.userId) };
        for (const spelling of [path, other]) {
            const answer = await people.root.call(method, spelling, { ...body, headers });
            expect(answer.status).toBe(200);
            expect(answer.headers.get("access-control-allow-origin")).toBeNull();
        }
    });
});

describe("an administrator", () => {
    const SEE = "No permission to access users of same or higher level";
    const CHANGE = "No permission to update users of same or higher permission level";

    test("may not read or touch himself, his equals or root", async () => {
        const equal = await addPerson(people.root, "equal", 10);
        const me = people.admin;
        for (const id of [me.userId, equal.userId, people.root.userId]) {
            expect(await refusal(me, "GET", `/api/user/${id}`)).toBe(SEE);
            expect(await refusal(me, "DELETE", `/api/user/${id}/bindings/email`)).toBe(SEE);
            expect(await refusal(me, "PUT", "/api/user/", { id, display_name: "x" })).toBe(CHANGE);
            expect(await refusal(me, "DELETE", `/api/user/${id}`)).toBe(CHANGE);
            for (const action of [
                "disable",
                "enable",
                "delete",
                "promote",
                "demote",
                "add_quota",
                "nonsense",
            ]) {
                const body = { id, action, mode: "add", value: 5 };
                expect(await refusal(me, "POST", "/api/user/manage", body)).toBe(CHANGE);
            }
        }
        expect(
            gateway.query(
                "SELECT count(*) AS n FROM users WHERE status = 1 AND quota <> 5 AND deleted_at IS NULL",
            ),
        ).toEqual([{ n: 4 }]);
    });

    test("may act on users, but not raise them", async () => {
        const me = people.admin;
        const lee = await addPerson(people.root, "lee");
        expect((await me.data("GET", `/api/user/${lee.userId}`)).username).toBe("lee");
        await me.data("PUT", "/api/user/", { id: lee.userId, display_name: "Lee", role: 1 });
        for (const role of [10, 100])
            expect(await refusal(me, "PUT", "/api/user/", { id: lee.userId, role })).toMatch(
                /^Cannot create users/,
            );
        const promote = { id: lee.userId, action: "promote" };
        expect(await refusal(me, "POST", "/api/user/manage", promote)).toMatch(
            /^Regular administrators cannot/,
        );
        expect(
            await refusal(me, "POST", "/api/user/", { username: "z", password: "12345678", role: 10 }),
        ).toMatch(/^Cannot create users/);
        await me.data("DELETE", `/api/user/${lee.userId}`);
    });
});

test("root may act on itself, but not lose itself", async () => {
    const { root } = people;
    const manage = (action: string) => refusal(root, "POST", "/api/user/manage", { id: root.userId, action });
    expect(await manage("disable")).toBe("Cannot disable super administrator user");
    expect(await manage("delete")).toBe("Cannot delete super administrator account");
    expect(await manage("demote")).toBe("Cannot demote super administrator user");
    expect(await manage("promote")).toBe("This user is already an administrator");
    expect(await refusal(root, "DELETE", `/api/user/${root.userId}`)).toMatch(/^No permission to update/);
    await root.data("POST", "/api/user/manage", { id: root.userId, action: "enable" });
    await root.data("PUT", "/api/user/", { id: root.userId, display_name: "The Root", role: 100 });
    expect((await root.data("GET", `/api/user/${root.userId}`)).display_name).toBe("The Root");
});
