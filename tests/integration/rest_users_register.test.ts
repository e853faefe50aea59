// Registering: who gets an account, with what, and who is refused with which words.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { PASSWORD, refusal, signIn } from "./people.ts";

setDefaultTimeout(PATIENCE);

let gateway: Gateway;
let root: Admin;

beforeAll(async () => {
    gateway = await Gateway.start({ env: { GENERATE_DEFAULT_TOKEN: "true" } });
    root = new Admin(gateway);
    await root.setUp();
});

afterAll(() => gateway.stop());

function row(username: string): any {
    return gateway.query("SELECT * FROM users WHERE username = ?", username)[0];
}

function register(body: unknown) {
    return new Admin(gateway).call("POST", "/api/user/register", { body });
}

async function refused(body: unknown): Promise<string> {
    return refusal(new Admin(gateway), "POST", "/api/user/register", body);
}

describe("registering", () => {
    test("makes a user with the defaults, settings and a first token", async () => {
        const answer = await register({
            username: " ann ",
            password: PASSWORD,
            display_name: "ignored",
            role: 100,
            quota: 5,
            email: "ann@example.com",
        });
        expect([answer.status, answer.json]).toEqual([200, { success: true, message: "" }]);
        expect(answer.headers.getSetCookie()).toEqual([]);
        const ann = row("ann");
        expect(ann).toMatchObject({ display_name: "ann", role: 1, status: 1, group: "default", quota: 0 });
        expect(ann).toMatchObject({ email: "", inviter_id: 0, access_token: null, remark: "" });
        expect(ann.aff_code).toMatch(/^[0-9a-zA-Z]{4}$/);
        const setting = JSON.parse(ann.setting);
        expect(setting.gotify_priority).toBe(0);
        expect(JSON.parse(setting.sidebar_modules)).toEqual({
            chat: { enabled: true, playground: true, chat: true },
            console: { enabled: true, detail: true, token: true, log: true, midjourney: true, task: true },
            personal: { enabled: true, topup: true, personal: true },
        });
        expect(gateway.query("SELECT * FROM tokens WHERE user_id = ?", ann.id)[0]).toMatchObject({
            name: "ann的初始令牌",
            expired_time: -1,
            unlimited_quota: 1,
            remain_quota: 500000,
            group: "",
        });
        await signIn(gateway, "ann");
    });

    test.each([
        ["no name", { username: "", password: PASSWORD }, "Invalid parameters"],
        ["a blank name", { username: "  ", password: PASSWORD }, "Invalid parameters"],
        ["a wrong type", { username: 5, password: PASSWORD }, "Invalid parameters"],
        ["no JSON", "{", "Invalid parameters"],
        ["no body", "", "Invalid parameters"],
        ["a NUL byte", { username: "a\0b", password: PASSWORD }, "Invalid parameters"],
        [
            "a name of 21 characters",
            { username: "字".repeat(21), password: PASSWORD },
            "Invalid input Key: 'User.Username' Error:Field validation for 'Username' failed on the 'max' tag",
        ],
        [
            "several rules broken",
            { username: "x", password: "short", display_name: "d".repeat(21), email: "e".repeat(51) },
            "Invalid input " +
                [
                    "Key: 'User.Password' Error:Field validation for 'Password' failed on the 'min' tag",
                    "Key: 'User.DisplayName' Error:Field validation for 'DisplayName' failed on the 'max' tag",
                    "Key: 'User.Email' Error:Field validation for 'Email' failed on the 'max' tag",
                ].join("\n"),
        ],
        [
            "a name that is taken",
            { username: "ann", password: PASSWORD },
            "Username already exists or has been deleted",
        ],
    ])("is refused with %s", async (_, body, message) => {
        expect(await refused(body)).toBe(message);
    });

    test("answers in the language of the header", async () => {
        const ask = (language: string) =>
            new Admin(gateway).call("POST", "/api/user/register", {
                body: { username: "ann", password: PASSWORD },
                headers: { "Accept-Language": language },
            });
        expect((await ask("zh-CN")).json.message).toBe("用户名已存在，或已注销");
        expect((await ask("zh-TW")).json.message).toBe("使用者名已存在，或已註銷");
    });

    test("follows the switches of the administrator", async () => {
        const body = { username: "bea", password: PASSWORD, email: "b@x.org", verification_code: "123456" };
        await root.setOption("EmailVerificationEnabled", true);
        expect(await refused({ ...body, verification_code: "" })).toMatch(/^Email verification is enabled/);
        expect(await refused(body)).toBe("Verification code is incorrect or has expired");
        await root.setOption("EmailVerificationEnabled", false);
        await root.setOption("PasswordRegisterEnabled", false);
        expect(await refused(body)).toMatch(/third-party account verification$/);
        await root.setOption("PasswordRegisterEnabled", true);
        await root.setOption("RegisterEnabled", false);
        expect(await refused(body)).toBe("New user registration has been disabled by administrator");
        await root.setOption("RegisterEnabled", true);
        expect(row("bea")).toBeUndefined();
    });

    test("gives what inviter and invited are promised, with log rows", async () => {
        await root.setOption("QuotaForNewUser", 1000);
        await root.setOption("QuotaForInvitee", 500);
        await root.setOption("QuotaForInviter", 250_000);
        const code = row("ann").aff_code;
        expect((await register({ username: "cid", password: PASSWORD, aff_code: code })).json.success).toBe(
            true,
        );
        const ann = row("ann");
        expect(row("cid")).toMatchObject({ quota: 1500, inviter_id: ann.id });
        expect(ann).toMatchObject({ aff_count: 1, aff_quota: 250_000, aff_history: 250_000, quota: 0 });
        const logs = gateway.query("SELECT username, content FROM logs WHERE type = 4 ORDER BY id");
        expect(logs).toEqual([
            { username: "cid", content: "新用户注册赠送 ＄0.002000 额度" },
            { username: "cid", content: "使用邀请码赠送 ＄0.001000 额度" },
            { username: "ann", content: "邀请用户赠送 ＄0.500000 额度" },
        ]);
        await root.setOption("QuotaForInviter", 0);
        await register({ username: "dan", password: PASSWORD, aff_code: code });
        await register({ username: "eve", password: PASSWORD, aff_code: "none of these" });
        expect(row("ann")).toMatchObject({ aff_count: 2, aff_quota: 250_000 });
        expect(row("eve")).toMatchObject({ quota: 1000, inviter_id: 0 });
        for (const key of ["QuotaForNewUser", "QuotaForInvitee"]) await root.setOption(key, 0);
    });

    test("of one name twenty times at once makes one user", async () => {
        const answers = await Promise.all(
            Array.from({ length: 20 }, () => register({ username: "twin", password: PASSWORD })),
        );
        expect(answers.filter((answer) => answer.json.success).length).toBe(1);
        expect(gateway.query("SELECT count(*) AS n FROM users WHERE username = 'twin'")).toEqual([{ n: 1 }]);
        expect(gateway.query("SELECT count(*) AS n FROM tokens WHERE name = 'twin的初始令牌'")).toEqual([
            { n: 1 },
        ]);
    });

    test("takes texts that look like SQL or headers as they are", async () => {
        for (const username of ["' OR 1=1 --", '"; DROP TABLE x', "a\r\nX-Bad: 1", "%_!\\", "😀<b>"]) {
            expect((await register({ username, password: PASSWORD })).json.success).toBe(true);
            const person = await signIn(gateway, username);
            expect((await person.self()).username).toBe(username);
        }
    });
});
