// What administrators do with users: lists, search, creating, editing, managing, quota, deleting, bindings; the answers, the
// log rows, and that open sessions and tokens see every change at once.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { addPerson, PASSWORD, refusal, signIn } from "./people.ts";

setDefaultTimeout(PATIENCE);

let gateway: Gateway;
let root: Admin;

beforeAll(async () => {
    gateway = await Gateway.start();
    root = new Admin(gateway);
    await root.setUp();
});

afterAll(() => gateway.stop());

function row(id: number): any {
    return gateway.query("SELECT * FROM users WHERE id = ?", id)[0];
}

/** What a client with the token is told; 200 for a token that works. */
async function useToken(key: string): Promise<number> {
    const answer = await fetch(`${gateway.url}/v1/models`, { headers: { Authorization: `Bearer ${key}` } });
    await answer.text();
    return answer.status;
}

describe("lists", () => {
    test("show everybody, deleted users too, the newest first, without secrets", async () => {
        const [ann, bob] = [await addPerson(root, "ann"), await addPerson(root, "bob", 10)];
        await ann.data("GET", "/api/user/token");
        await bob.data("DELETE", "/api/user/self");
        const page = await root.data("GET", "/api/user/?p=1&page_size=2");
        expect([page.page, page.page_size, page.total]).toEqual([1, 2, 3]);
        expect(page.items.map((user: any) => user.username)).toEqual(["bob", "ann"]);
        expect(page.items[0].DeletedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        expect(page.items[1]).toMatchObject({
            id: ann.userId,
            password: "",
            original_password: "",
            verification_code: "",
            access_token: null,
            display_name: "ann",
            role: 1,
            status: 1,
            DeletedAt: null,
            group: "default",
        });
        expect(page.items[1].remark).toBeUndefined();
        expect((await root.data("GET", "/api/user?p=-3&page_size=-1")).page_size).toBe(10);
        expect((await root.data("GET", "/api/user/?p=9")).items).toEqual([]);
    });

    test("are searched literally, by id and by group", async () => {
        await addPerson(root, "100%_sure");
        const found = async (query: Record<string, string>) => {
            const page = await root.data("GET", `/api/user/search?${new URLSearchParams(query)}`);
            expect(page.total).toBe(page.items.length);
            return page.items.map((user: any) => user.username);
        };
        expect(await found({})).toEqual(["100%_sure", "bob", "ann", "root"]);
        expect(await found({ keyword: "%" })).toEqual(["100%_sure"]);
        expect(await found({ keyword: "_" })).toEqual(["100%_sure"]);
        expect(await found({ keyword: "1" })).toEqual(["100%_sure", "root"]);
        expect(await found({ keyword: "Root U" })).toEqual(["root"]);
        expect(await found({ keyword: "o", group: "vip" })).toEqual([]);
        expect(await found({ keyword: "' OR '1'='1" })).toEqual([]);
        expect(await found({ keyword: "x\0y" })).toEqual([]);
    });
});

describe("creating", () => {
    test("takes name, password, display name, role and remark, and nothing else", async () => {
        await root.data("POST", "/api/user/", {
            username: " cat ",
            password: PASSWORD,
            display_name: "Cat",
            remark: "met at the fair",
            role: 10,
            quota: 77,
            group: "vip",
            email: "cat@example.com",
            status: 2,
        });
        const cat = gateway.query("SELECT * FROM users WHERE username = 'cat'")[0];
        expect(cat).toMatchObject({ display_name: "Cat", role: 10, remark: "met at the fair", status: 1 });
        expect(cat).toMatchObject({ quota: 0, group: "default", email: "" });
        expect(JSON.parse(JSON.parse(cat.setting).sidebar_modules).admin).toEqual({
            enabled: true,
            channel: true,
            models: true,
            redemption: true,
            user: true,
            setting: false,
        });
        expect((await root.data("GET", `/api/user/${cat.id}`)).remark).toBe("met at the fair");
    });

    test.each([
        ["no password", { username: "x" }, "Invalid parameters"],
        ["a blank name", { username: " ", password: PASSWORD }, "Invalid parameters"],
        [
            "a taken name",
            { username: "cat", password: PASSWORD },
            "Username already exists or has been deleted",
        ],
        ["a strange role", { username: "x", password: PASSWORD, role: 7 }, "Invalid parameters"],
        ["a negative role", { username: "x", password: PASSWORD, role: -1 }, "Invalid parameters"],
        ["role root", { username: "x", password: PASSWORD, role: 100 }, /^Cannot create users/],
        ["a short password", { username: "x", password: "short" }, /^Invalid input Key: 'User.Password'/],
        ["80 bytes of password", { username: "x", password: "😀".repeat(20) }, "Invalid parameters"],
        ["a long remark", { username: "x", password: PASSWORD, remark: "r".repeat(256) }, /'User.Remark'/],
    ])("is refused with %s", async (_, body, message) => {
        const text = await refusal(root, "POST", "/api/user/", body);
        if (typeof message === "string") expect(text).toBe(message);
        else expect(text).toMatch(message);
        expect(gateway.query("SELECT count(*) AS n FROM users WHERE username = 'x'")).toEqual([{ n: 0 }]);
    });
});

describe("editing", () => {
    test("changes what is sent and keeps what is not", async () => {
        const dan = await addPerson(root, "dan");
        const put = (body: Record<string, unknown>) =>
            root.data("PUT", "/api/user/", { id: dan.userId, ...body });
        await put({
            display_name: "Dan",
            remark: "r",
            group: "vip",
            role: 10,
            status: 2,
            quota: 9,
            email: "x@y",
        });
        expect(row(dan.userId)).toMatchObject({
            username: "dan",
            display_name: "Dan",
            remark: "r",
            group: "vip",
        });
        expect(row(dan.userId)).toMatchObject({ role: 1, status: 1, quota: 0, email: "" });
        await put({ username: "dan2", password: "" });
        expect(row(dan.userId)).toMatchObject({
            username: "dan2",
            display_name: "Dan",
            remark: "r",
            group: "vip",
        });
        await put({ display_name: "", remark: "", group: "" });
        expect(row(dan.userId)).toMatchObject({ display_name: "", remark: "", group: "vip" });
        expect((await dan.self()).group).toBe("vip");
        await put({ password: "a new password" });
        expect((await dan.call("GET", "/api/user/self")).status).toBe(401);
        await signIn(gateway, "dan2", "a new password");
    });

    test("is refused for bad fields and for nobody", async () => {
        const put = (body: unknown) => refusal(root, "PUT", "/api/user/", body);
        expect(await put({ username: "x" })).toBe("Invalid parameters");
        expect(await put({ id: 2, username: "" })).toBe("Invalid parameters");
        expect(await put({ id: 2, username: 7 })).toBe("Invalid parameters");
        expect(await put({ id: 2, group: "g".repeat(65) })).toBe("Invalid parameters");
        expect(await put({ id: 2, username: "cat" })).toBe("Username already exists or has been deleted");
        expect(await put({ id: 999, username: "x" })).toBe("record not found");
        expect(await put({ id: 2, display_name: "d".repeat(21) })).toMatch(/'User.DisplayName'/);
        expect(await refusal(root, "GET", "/api/user/0")).toBe("id 为空！");
        expect(await refusal(root, "GET", "/api/user/abc")).toBe("Invalid ID");
        expect(await refusal(root, "GET", "/api/user/999")).toBe("record not found");
    });
});

describe("managing", () => {
    const zero = { id: 0, username: "", quota: 0, group: "", DeletedAt: null, access_token: null };

    test("reaches open sessions and tokens at once", async () => {
        const eve = await addPerson(root, "eve");
        const { key } = await eve.createToken();
        const manage = (action: string) => root.data("POST", "/api/user/manage", { id: eve.userId, action });
        expect(await useToken(key)).toBe(200);
        expect(await manage("disable")).toMatchObject({ ...zero, role: 1, status: 2 });
        expect((await eve.call("GET", "/api/user/self")).json.message).toBe("User has been banned");
        expect(await useToken(key)).toBe(403);
        expect(await manage("enable")).toMatchObject({ ...zero, role: 1, status: 1 });
        expect(await useToken(key)).toBe(200);
        expect((await eve.call("GET", "/api/user/")).json.success).toBe(false);
        expect(await manage("promote")).toMatchObject({ role: 10 });
        expect((await eve.call("GET", "/api/user/")).json.success).toBe(true);
        expect(await manage("demote")).toMatchObject({ role: 1 });
        expect((await eve.call("GET", "/api/user/")).json.success).toBe(false);
        expect(await manage("delete")).toMatchObject({ role: 1, status: 1 });
        expect((await eve.call("GET", "/api/user/self")).status).toBe(401);
        expect(await useToken(key)).toBe(403); // he counts as banned: 02 section 20.6
        for (const action of ["enable", "disable", "delete", "promote"]) {
            const body = { id: eve.userId, action };
            expect(await refusal(root, "POST", "/api/user/manage", body)).toBe("User does not exist");
        }
        await root.data("POST", "/api/user/manage", {
            id: eve.userId,
            action: "add_quota",
            mode: "add",
            value: 1,
        });
        expect(row(eve.userId).quota).toBe(1);
        const orphan = await root.createToken();
        gateway.query("UPDATE tokens SET user_id = 999 WHERE id = ?", orphan.id);
        expect(await useToken(orphan.key)).toBe(500); // nobody to load: 04 section 4.2, row 5
    });

    test("is refused for nobody and for what is no action", async () => {
        const manage = (body: unknown) => refusal(root, "POST", "/api/user/manage", body);
        for (const id of [0, -1, 999, null])
            expect(await manage({ id, action: "disable" })).toBe("User does not exist");
        expect(await manage({ id: "2", action: "disable" })).toBe("Invalid parameters");
        expect(await manage("nothing")).toBe("Invalid parameters");
        for (const action of ["", "Disable", "ban"])
            expect(await manage({ id: 2, action })).toBe("Invalid parameters");
    });

    test("adds, takes and sets quota, each with a log row that names the administrator", async () => {
        const fay = await addPerson(root, "fay");
        const { key } = await fay.createToken();
        const quota = (mode: string, value: number) =>
            root.call("POST", "/api/user/manage", {
                body: { id: fay.userId, action: "add_quota", mode, value },
            });
        expect((await quota("add", 1_000_000)).json).toEqual({ success: true, message: "" });
        await quota("subtract", 1_500_000);
        expect(row(fay.userId).quota).toBe(-500_000);
        await quota("override", 0);
        await quota("override", -3);
        expect(row(fay.userId).quota).toBe(-3);
        for (const mode of ["add", "subtract"])
            for (const value of [0, -5])
                expect((await quota(mode, value)).json.message).toBe("Quota change amount cannot be zero");
        expect((await quota("double", 1)).json.message).toBe("Invalid parameters");
        const huge = await root.call("POST", "/api/user/manage", {
            body: `{"id":${fay.userId},"action":"add_quota","mode":"subtract","value":9223372036854775807}`,
        });
        expect(huge.json.message).toBe("Quota value exceeds valid range");
        expect(row(fay.userId).quota).toBe(-3);
        const logs = gateway.query(
            "SELECT username, type, content, other FROM logs WHERE user_id = ? ORDER BY id",
            fay.userId,
        );
        expect(logs.map((log) => [log.username, log.type, log.content])).toEqual([
            ["fay", 3, "管理员增加用户额度 ＄2.000000 额度"],
            ["fay", 3, "管理员减少用户额度 ＄3.000000 额度"],
            ["fay", 3, "管理员覆盖用户额度从 ＄-1.000000 额度 为 ＄0.000000 额度"],
            ["fay", 3, "管理员覆盖用户额度从 ＄0.000000 额度 为 ＄-0.000006 额度"],
        ]);
        expect(JSON.parse(logs[0].other)).toEqual({ admin_info: { admin_id: 1, admin_username: "root" } });
        const shown = (await fay.data("GET", "/api/log/self?p=1")).items[0];
        expect(shown.other).not.toContain("admin");
        expect(await useToken(key)).toBe(200);
    });
});

describe("clearing a binding", () => {
    test("empties the column and says so in the log", async () => {
        const gus = await addPerson(root, "gus");
        const columns = [
            "email",
            "github_id",
            "discord_id",
            "oidc_id",
            "wechat_id",
            "telegram_id",
            "linux_do_id",
        ];
        gateway.query(
            `UPDATE users SET ${columns.map((c) => `${c} = 'x'`).join(", ")} WHERE id = ?`,
            gus.userId,
        );
        for (const type of ["email", "GitHub", "discord", "oidc", "wechat", "telegram", "%20linuxdo%20"]) {
            const answer = await root.call("DELETE", `/api/user/${gus.userId}/bindings/${type}`);
            expect(answer.json).toEqual({ success: true, message: "success" });
        }
        for (const column of columns) expect(row(gus.userId)[column]).toBe("");
        const logs = gateway.query(
            "SELECT type, content FROM logs WHERE user_id = ? ORDER BY id",
            gus.userId,
        );
        expect(logs[1]).toEqual({ type: 3, content: "admin cleared github binding for user gus" });
        const clear = (path: string) => refusal(root, "DELETE", path);
        expect(await clear(`/api/user/${gus.userId}/bindings/myspace`)).toBe("invalid binding type");
        expect(await clear(`/api/user/${gus.userId}/bindings/%20`)).toBe("Invalid parameters");
        expect(await clear("/api/user/x/bindings/email")).toBe("Invalid parameters");
        expect(await clear("/api/user/999/bindings/email")).toBe("record not found");
    });
});

describe("deleting for good", () => {
    test("takes tokens along and frees the name", async () => {
        const hal = await addPerson(root, "hal");
        const { key } = await hal.createToken();
        expect(await useToken(key)).toBe(200);
        const answer = await root.call("DELETE", `/api/user/${hal.userId}/`);
        expect(answer.json).toEqual({ success: true, message: "" });
        expect(row(hal.userId)).toBeUndefined();
        expect(gateway.query("SELECT count(*) AS n FROM tokens WHERE user_id = ?", hal.userId)).toEqual([
            { n: 0 },
        ]);
        expect(await useToken(key)).toBe(401);
        expect((await hal.call("GET", "/api/user/self")).status).toBe(401);
        expect(await refusal(root, "DELETE", `/api/user/${hal.userId}`)).toBe("record not found");
        expect(await refusal(root, "DELETE", "/api/user/0")).toBe("id 为空！");
        await addPerson(root, "hal");
    });
});
