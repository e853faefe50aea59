// A user whose wallet runs low hears of it (spec 05 section 8.3; 03 section 21): when, where, what, how often, and that nothing is sent
// to addresses of the inside.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHmac } from "node:crypto";

import type { Exchange } from "../sim/exchange.ts";
import { HttpServer } from "../sim/server.ts";
import { until } from "../sim/waiting.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
let receiver: HttpServer;
/** How the receiver answers. */
let script: (exchange: Exchange) => Promise<void>;

beforeAll(async () => {
    receiver = new HttpServer((exchange) => script(exchange), {});
    await receiver.listen();
    world = await startWorld({ env: { NOTIFY_LIMIT_COUNT: "1000" } });
    await world.admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
});

beforeEach(async () => {
    script = (exchange) => exchange.json(200, {});
    receiver.requests.length = 0;
    await world.admin.setOption("fetch_setting.allow_private_ip", true);
});

afterEach(() => untilQueueIs(0));

afterAll(async () => {
    await world.close();
    await receiver.close();
});

const wants = (more: Record<string, unknown>) =>
    world.admin.data("PUT", "/api/user/setting", { quota_warning_threshold: 1e15, ...more });

const queued = () =>
    Number(world.gateway.query<{ n: number }>('SELECT count(*) AS "n" FROM opus_notices')[0]!.n);

const untilQueueIs = (length: number) => until(`${length} notices are queued`, () => queued() === length);

async function ask(): Promise<void> {
    expect((await world.client.chat()).status).toBe(200);
}

const arrived = (count: number) =>
    until(`${count} notices arrive`, () => receiver.requests.length >= count && receiver.requests.slice(0, count));

describe("a wallet that runs low", () => {
    test("is told to a webhook, signed, with the balance behind the charge", async () => {
        await wants({ notify_type: "webhook", webhook_url: `${receiver.url}/hook`, webhook_secret: "our secret" });
        await ask();
        const [request] = await arrived(1);
        expect([request!.method, request!.path]).toEqual(["POST", "/hook"]);
        expect(request!.header("content-type")).toBe("application/json");
        const signature = createHmac("sha256", "our secret").update(request!.body).digest("hex");
        expect(request!.header("x-webhook-signature")).toBe(signature);
        const { quota } = await world.balances();
        const title = "您的额度即将用尽";
        const shown = `＄${(quota / 500_000).toFixed(6)}`;
        const body = request!.json as any;
        const link = body.values[2];
        expect(link).toEndWith("/console/topup");
        expect(body).toEqual({
            type: "quota_exceed",
            title,
            content: `${title}，当前剩余额度为 ${shown}，为了不影响您的使用，请及时充值。<br/>充值链接：<a href='${link}'>${link}</a>`,
            values: [title, shown, link, link],
            timestamp: body.timestamp,
        });
        expect(Math.abs(body.timestamp - Date.now() / 1000)).toBeLessThan(PATIENCE / 1000);
    });

    test("is told to Gotify", async () => {
        await wants({ notify_type: "gotify", gotify_url: `${receiver.url}/g/`, gotify_token: "tok", gotify_priority: 7 });
        await ask();
        const [request] = await arrived(1);
        expect([request!.method, request!.target]).toEqual(["POST", "/g/message?token=tok"]);
        expect(request!.json).toMatchObject({ title: "您的额度即将用尽", priority: 7 });
    });

    test("is told to Bark", async () => {
        await wants({ notify_type: "bark", bark_url: `${receiver.url}/key/{{title}}/{{content}}` });
        await ask();
        const [request] = await arrived(1);
        expect(request!.method).toBe("GET");
        expect(decodeURIComponent(request!.path)).toStartWith("/key/您的额度即将用尽/您的额度即将用尽，剩余额度：＄");
    });

    test("is told again when the receiver failed, once", async () => {
        let failures = 0;
        script = (exchange) => exchange.json(failures++ === 0 ? 500 : 200, {});
        await wants({ notify_type: "webhook", webhook_url: `${receiver.url}/again` });
        await ask();
        const [first, second] = await arrived(2);
        expect((second!.json as any).values).toEqual((first!.json as any).values);
        await untilQueueIs(0);
        expect(receiver.requests).toHaveLength(2);
    });
});

describe("nothing is sent", () => {
    /** A notice that does arrive shows that an earlier one would have. */
    async function marker(): Promise<void> {
        await world.admin.setOption("fetch_setting.allow_private_ip", true);
        await wants({ notify_type: "webhook", webhook_url: `${receiver.url}/marker` });
        await ask();
        const [request] = await arrived(1);
        expect(request!.path).toBe("/marker");
    }

    test("to addresses of the inside, unless they are allowed", async () => {
        await world.admin.setOption("fetch_setting.allow_private_ip", false);
        await wants({ notify_type: "webhook", webhook_url: `${receiver.url}/inside` });
        await ask();
        await until("it was refused", () => world.gateway.output.includes("private IP address not allowed"));
        await untilQueueIs(0);
        await marker();
    });

    test("while there is enough, and for free requests", async () => {
        await wants({ quota_warning_threshold: 1, notify_type: "webhook", webhook_url: `${receiver.url}/enough` });
        await ask();
        await wants({ notify_type: "webhook", webhook_url: `${receiver.url}/free` });
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 0 }));
        await ask();
        await world.admin.setOption("GroupRatio", JSON.stringify({ default: 1 }));
        await marker();
    });
});

test("more than the limit are dropped", async () => {
    const other = await startWorld({ env: { NOTIFY_LIMIT_COUNT: "1" } });
    try {
        await other.admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
        await other.admin.setOption("fetch_setting.allow_private_ip", true);
        await other.admin.data("PUT", "/api/user/setting", {
            quota_warning_threshold: 1e15,
            notify_type: "webhook",
            webhook_url: `${receiver.url}/limited`,
        });
        for (let request = 0; request < 5; request++) expect((await other.client.chat()).status).toBe(200);
        await arrived(1);
        expect(receiver.requests.length).toBeLessThanOrEqual(2); // each hour of the clock counts anew
    } finally {
        await other.close();
    }
});
