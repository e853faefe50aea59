// Who may act on whom: administrators on themselves, their equals, root and users; root on itself. Who may call what at all is in
// rest_role_table.test.ts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { addPerson, refusal, type RoleName } from "./people.ts";

setDefaultTimeout(PATIENCE);

let gateway: Gateway;
let people: Record<RoleName, Admin>;

beforeAll(async () => {
    gateway = await Gateway.start();
    const root = new Admin(gateway);
    await root.setUp();
    people = { root, admin: await addPerson(root, "admin", 10), user: await addPerson(root, "user") };
});

afterAll(() => gateway.stop());

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
