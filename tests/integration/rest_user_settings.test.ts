// PUT /api/user/setting: the form of notifications, field by field, and what it leaves alone.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import { Admin } from "./admin.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { addPerson, refusal } from "./people.ts";

setDefaultTimeout(PATIENCE);

let gateway: Gateway;
let root: Admin;
let person: Admin;

beforeAll(async () => {
    gateway = await Gateway.start();
    root = new Admin(gateway);
    await root.setUp();
    person = await addPerson(root, "ann");
});

afterAll(() => gateway.stop());

const form = (type: string, more: Record<string, unknown> = {}) => ({
    notify_type: type,
    quota_warning_threshold: 1000.5,
    ...more,
});

async function setting(who: Admin = person): Promise<any> {
    return JSON.parse((await who.self()).setting);
}

test.each([
    ["no type", form(""), "Invalid warning type"],
    ["another type", form("pigeon"), "Invalid warning type"],
    ["no threshold", { notify_type: "email" }, "Warning threshold must be greater than 0"],
    [
        "a threshold of 0",
        form("email", { quota_warning_threshold: 0 }),
        "Warning threshold must be greater than 0",
    ],
    ["a threshold that is text", form("email", { quota_warning_threshold: "1" }), "Invalid parameters"],
    ["no webhook", form("webhook"), "Webhook URL cannot be empty"],
    ["a webhook that is none", form("webhook", { webhook_url: "example" }), "Invalid Webhook URL"],
    ["a broken webhook", form("webhook", { webhook_url: "http://a b/" }), "Invalid Webhook URL"],
    ["an address without @", form("email", { notification_email: "ann" }), "Invalid email address"],
    ["no Bark address", form("bark"), "Bark push URL cannot be empty"],
    ["a Bark address that is none", form("bark", { bark_url: "api.day.app" }), "Invalid Bark push URL"],
    [
        "a Bark address elsewhere",
        form("bark", { bark_url: "ftp://x/y" }),
        "URL must start with http:// or https://",
    ],
    ["no Gotify address", form("gotify"), "Gotify server URL cannot be empty"],
    ["no Gotify token", form("gotify", { gotify_url: "x" }), "Gotify token cannot be empty"],
    [
        "a bad Gotify address",
        form("gotify", { gotify_url: "x", gotify_token: "t" }),
        "Invalid Gotify server URL",
    ],
    [
        "a Gotify path",
        form("gotify", { gotify_url: "/x", gotify_token: "t" }),
        "URL must start with http:// or https://",
    ],
    ["no JSON", "notify_type=email", "Invalid parameters"],
])("refuses %s and stores nothing", async (_, body, message) => {
    const before = (await person.self()).setting;
    expect(await refusal(person, "PUT", "/api/user/setting", body)).toBe(message);
    expect((await person.self()).setting).toBe(before);
});

test("stores what the chosen way uses and keeps everything else", async () => {
    gateway.query(
        `UPDATE users SET setting = '{"language":"en","billing_preference":"wallet_only","webhook_secret":"old","x":1}'
         WHERE username = 'ann'`,
    );
    await root.data("PUT", "/api/user/", { id: person.userId, remark: "so that nothing is remembered" });
    const webhook = form("webhook", { webhook_url: "https://example.com/{{value}}", webhook_secret: "" });
    const answer = await person.call("PUT", "/api/user/setting", {
        body: { ...webhook, record_ip_log: true },
    });
    expect(answer.json).toEqual({ success: true, message: "Settings updated", data: null });
    expect(await setting()).toEqual({
        language: "en",
        billing_preference: "wallet_only",
        webhook_secret: "old",
        x: 1,
        record_ip_log: true,
        notify_type: "webhook",
        quota_warning_threshold: 1000.5,
        webhook_url: "https://example.com/{{value}}",
        gotify_priority: 0,
    });
    await person.data(
        "PUT",
        "/api/user/setting",
        form("gotify", { gotify_url: "http://g:80", gotify_token: "t" }),
    );
    await person.data(
        "PUT",
        "/api/user/setting",
        form("bark", { bark_url: "https://api.day.app/k/{{title}}" }),
    );
    await person.data("PUT", "/api/user/setting", form("email", { notification_email: "a@b" }));
    expect(await setting()).toMatchObject({
        notify_type: "email",
        notification_email: "a@b",
        webhook_url: "https://example.com/{{value}}",
        gotify_url: "http://g:80",
        bark_url: "https://api.day.app/k/{{title}}",
    });
    expect((await setting()).record_ip_log).toBeUndefined();
    await person.data("PUT", "/api/user/setting", form("email"));
    expect((await setting()).notification_email).toBeUndefined();
});

test("takes a priority out of range for the usual one", async () => {
    for (const [given, stored] of [
        [0, 0],
        [10, 10],
        [11, 5],
        [-1, 5],
        [undefined, 0],
    ] as const) {
        const gotify = { gotify_url: "http://g", gotify_token: "t", gotify_priority: given };
        await person.data("PUT", "/api/user/setting", form("gotify", gotify));
        expect((await setting()).gotify_priority).toBe(stored);
    }
});

test("lets only administrators ask for news of channels, and keeps what is not sent", async () => {
    const news = { upstream_model_update_notify_enabled: true };
    await person.data("PUT", "/api/user/setting", form("email", news));
    expect((await setting()).upstream_model_update_notify_enabled).toBeUndefined();
    await root.data("PUT", "/api/user/setting", form("email", news));
    await root.data("PUT", "/api/user/setting", form("email"));
    expect((await setting(root)).upstream_model_update_notify_enabled).toBe(true);
    await root.data(
        "PUT",
        "/api/user/setting",
        form("email", { upstream_model_update_notify_enabled: false }),
    );
    expect((await setting(root)).upstream_model_update_notify_enabled).toBeUndefined();
});
