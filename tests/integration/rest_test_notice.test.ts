// POST /api/user/setting/test: one notice to where the form says, stored or not (spec 02 section 9.4), by the rules of all notices.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHmac } from "node:crypto";

import type { Exchange } from "../sim/exchange.ts";
import { HttpServer } from "../sim/server.ts";
import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { addPerson, refusal } from "./people.ts";

setDefaultTimeout(PATIENCE);

const PATH = "/api/user/setting/test";
const TITLE = "Test notification";
const CONTENT = "Your notification settings work: notifications arrive here.";

let gateway: Gateway;
let root: Admin;
let person: Admin;
let receiver: HttpServer;
/** How the receiver answers. */
let script: (exchange: Exchange) => Promise<void>;

beforeAll(async () => {
    receiver = new HttpServer((exchange) => script(exchange), {});
    await receiver.listen();
    gateway = await Gateway.start({ env: { NOTIFY_LIMIT_COUNT: "1" } });
    root = new Admin(gateway);
    await root.setUp();
    person = await addPerson(root, "ann");
    await root.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
});

beforeEach(async () => {
    script = (exchange) => exchange.json(200, {});
    receiver.requests.length = 0;
    await root.setOption("fetch_setting.allow_private_ip", true);
});

afterAll(async () => {
    await gateway.stop();
    await receiver.close();
});

const form = (type: string, more: Record<string, unknown> = {}) => ({
    notify_type: type,
    quota_warning_threshold: 1,
    ...more,
});
const hook = (more: Record<string, unknown> = {}) => form("webhook", { webhook_url: `${receiver.url}/hook`, ...more });

/** What a test of the form sends. */
async function sent(body: unknown, headers: Record<string, string> = {}) {
    receiver.requests.length = 0;
    const answer = await person.call("POST", PATH, { body, headers });
    expect([answer.status, answer.json]).toEqual([200, { success: true, message: "" }]);
    expect(receiver.requests).toHaveLength(1);
    return receiver.requests[0]!;
}

const refused = (body: unknown) => refusal(person, "POST", PATH, body);

describe("a test", () => {
    test("reaches a webhook, signed", async () => {
        const request = await sent(hook({ webhook_secret: "our secret" }));
        expect([request.method, request.path]).toEqual(["POST", "/hook"]);
        const signature = createHmac("sha256", "our secret").update(request.body).digest("hex");
        expect(request.header("x-webhook-signature")).toBe(signature);
        const body = request.json as any;
        expect(body).toEqual({ type: "test", title: TITLE, content: CONTENT, timestamp: body.timestamp });
        expect(Math.abs(body.timestamp - Date.now() / 1000)).toBeLessThan(PATIENCE / 1000);
    });

    test("reaches Bark", async () => {
        const request = await sent(form("bark", { bark_url: `${receiver.url}/k/{{title}}/{{content}}` }));
        expect(request.method).toBe("GET");
        expect(decodeURIComponent(request.path).replaceAll("+", " ")).toBe(`/k/${TITLE}/${CONTENT}`);
    });

    test("reaches Gotify", async () => {
        const gotify = { gotify_url: `${receiver.url}/g/`, gotify_token: "t", gotify_priority: 11 };
        const request = await sent(form("gotify", gotify));
        expect([request.method, request.target]).toEqual(["POST", "/g/message?token=t"]);
        expect(request.json).toEqual({ title: TITLE, message: CONTENT, priority: 5 });
    });

    test("speaks the user's language", async () => {
        const request = await sent(hook(), { "Accept-Language": "zh-CN" });
        expect(request.json).toMatchObject({ title: "测试通知", content: "您的通知设置有效，通知将发送到这里。" });
    });

    test("is not counted, stores nothing, and uses the stored secret where the form has none", async () => {
        await person.data("PUT", "/api/user/setting", hook({ webhook_secret: "stored" }));
        const before = (await person.self()).setting;
        for (let round = 0; round < 3; round++) {
            const request = await sent(hook({ webhook_url: `${receiver.url}/other` }));
            const signature = createHmac("sha256", "stored").update(request.body).digest("hex");
            expect([request.path, request.header("x-webhook-signature")]).toEqual(["/other", signature]);
        }
        await sent(hook({ webhook_secret: "tried", record_ip_log: true }));
        expect((await person.self()).setting).toBe(before);
        expect(gateway.query("SELECT * FROM opus_notices")).toEqual([]);
    });
});

describe("a test fails", () => {
    test("with the messages of the form", async () => {
        expect(await refused(form("pigeon"))).toBe("Invalid warning type");
        expect(await refused(hook({ quota_warning_threshold: 0 }))).toBe("Warning threshold must be greater than 0");
        expect(await refused(form("webhook"))).toBe("Webhook URL cannot be empty");
        expect(await refused(form("gotify", { gotify_url: "http://g", gotify_token: " " }))).toBe(
            "Gotify token cannot be empty",
        );
        expect(await refused("{")).toBe("Invalid parameters");
        expect(await refused(hook({ webhook_secret: "x".repeat(70_000) }))).toBe("Update failed");
        expect(receiver.requests).toEqual([]);
    });

    test("when the receiver does not take it, which is asked once", async () => {
        script = (exchange) => exchange.json(500, {});
        expect(await refused(hook())).toBe("webhook request failed with status code: 500");
        expect(receiver.requests).toHaveLength(1);
        script = (exchange) => exchange.json(302, {});
        const bark = form("bark", { bark_url: `${receiver.url}/k` });
        expect(await refused(bark)).toBe("bark request failed with status code: 302");
        const gotify = form("gotify", { gotify_url: receiver.url, gotify_token: "t" });
        expect(await refused(gotify)).toBe("gotify request failed with status code: 302");
    });

    test("when nobody is there", async () => {
        const gone = new HttpServer((exchange) => exchange.json(200, {}), {});
        await gone.listen();
        const webhook_url = gone.url;
        await gone.close();
        expect(await refused(hook({ webhook_url }))).not.toBe("");
    });

    test("for addresses of the inside, and for what is no URL of the web", async () => {
        await root.setOption("fetch_setting.allow_private_ip", false);
        expect(await refused(hook())).toStartWith("request reject: private IP address not allowed");
        expect(await refused(hook({ webhook_url: "/hook" }))).toBe("request reject: invalid URL format");
        expect(receiver.requests).toEqual([]);
    });

    test("for mail", async () => {
        expect(await refused(form("email"))).toBe("SMTP 服务器未配置");
        await root.setOption("SMTPServer", "mail.example.com");
        expect(await refused(form("email", { notification_email: "a@b" }))).toBe("mail is not supported yet");
        await root.setOption("SMTPServer", "");
    });
});

test("needs somebody who is signed in, and counts as a critical call", async () => {
    const other = await Gateway.start({ env: { CRITICAL_RATE_LIMIT_ENABLE: "true", CRITICAL_RATE_LIMIT: "3" } });
    try {
        expect((await new Admin(other).call("POST", PATH, { body: form("email") })).status).toBe(401);
        const admin = new Admin(other);
        await admin.setUp(); // its login is the first
        const ask = async () => (await admin.call("POST", PATH, { body: form("email") })).status;
        expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    } finally {
        await other.stop();
    }
});
