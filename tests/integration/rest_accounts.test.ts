// Set-up, status, login, sessions and the checks before every management call: shapes, statuses and texts of the accounts
// chapter, with right, wrong and missing credentials.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin, ROOT } from "./admin.ts";
import { ENGINE } from "./database.ts";
import { Gateway, PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

let gateway: Gateway;

beforeAll(async () => {
    gateway = await Gateway.start({ portByEnvironment: true });
});

afterAll(() => gateway.stop());

function setup(more: Record<string, unknown> = {}) {
    return new Admin(gateway).call("POST", "/api/setup", {
        body: {
            ...ROOT,
            confirmPassword: ROOT.password,
            SelfUseModeEnabled: false,
            DemoSiteEnabled: false,
            ...more,
        },
    });
}

describe("the set-up wizard", () => {
    test("says that nothing is set up yet", async () => {
        const answer = await new Admin(gateway).call("GET", "/api/setup");
        expect(answer.status).toBe(200);
        expect(answer.json).toEqual({
            success: true,
            data: { status: false, root_init: false, database_type: ENGINE },
        });
        expect((await new Admin(gateway).call("GET", "/api/status")).json.data.setup).toBe(false);
    });

    test.each([
        ["a name of 13 bytes", { username: "administrator" }, "用户名长度不能超过12个字符"],
        ["two passwords", { confirmPassword: "correct horsf" }, "两次输入的密码不一致"],
        ["a short password", { password: "short", confirmPassword: "short" }, "密码长度至少为8个字符"],
        ["an empty name", { username: "" }, "请求参数有误"],
        ["a blank name", { username: "   " }, "请求参数有误"],
        ["a wrong type", { username: 5 }, "请求参数有误"],
    ])("refuses %s", async (_, body, message) => {
        const answer = await setup(body);
        expect([answer.status, answer.json]).toEqual([200, { success: false, message }]);
    });

    test("refuses a body that is no JSON", async () => {
        for (const body of ["", "{", "username=root"]) {
            const answer = await new Admin(gateway).call("POST", "/api/setup", { body });
            expect([answer.status, answer.json]).toEqual([200, { success: false, message: "请求参数有误" }]);
        }
    });

    test("makes one root, even when asked ten times at once", async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => setup()));
        const won = answers.filter((answer) => answer.json.success);
        expect(won.map((answer) => answer.json)).toEqual([{ success: true, message: "系统初始化成功" }]);
        const lost = answers.filter((answer) => !answer.json.success);
        expect(new Set(lost.map((answer) => answer.json.message))).toEqual(new Set(["系统已经初始化完成"]));
        expect(
            gateway.query('SELECT username, role, status, quota, display_name, "group" FROM users'),
        ).toEqual([
            {
                username: "root",
                role: 100,
                status: 1,
                quota: 100_000_000,
                display_name: "Root User",
                group: "default",
            },
        ]);
        expect(gateway.query("SELECT count(*) AS n FROM setups")).toEqual([{ n: 1 }]);
        const [{ password }] = gateway.query("SELECT password FROM users") as [{ password: string }];
        expect(password).toMatch(/^\$2[ab]\$10\$/);
    });

    test("then says that it is done", async () => {
        const answer = await new Admin(gateway).call("GET", "/api/setup");
        expect(answer.json).toEqual({
            success: true,
            data: { status: true, root_init: false, database_type: "" },
        });
    });
});

describe("GET /api/status", () => {
    test("needs no login and has the members that clients read", async () => {
        const answer = await new Admin(gateway).call("GET", "/api/status");
        expect(answer.status).toBe(200);
        expect(answer.headers.get("x-oneapi-request-id")).toMatch(/^\d{14}\w+$/);
        const { data } = answer.json;
        expect(data).toMatchObject({
            setup: true,
            system_name: "Opusclaw",
            theme: "classic",
            quota_per_unit: 500000,
            display_in_currency: true,
            quota_display_type: "USD",
            email_verification: false,
            turnstile_check: false,
            github_oauth: false,
            self_use_mode_enabled: false,
            demo_site_enabled: false,
            price: 7.3,
            usd_exchange_rate: 7.3,
            server_address: "http://localhost:3000",
            enable_data_export: true,
            data_export_default_time: "hour",
            custom_currency_symbol: "¤",
            custom_currency_exchange_rate: 1,
            checkin_enabled: false,
        });
        expect(data.version).not.toBe("");
        expect(answer.headers.get("x-new-api-version")).toBe(data.version);
        expect(Date.now() / 1000 - data.start_time).toBeWithin(0, 300);
        expect(Array.isArray(data.chats)).toBe(true);
        expect([data.api_info, data.announcements, data.faq]).toEqual([[], [], []]);
        expect(answer.text).not.toMatch(/secret|password/i);
    });
});

describe("login", () => {
    test("answers who it is and gives a session cookie", async () => {
        const answer = await new Admin(gateway).call("POST", "/api/user/login", { body: ROOT });
        expect(answer.json).toMatchObject({ success: true, message: "" });
        expect(answer.json.data).toEqual({
            id: 1,
            username: "root",
            display_name: "Root User",
            role: 100,
            status: 1,
            group: "default",
        });
        const [cookie] = answer.headers.getSetCookie();
        expect(cookie).toMatch(/^session=[^;\s]+;/);
        for (const attribute of ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Strict"]) {
            expect(cookie!.split("; ")).toContain(attribute);
        }
        expect(cookie).not.toMatch(/; (Secure|Domain)/);
        expect(gateway.query("SELECT last_login_at FROM users")[0].last_login_at).toBeGreaterThan(1.7e9);
    });

    test.each([
        ["a wrong password", { username: "root", password: "correct horsf" }],
        ["an unknown name", { username: "nobody", password: "correct horse" }],
        ["a name in another case", { username: "ROOT", password: "correct horse" }],
        ["a password that only begins right", { username: "root", password: "correct horse\0x" }],
    ])("refuses %s with one and the same text", async (_, body) => {
        const answer = await new Admin(gateway).call("POST", "/api/user/login", { body });
        expect(answer.status).toBe(200);
        expect(answer.json.success).toBe(false);
        expect(answer.headers.getSetCookie().filter((line) => /^session=[^;]/.test(line))).toEqual([]);
        const other = await new Admin(gateway).call("POST", "/api/user/login", {
            body: { username: "x", password: "y" },
        });
        expect(answer.json.message).toBe(other.json.message);
    });

    test.each([
        ["an empty password", { username: "root", password: "" }],
        ["no name", { password: "x" }],
        ["numbers", { username: 1, password: 2 }],
        ["no JSON", "{"],
    ])("refuses %s as wrong parameters", async (_, body) => {
        const answer = await new Admin(gateway).call("POST", "/api/user/login", {
            body,
            headers: { "Accept-Language": "en" },
        });
        expect(answer).toMatchObject({ status: 200, json: { success: false } });
        const chinese = await new Admin(gateway).call("POST", "/api/user/login", {
            body,
            headers: { "Accept-Language": "zh-CN" },
        });
        expect(chinese.json.message).not.toBe(answer.json.message);
        expect(chinese.json.message).toMatch(/[一-龥]/);
    });
});

describe("a management call", () => {
    const not = {
        loggedIn: "Unauthorized, not logged in and no access token provided",
    };
    let root: Admin;

    beforeAll(async () => {
        root = new Admin(gateway);
        await root.logIn(ROOT.username, ROOT.password);
    });

    test("without a session is 401", async () => {
        for (const path of ["/api/user/self", "/api/channel/", "/api/option/", "/api/token/", "/api/log/"]) {
            const answer = await new Admin(gateway).call("GET", path, { headers: { "New-Api-User": "1" } });
            expect([path, answer.status, answer.json]).toEqual([
                path,
                401,
                { success: false, message: not.loggedIn },
            ]);
        }
    });

    test("answers in the language that the client asks for", async () => {
        const answer = await new Admin(gateway).call("GET", "/api/user/self", {
            headers: { "Accept-Language": "zh-CN" },
        });
        expect(answer.json.message).toBe("无权进行此操作，未登录且未提供 access token");
    });

    test.each([
        ["no New-Api-User header", ""],
        ["a header that is no number", "one"],
        ["another user's header", "2"],
    ])("with %s is 401", async (_, header) => {
        const headers: Record<string, string> = { Cookie: root.cookie };
        if (header !== "") headers["New-Api-User"] = header;
        const answer = await new Admin(gateway).call("GET", "/api/user/self", { headers });
        expect(answer.status).toBe(401);
        expect(answer.json.success).toBe(false);
        expect(answer.json.message).not.toBe(not.loggedIn);
    });

    test("with a forged or damaged cookie is 401", async () => {
        const [name, value] = root.cookie.split("=") as [string, string];
        const middle = Math.floor(value.length / 2);
        const flipped = value[middle] === "A" ? "B" : "A";
        for (const bad of [
            `${value.slice(0, middle)}${flipped}${value.slice(middle + 1)}`,
            value.slice(0, -4),
            "x",
            "",
        ]) {
            const answer = await new Admin(gateway).call("GET", "/api/user/self", {
                headers: { Cookie: `${name}=${bad}`, "New-Api-User": "1" },
            });
            expect([bad, answer.status]).toEqual([bad, 401]);
        }
    });

    test("with session and header is answered, and is not to be stored", async () => {
        const answer = await root.call("GET", "/api/user/self");
        expect(answer.json).toMatchObject({ success: true, message: "" });
        expect(answer.json.data).toMatchObject({
            id: 1,
            username: "root",
            role: 100,
            status: 1,
            group: "default",
            quota: 100_000_000,
            used_quota: 0,
            request_count: 0,
        });
        expect(Object.keys(answer.json.data)).not.toContain("password");
        expect(answer.headers.get("auth-version")).toBe("864b7076dbcd0a3c01b5520316720ebf");
        expect(answer.headers.get("cache-control")).toContain("no-store");
    });

    test("works with any letter case of the header and either spelling of a path", async () => {
        for (const path of ["/api/token", "/api/token/", "/api/channel", "/api/option"]) {
            const answer = await new Admin(gateway).call("GET", path, {
                headers: { Cookie: root.cookie, "new-api-USER": "1" },
            });
            expect([path, answer.status, answer.json.success]).toEqual([path, 200, true]);
        }
    });

    test("of a user whom the database no longer enables is refused", async () => {
        gateway.query("UPDATE users SET status = 2 WHERE id = 1");
        // The row was changed behind the gateway's back; a fresh process must see it.
        const second = await Gateway.start({ folder: gateway.folder });
        const answer = await new Admin(second).call("GET", "/api/user/self", {
            headers: { Cookie: root.cookie, "New-Api-User": "1" },
        });
        expect([answer.status, answer.json.success]).toEqual([200, false]);
        gateway.query("UPDATE users SET status = 1 WHERE id = 1");
        await second.stop();
    });
});

describe("logout", () => {
    test("expires the cookies", async () => {
        const root = new Admin(gateway);
        await root.logIn(ROOT.username, ROOT.password);
        const answer = await root.call("GET", "/api/user/logout");
        expect(answer.json.success).toBe(true);
        const cookies = answer.headers.getSetCookie();
        expect(cookies.map((line) => line.split("=")[0])).toEqual(["session", "turnstile"]);
        for (const line of cookies) expect(line).toMatch(/^[a-z]+=; Path=\/; Max-Age=0;/);
        expect((await new Admin(gateway).call("GET", "/api/user/logout")).json.success).toBe(true);
    });
});

describe("paths that nobody serves", () => {
    test.each([
        ["GET", "/api/nothing"],
        ["DELETE", "/api/status"],
        ["GET", "/v1/nothing"],
        ["GET", "/v1/chat/completions"],
        ["PATCH", "/api/token/"],
    ])("%s %s is 404 in the provider's shape", async (method, path) => {
        const answer = await new Admin(gateway).call(method, path);
        expect(answer.status).toBe(404);
        expect(answer.headers.get("Cache-Control")).toBe("no-store");
        expect(answer.json).toEqual({
            error: {
                message: `Invalid URL (${method} ${path})`,
                type: "invalid_request_error",
                param: "",
                code: "",
            },
        });
    });
});
