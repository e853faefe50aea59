// What a user does with his own account: profile, settings, access token, models, groups, invitations; the
// shapes and texts of the accounts chapter, and what stands in the database afterwards.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin, ROOT } from "./admin.ts";
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

function row(username: string): any {
    return gateway.query("SELECT * FROM users WHERE username = ?", username)[0];
}

describe("the own profile", () => {
    test("changes names, and needs the password for it", async () => {
        const person = await addPerson(root, "fay");
        const change = (body: unknown) => refusal(person, "PUT", "/api/user/self", body);
        expect(await change({ display_name: "F" })).toBe("原密码错误");
        expect(await change({ display_name: "F", original_password: "wrong" })).toBe("原密码错误");
        expect(await change({ display_name: "x".repeat(21), original_password: PASSWORD })).toBe(
            "Invalid input",
        );
        expect(await change({ username: "root", original_password: PASSWORD })).toMatch(
            /^Username already exists/,
        );
        expect(await change("[]")).toBe("Invalid parameters");
        const body = {
            username: " fay2 ",
            display_name: "F",
            role: 100,
            quota: 9,
            group: "vip",
            email: "x@y",
        };
        await person.data("PUT", "/api/user/self", { ...body, original_password: PASSWORD });
        expect(row("fay2")).toMatchObject({
            display_name: "F",
            role: 1,
            quota: 0,
            group: "default",
            email: "",
        });
        await person.data("PUT", "/api/user/self", {
            username: "",
            display_name: "",
            original_password: PASSWORD,
        });
        expect(row("fay2")).toMatchObject({ username: "fay2", display_name: "F" });
    });

    test("with a new password ends all other sessions and keeps this one", async () => {
        const person = await addPerson(root, "gil");
        const other = await signIn(gateway, "gil");
        const answer = await person.call("PUT", "/api/user/self", {
            body: { password: "another password", original_password: PASSWORD },
        });
        expect(answer.json).toEqual({ success: true, message: "" });
        const [cookie] = answer.headers.getSetCookie();
        expect((await other.call("GET", "/api/user/self")).status).toBe(401);
        expect((await person.call("GET", "/api/user/self")).status).toBe(401);
        const renewed = await person.call("GET", "/api/user/self", {
            headers: { Cookie: cookie!.split(";")[0]! },
        });
        expect(renewed.json.data.username).toBe("gil");
        await signIn(gateway, "gil", "another password");
        await expect(signIn(gateway, "gil")).rejects.toThrow();
    });

    test("keeps side bar and language in the settings, beside everything else", async () => {
        const person = await addPerson(root, "hal");
        gateway.query(
            'UPDATE users SET setting = \'{"future":{"a":1.0},"gotify_priority":3}\' WHERE username = \'hal\'',
        );
        const put = (body: unknown) => person.call("PUT", "/api/user/self", { body });
        const side = { sidebar_modules: '{"chat":{"enabled":false}}', display_name: "not now" };
        expect((await put(side)).json).toEqual({ success: true, message: "Update successful", data: null });
        expect((await put({ sidebar_modules: 5 })).json.success).toBe(true);
        expect((await put({ language: "zh-CN" })).json.success).toBe(true);
        expect((await put({ language: "zh-CN" })).json.message).toBe("更新成功");
        const hal = row("hal");
        expect(hal.display_name).toBe("hal");
        expect(hal.setting).toBe(
            '{"future":{"a":1.0},"gotify_priority":3,"sidebar_modules":"{\\"chat\\":{\\"enabled\\":false}}","language":"zh-CN"}',
        );
        expect((await person.self()).sidebar_modules).toBe('{"chat":{"enabled":false}}');
        expect(await refusal(person, "PUT", "/api/user/self", { sidebar_modules: "x".repeat(70_000) })).toBe(
            "更新失败",
        );
    });

    test("can be deleted, but not root's", async () => {
        expect(await refusal(root, "DELETE", "/api/user/self")).toBe(
            "Cannot delete super administrator account",
        );
        const person = await addPerson(root, "ida");
        const { key } = await person.createToken();
        const useToken = () => fetch(`${gateway.url}/v1/models`, { headers: { Authorization: `Bearer ${key}` } });
        expect((await useToken()).status).toBe(200);
        const answer = await person.call("DELETE", "/api/user/self");
        expect(answer.json).toEqual({ success: true, message: "" });
        expect(answer.headers.getSetCookie()[0]).toMatch(/^session=;.*Max-Age=0/);
        const refused = await useToken();
        expect(refused.status).toBe(403);
        expect(((await refused.json()) as any).error.message).toStartWith("User has been banned");
        expect((await person.call("GET", "/api/user/self")).status).toBe(401);
        expect(row("ida").deleted_at).not.toBeNull();
        await expect(signIn(gateway, "ida")).rejects.toThrow();
        const again = { username: "ida", password: PASSWORD };
        expect(await refusal(new Admin(gateway), "POST", "/api/user/register", again)).toMatch(
            /^Username already exists/,
        );
    });
});

describe("the access token", () => {
    test("is issued, replaces the old one, works alone and is revoked", async () => {
        const person = await addPerson(root, "jon");
        const first = await person.data("GET", "/api/user/token");
        const second = await person.data("GET", "/api/user/token");
        expect(second).toMatch(/^[0-9a-zA-Z]{32}$/);
        const by = (token: string, id: number | string = person.userId) =>
            new Admin(gateway).call("GET", "/api/user/self", {
                headers: { Authorization: token, "New-Api-User": String(id) },
            });
        expect((await by(second)).json.data.username).toBe("jon");
        expect((await by(`Bearer ${second}`)).json.data.username).toBe("jon");
        const invalid = "Unauthorized, invalid access token";
        for (const token of [first, second.toLowerCase(), `${second} `.trim().slice(1), "Bearer "])
            expect((await by(token)).json, token).toEqual({ success: false, message: invalid });
        expect((await by(second, person.userId + 1)).status).toBe(401);
        expect((await by(second, "")).status).toBe(401);
        expect((await person.self()).access_token).toBeUndefined();
        await person.data("DELETE", "/api/user/token");
        await person.data("DELETE", "/api/user/token");
        expect((await by(second)).json.message).toBe(invalid);
        expect(row("jon").access_token).toBeNull();
    });
});

describe("models and groups", () => {
    test("are those that the user's group may use", async () => {
        await root.addChannel({
            base_url: "http://127.0.0.1:9",
            models: "b,a",
            group: "default,vip",
            key: "k",
        });
        await root.addChannel({ base_url: "http://127.0.0.1:9", models: "c", group: "svip", key: "k" });
        await root.addChannel({
            base_url: "http://127.0.0.1:9",
            models: "d",
            group: "vip",
            key: "k",
            status: 2,
        });
        const person = await addPerson(root, "kim");
        expect(await person.data("GET", "/api/user/models")).toEqual(["a", "b"]);
        await root.data("PUT", "/api/user/", { id: person.userId, group: "svip" });
        expect(await person.data("GET", "/api/user/models")).toEqual(["a", "b", "c"]);
        expect(await person.data("GET", "/api/user/self/groups")).toEqual({
            default: { ratio: 1, desc: "默认分组" },
            svip: { ratio: 1, desc: "用户分组" },
            vip: { ratio: 1, desc: "vip分组" },
        });
    });

    test("follow special ratios and automatic groups", async () => {
        const person = await addPerson(root, "lea");
        await root.setOption("GroupGroupRatio", '{"default":{"vip":0.5}}');
        await root.setOption("UserUsableGroups", '{"default":"d","auto":"by itself"}');
        await root.setOption(
            "group_ratio_setting.group_special_usable_group",
            '{"default":{"+:vip":"v","svip":"s"}}',
        );
        const groups = await person.data("GET", "/api/user/self/groups");
        expect(groups).toEqual({
            auto: { ratio: "自动", desc: "by itself" },
            default: { ratio: 1, desc: "d" },
            svip: { ratio: 1, desc: "s" },
            vip: { ratio: 0.5, desc: "v" },
        });
        const visitor = await new Admin(gateway).call("GET", "/api/user/groups");
        expect(visitor.json.data).toEqual({
            auto: { ratio: "自动", desc: "by itself" },
            default: { ratio: 1, desc: "d" },
        });
        expect(await root.data("GET", "/api/group/")).toEqual(["default", "svip", "vip"]);
    });
});

describe("invitations", () => {
    test("have a code, made where there is none", async () => {
        expect(await root.data("GET", "/api/user/aff")).toMatch(/^[0-9a-zA-Z]{4}$/);
        expect(await root.data("GET", "/api/user/aff")).toBe((await root.self()).aff_code);
    });

    test("turn into quota from one unit on, exactly once", async () => {
        const person = await addPerson(root, "mia");
        gateway.query("UPDATE users SET aff_quota = 1200000 WHERE username = 'mia'");
        const move = (quota: unknown) => person.call("POST", "/api/user/aff_transfer", { body: { quota } });
        const required =
            "Key: 'TransferAffQuotaRequest.Quota' Error:Field validation for 'Quota' failed on the 'required' tag";
        for (const nothing of [0, null, undefined, "x"])
            expect((await move(nothing)).json.message).toBe(required);
        for (const little of [499_999, -1])
            expect((await move(little)).json.message).toBe("Transfer failed 转移额度最小为＄1.000000 额度！");
        expect((await move(1_200_001)).json.message).toBe("Transfer failed 邀请额度不足！");
        const answers = await Promise.all(Array.from({ length: 8 }, () => move(500_000)));
        const done = answers.filter((answer) => answer.json.success).map((answer) => answer.json);
        expect(done).toEqual(Array(2).fill({ success: true, message: "Transfer successful", data: null }));
        expect(row("mia")).toMatchObject({ aff_quota: 200_000, quota: 1_000_000 });
    });
});

describe("any call", () => {
    test("refuses a body beyond 10 MiB", async () => {
        const answer = await root.call("PUT", "/api/user/self", {
            body: `{"language":"${"x".repeat(10 << 20)}"}`,
        });
        expect([answer.status, answer.json]).toEqual([
            413,
            { success: false, message: "request body exceeds 10 MB: request body too large" },
        ]);
    });

    test("is compressed from 1 KiB on, and only for those who ask", async () => {
        const person = await addPerson(root, "nan");
        await person.data("PUT", "/api/user/self", { sidebar_modules: "x".repeat(2000) });
        const headers = { Cookie: person.cookie, "New-Api-User": String(person.userId) };
        const ask = (more: Record<string, string>) =>
            fetch(`${gateway.url}/api/user/self`, { headers: { ...headers, ...more } });
        const zipped = await ask({ "Accept-Encoding": "gzip" });
        expect([zipped.headers.get("content-encoding"), zipped.headers.get("vary")]).toEqual([
            "gzip",
            "Accept-Encoding",
        ]);
        expect(((await zipped.json()) as any).data.username).toBe("nan");
        const others: Record<string, string>[] = [
            { "Accept-Encoding": "identity" },
            { "Accept-Encoding": "gzip", Accept: "text/event-stream" },
        ];
        for (const more of others) {
            const plain = await ask(more);
            expect(plain.headers.get("content-encoding")).toBeNull();
            expect(((await plain.json()) as any).data.username).toBe("nan");
        }
        const short = await fetch(`${gateway.url}/api/notice`, { headers: { "Accept-Encoding": "gzip" } });
        expect(short.headers.get("content-encoding")).toBeNull();
    });

    test("speaks the language of the user's settings, then that of the header", async () => {
        const person = await addPerson(root, "oli");
        const ask = async (header: string) => {
            const call = { body: {}, headers: { "Accept-Language": header } };
            return (await person.call("PUT", "/api/user/setting", call)).json.message;
        };
        expect(await ask("fr, zh-Hant;q=0.8, en;q=0.5")).toBe("無效的預警類型");
        await person.data("PUT", "/api/user/self", { language: "zh-CN" });
        expect(await ask("en")).toBe("无效的预警类型");
        await person.data("PUT", "/api/user/self", { language: "fr" });
        expect(await ask("zh-HK")).toBe("無效的預警類型");
        expect(await ask("fr")).toBe("Invalid warning type");
    });
});

test("root may sign in all the same", async () => {
    await signIn(gateway, ROOT.username, ROOT.password);
});
