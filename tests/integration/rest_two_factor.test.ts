// Signing in where the user has a second factor, set up by New API in the same database (spec 02 sections 8.2, 8.3 and 17.4).
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";

import { Admin, type Answer } from "./admin.ts";
import { TestDatabase } from "./database.ts";
import { Gateway, makeFolder, PATIENCE } from "./gateway.ts";
import { addPerson, PASSWORD } from "./people.ts";
import { addSecondFactor, BACKUP_CODES, cookieOf, oneTimePassword } from "./second_factor.ts";

setDefaultTimeout(PATIENCE);

const WRONG = "验证码或备用码不正确";
const WRONG_BACKUP = "验证码或备用码错误，请重试";
const EXPIRED = "会话已过期，请重新登录";
const LOCKED = /^账户已被锁定，请在\d{4}-\d\d-\d\d \d\d:\d\d:\d\d后重试$/;
const LOCKED_UNTIL = "UPDATE two_fas SET locked_until = ";

const folder = makeFolder();
let gateway: Gateway;
let root: Admin;
let count = 0;

beforeAll(async () => {
    gateway = await Gateway.start({ folder, env: { TZ: "UTC" } });
    root = new Admin(gateway);
    await root.setUp();
});

afterAll(async () => {
    await gateway.stop();
    new TestDatabase(folder).drop();
    rmSync(folder, { recursive: true, force: true });
});

interface Person {
    name: string;
    id: number;
    admin: Admin;
}

/** Somebody with a second factor. */
async function careful(enabled?: string): Promise<Person> {
    const name = `careful${++count}`;
    const admin = await addPerson(root, name);
    addSecondFactor(gateway, admin.userId, enabled);
    return { name, id: admin.userId, admin };
}

const logIn = (name: string, headers = {}) =>
    new Admin(gateway).call("POST", "/api/user/login", { body: { username: name, password: PASSWORD }, headers });

/** The cookie that stands for the password alone. */
const halfOf = async (name: string) => cookieOf(await logIn(name));

const sendCode = (cookie: string, body: unknown) =>
    new Admin(gateway).call("POST", "/api/user/login/2fa", { body, headers: { Cookie: cookie } });

const message = (answer: Answer) => [answer.status, answer.json.success, answer.json.message];

const failures = (id: number) =>
    gateway.query("SELECT failed_attempts AS n FROM two_fas WHERE user_id = ?", id)[0].n;

describe("the password", () => {
    test("is not enough, and its cookie is no session", async () => {
        const { name, id } = await careful();
        gateway.query("UPDATE users SET last_login_at = 5 WHERE id = ?", id);
        const answer = await logIn(name, { "Accept-Language": "zh" });
        expect(answer.status).toBe(200);
        expect(answer.json).toEqual({ success: true, message: "请输入两步验证码", data: { require_2fa: true } });
        const [line] = answer.headers.getSetCookie();
        expect(line).toStartWith("session=");
        expect(line).toContain("Max-Age=300;");
        const self = await new Admin(gateway).call("GET", "/api/user/self", {
            headers: { Cookie: cookieOf(answer), "New-Api-User": String(id) },
        });
        expect(self.status).toBe(401);
        expect(gateway.query("SELECT last_login_at AS t FROM users WHERE id = ?", id)[0].t).toBe(5);
    });

    test.each(["false", "NULL"])("is enough where it is not switched on (%s)", async (enabled) => {
        const { name, id } = await careful(enabled);
        expect((await logIn(name)).json.data).toMatchObject({ id, username: name });
    });

    test("must be right before anything is said of a second factor", async () => {
        const { name } = await careful();
        const answer = await new Admin(gateway).call("POST", "/api/user/login", {
            body: { username: name, password: "another one" },
        });
        expect(answer.json.success).toBe(false);
        expect(answer.headers.getSetCookie()).toEqual([]);
    });
});

describe("a code", () => {
    test("of the authenticator signs in, once", async () => {
        const { name, id } = await careful();
        gateway.query("UPDATE two_fas SET failed_attempts = 3 WHERE user_id = ?", id);
        const half = await halfOf(name);
        const password = oneTimePassword();
        const answer = await sendCode(half, { code: ` ${password.slice(0, 3)} ${password.slice(3)}` });
        expect(answer.json).toEqual({
            success: true,
            message: "",
            data: { id, username: name, display_name: name, role: 1, status: 1, group: "default" },
        });
        const self = await new Admin(gateway).call("GET", "/api/user/self", {
            headers: { Cookie: cookieOf(answer), "New-Api-User": String(id) },
        });
        expect(self.json.data.id).toBe(id);
        expect(failures(id)).toBe(0);
        expect(message(await sendCode(half, { code: password }))).toEqual([200, false, WRONG]);
        expect(failures(id)).toBe(1);
    });

    test("of a backup is used up, whoever else sends it at the same time", async () => {
        const { name, id } = await careful();
        const half = await halfOf(name);
        const answers = await Promise.all([0, 1, 2].map(() => sendCode(half, { code: "ab12cd34" })));
        expect(answers.filter((answer) => answer.json.success)).toHaveLength(1);
        expect(message(await sendCode(half, { code: BACKUP_CODES[0] }))).toEqual([200, false, WRONG_BACKUP]);
        expect((await sendCode(half, { code: BACKUP_CODES[1] })).json.data.id).toBe(id);
        expect(failures(id)).toBe(0);
    });

    test("of no form is refused and not counted", async () => {
        const { name, id } = await careful();
        const half = await halfOf(name);
        for (const code of ["12345", "1234567", "abcdef", "AB12-CD3"])
            expect(message(await sendCode(half, { code }))).toEqual([200, false, WRONG]);
        for (const body of ["{", {}, { code: "" }, { code: 123456 }, { code: null }])
            expect(message(await sendCode(half, body))).toEqual([200, false, "参数错误"]);
        expect(failures(id)).toBe(0);
    });
});

describe("wrong codes", () => {
    test("lock after the fifth, also side by side, and the right one waits", async () => {
        const { name, id } = await careful();
        const half = await halfOf(name);
        const wrong = await Promise.all(
            ["ZZZZ-ZZZZ", "YYYY-YYYY", "XXXX-XXXX", "WWWW-WWWW", "VVVV-VVVV", "UUUU-UUUU", "TTTT-TTTT"].map((code) =>
                sendCode(half, { code }),
            ),
        );
        const texts = wrong.map((answer) => answer.json.message as string);
        expect(texts.filter((text) => text === WRONG_BACKUP)).toHaveLength(4);
        expect(texts.filter((text) => LOCKED.test(text))).toHaveLength(3);
        expect(failures(id)).toBe(5);
        for (const code of [oneTimePassword(), BACKUP_CODES[0], "no code"])
            expect((await sendCode(half, { code })).json.message).toMatch(LOCKED);
        gateway.query(`${LOCKED_UNTIL}'2020-01-01 00:00:00' WHERE user_id = ?`, id);
        expect(message(await sendCode(half, { code: "ZZZZ-ZZZZ" }))).toEqual([200, false, WRONG_BACKUP]);
        expect(failures(id)).toBe(1);
        expect((await sendCode(half, { code: oneTimePassword() })).json.data.id).toBe(id);
    });

    test("are told until when they lock, as New API wrote it", async () => {
        const { name, id } = await careful();
        const half = await halfOf(name);
        gateway.query(`${LOCKED_UNTIL}'2036-05-06 07:08:09' WHERE user_id = ?`, id);
        const answer = await sendCode(half, { code: oneTimePassword() });
        expect(answer.json.message).toBe("账户已被锁定，请在2036-05-06 07:08:09后重试");
    });
});

describe("the second step", () => {
    test("tells of a second factor that went away while the code was checked", async () => {
        const { name, id } = await careful();
        // Their comparison takes a while.
        const slow = Bun.password.hashSync("QQQQ-QQQQ", { algorithm: "bcrypt", cost: 10 });
        for (let i = 0; i < 30; ++i)
            gateway.query(
                "INSERT INTO two_fa_backup_codes (user_id, code_hash, is_used, created_at)" +
                    " VALUES (?, ?, false, CURRENT_TIMESTAMP)",
                id,
                slow,
            );
        const half = await halfOf(name);
        const answer = sendCode(half, { code: "PPPP-PPPP" });
        expect((await root.call("DELETE", `/api/user/${id}/2fa`)).json.success).toBe(true);
        expect(message(await answer)).toEqual([200, false, "用户未启用2FA"]);
    });

    test("needs the first", async () => {
        const { admin, name } = await careful();
        const code = oneTimePassword();
        for (const cookie of ["", "session=abc", admin.cookie])
            expect(message(await sendCode(cookie, { code }))).toEqual([200, false, EXPIRED]);
        const half = await halfOf(name);
        expect(message(await sendCode(half.slice(0, -2), { code }))).toEqual([200, false, EXPIRED]);
    });

    test("sees the user as he is now", async () => {
        const { name, id } = await careful();
        const half = await halfOf(name);
        const code = oneTimePassword();
        await root.data("POST", "/api/user/manage", { id, action: "disable" });
        expect(message(await sendCode(half, { code }))).toEqual([200, false, "User has been banned"]);
        await root.data("POST", "/api/user/manage", { id, action: "enable" });
        gateway.query("UPDATE two_fas SET is_enabled = false WHERE user_id = ?", id);
        expect(message(await sendCode(half, { code }))).toEqual([200, false, "用户未启用2FA"]);
        gateway.query("UPDATE two_fas SET is_enabled = true WHERE user_id = ?", id);
        await root.data("PUT", "/api/user/", { id, username: name, password: "another password" });
        expect(message(await sendCode(half, { code }))).toEqual([200, false, EXPIRED]);
        await root.data("POST", "/api/user/manage", { id, action: "delete" });
        expect(message(await sendCode(half, { code }))).toEqual([200, false, "用户不存在"]);
    });
});

describe("an administrator", () => {
    test("takes a lost second factor away, and it is logged", async () => {
        const { name, id } = await careful();
        const half = await halfOf(name);
        const answer = await root.call("DELETE", `/api/user/${id}/2fa`);
        expect(answer.json).toEqual({ success: true, message: "用户2FA已被强制禁用" });
        for (const table of ["two_fas", "two_fa_backup_codes"])
            expect(gateway.query(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`, id)[0].n).toBe(0);
        expect(message(await sendCode(half, { code: oneTimePassword() }))).toEqual([200, false, "用户未启用2FA"]);
        expect((await logIn(name)).json.data.id).toBe(id);
        const row = gateway.query("SELECT * FROM logs WHERE user_id = ? AND type = 3 ORDER BY id DESC", id)[0];
        expect(row).toMatchObject({ content: "管理员强制禁用了用户的两步验证", username: name });
        expect(JSON.parse(row.other)).toEqual({ admin_info: { admin_id: root.userId, admin_username: "root" } });
        expect((await root.call("DELETE", `/api/user/${id}/2fa`)).json.message).toBe("用户未启用2FA");
    });

    test("names a user whom he may change", async () => {
        const { id } = await careful();
        const admin = await addPerson(root, "helper", 10);
        await root.data("POST", "/api/user/manage", { id, action: "promote" });
        for (const [path, text] of [
            [`/api/user/${id}/2fa`, "无权操作同级或更高级用户的2FA设置"],
            ["/api/user/99999/2fa", "record not found"],
            ["/api/user/one/2fa", "用户ID格式错误"],
        ] as const)
            expect(message(await admin.call("DELETE", path))).toEqual([200, false, text]);
        expect(failures(id)).toBe(0);
    });
});
