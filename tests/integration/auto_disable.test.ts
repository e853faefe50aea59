// Channels and keys that fail in service go out of it by themselves (spec 04 sections 9 and 13.3; 03 section 2.8): who goes,
// what is written down of it, that the next requests go elsewhere, and that the client that met the failure does not wait.
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Exchange } from "../sim/exchange.ts";
import { SIM_KEY } from "../sim/openai.ts";
import { HttpServer } from "../sim/server.ts";
import { until } from "../sim/waiting.ts";
import { MESSAGES } from "./chat_client.ts";
import { jsonColumn } from "./columns.ts";
import { ENGINE } from "./database.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;
let bad: HttpServer;
/** How `bad` answers. */
let script: (exchange: Exchange) => Promise<void>;

const WRONG_KEY = {
    error: { message: "Incorrect API key provided: sk-bad-key-of-ours", code: "invalid_api_key" },
};

beforeAll(async () => {
    bad = new HttpServer((exchange) => script(exchange), {});
    await bad.listen();
    world = await startWorld({ channel: { models: "nothing" } });
    await world.admin.setOption("SelfUseModeEnabled", true);
    await world.admin.setOption("AutomaticDisableChannelEnabled", true);
});

afterAll(async () => {
    await world.close();
    await bad.close();
});

beforeEach(async () => {
    script = (exchange) => exchange.json(401, WRONG_KEY);
    await world.admin.setOption("RetryTimes", 0);
});

/** A model that a failing channel serves first, and a healthy one behind it. */
async function pair(fields: Record<string, unknown> = {}): Promise<{ model: string; failing: number }> {
    const model = `model-${crypto.randomUUID()}`;
    const common = { models: model, group: "default" };
    await world.admin.addChannel({ ...common, base_url: world.sim.url, key: SIM_KEY, priority: 1 });
    const failing = await world.admin.addChannel({
        ...common,
        base_url: bad.url,
        key: "sk-bad-key-of-ours",
        priority: 9,
        ...fields,
    });
    return { model, failing };
}

const ask = (model: string) => world.client.chat({ model, messages: MESSAGES });

function row(id: number): any {
    return world.gateway.query("SELECT * FROM channels WHERE id = ?", id)[0];
}

function serving(id: number): number[] {
    return world.gateway
        .query<{ enabled: number }>("SELECT enabled FROM abilities WHERE channel_id = ?", id)
        .map((ability) => ability.enabled);
}

/** Requests do not reach the channel any more. */
async function untilLeftOut(model: string): Promise<void> {
    await until("the next request goes to the other channel", async () => (await ask(model)).status === 200);
}

/** Failures that were told before have been acted on: another channel's came after them, and has. */
async function settled(): Promise<void> {
    const { model, failing } = await pair();
    script = (exchange) => exchange.json(401, WRONG_KEY);
    await ask(model);
    await until("the marker channel is off", () => row(failing).status === 3);
}

describe("a channel that fails", () => {
    test("goes off once, with reason and time, and the next request takes another", async () => {
        const { model, failing } = await pair();
        const before = Math.floor(Date.now() / 1000);
        const first = await ask(model);
        expect([first.status, first.error?.code]).toEqual([401, "invalid_api_key"]);
        await until("the channel is off", () => row(failing).status === 3);
        const note = JSON.parse(row(failing).other_info);
        expect(note.status_reason).toStartWith("status_code=401, Incorrect API key provided: ");
        expect(note.status_reason).not.toContain("sk-bad-key-of-ours");
        expect(note.status_time).toBeWithin(before, before + PATIENCE);
        expect(serving(failing)).toEqual([0]);
        await untilLeftOut(model);
        const asked = bad.requests.length;
        expect((await ask(model)).status).toBe(200);
        expect(bad.requests.length).toBe(asked);
        const shown = await world.admin.data("GET", `/api/channel/${failing}`);
        expect([shown.status, shown.name]).toEqual([3, "sim"]);
        await settled();
        expect(JSON.parse(row(failing).other_info)).toEqual(note);
    });

    test("is told to the root user, who hears of each only once", async () => {
        const hooks = new HttpServer((exchange) => exchange.json(200, {}), {});
        await hooks.listen();
        await world.admin.setOption("fetch_setting.allowed_ports", JSON.stringify([]));
        await world.admin.setOption("fetch_setting.allow_private_ip", true);
        const wanted = { notify_type: "webhook", webhook_url: `${hooks.url}/hook`, quota_warning_threshold: 1 };
        await world.admin.data("PUT", "/api/user/setting", wanted);
        const { model, failing } = await pair();
        await Promise.all([ask(model), ask(model)]);
        await until("it is told", () => hooks.requests.length > 0);
        const { name } = row(failing);
        const body = hooks.requests[0]!.json as any;
        expect(body).toEqual({
            type: `channel_update_${failing}_3`,
            title: `通道「${name}」（#${failing}）已被禁用`,
            content: `通道「${name}」（#${failing}）已被禁用，原因：${JSON.parse(row(failing).other_info).status_reason}`,
            timestamp: body.timestamp,
        });
        await settled();
        await until("the other one is told", () => hooks.requests.length > 1);
        expect(hooks.requests.filter(({ json }) => (json as any).type === body.type)).toHaveLength(1);
        await world.admin.data("PUT", "/api/user/setting", { notify_type: "email", quota_warning_threshold: 1 });
        await hooks.close();
    });

    test("goes off also when the request found another channel in the end", async () => {
        const { model, failing } = await pair();
        await world.admin.setOption("RetryTimes", 1);
        expect((await ask(model)).status).toBe(200);
        await until("the channel is off", () => row(failing).status === 3);
    });

    test("goes off by the words of its error, whatever the status", async () => {
        const { model, failing } = await pair();
        script = (exchange) =>
            exchange.json(429, { error: { message: "YOU EXCEEDED YOUR CURRENT QUOTA, please check" } });
        expect((await ask(model)).status).toBe(429);
        await until("the channel is off", () => row(failing).status === 3);
        expect(JSON.parse(row(failing).other_info).status_reason).toBe(
            "status_code=429, YOU EXCEEDED YOUR CURRENT QUOTA, please check",
        );
    });

    test("goes off when many requests meet the failure at once, and keeps its other columns", async () => {
        const { model, failing } = await pair({ remark: "kept" });
        const answers = await Promise.all(Array.from({ length: 20 }, () => ask(model)));
        for (const { status } of answers) expect([200, 401]).toContain(status);
        await until("the channel is off", () => row(failing).status === 3);
        expect(row(failing)).toMatchObject({ remark: "kept", key: "sk-bad-key-of-ours", priority: 9 });
        await untilLeftOut(model);
    });
});

describe("a channel stays", () => {
    test("when it may not go off by itself", async () => {
        const { model, failing } = await pair({ auto_ban: 0 });
        expect((await ask(model)).status).toBe(401);
        await settled();
        expect([row(failing).status, serving(failing)]).toEqual([1, [1]]);
        expect((await ask(model)).status).toBe(401);
    });

    test("when the failure is none of those named", async () => {
        const { model, failing } = await pair();
        script = (exchange) => exchange.json(500, { error: { message: "boom" } });
        expect((await ask(model)).status).toBe(500);
        await settled();
        expect(row(failing).status).toBe(1);
    });

    test("when the request itself was wrong, or the configuration is", async () => {
        const { model, failing } = await pair({ model_mapping: "" });
        const mapping = JSON.stringify({ [model]: "b", b: model });
        await world.admin.data("PUT", "/api/channel/", { id: failing, model_mapping: mapping });
        expect((await ask(model)).error?.code).toBe("channel:model_mapped_error");
        await settled();
        expect(row(failing).status).toBe(1);
    });

    test("while the option is off", async () => {
        await world.admin.setOption("AutomaticDisableChannelEnabled", false);
        const { model, failing } = await pair();
        expect((await ask(model)).status).toBe(401);
        await world.admin.setOption("AutomaticDisableChannelEnabled", true);
        await settled();
        expect(row(failing).status).toBe(1);
    });
});

describe("a channel with several keys", () => {
    test("loses the key that failed, and goes with the last", async () => {
        const { model, failing } = await pair();
        await world.admin.data("DELETE", `/api/channel/${failing}`);
        const keys = ["sk-first-key", "sk-second-key", "sk-third-key"];
        const { ids } = await world.admin.data("POST", "/api/channel/", {
            mode: "multi_to_single",
            multi_key_mode: "polling",
            channel: {
                type: 1,
                name: "keys",
                key: keys.join("\n"),
                base_url: bad.url,
                models: model,
                priority: 9,
            },
        });
        const id = ids[0];
        const info = () => jsonColumn(row(id).channel_info);
        for (const [index, status] of [1, 1, 3].entries()) {
            expect((await ask(model)).status).toBe(401);
            await until(`key ${index} is off`, () => info().multi_key_status_list?.[index] === 3);
            expect(info().multi_key_disabled_reason[index]).toStartWith("status_code=401, Incorrect API key");
            expect(info().multi_key_disabled_time[index]).toBeGreaterThan(1_700_000_000);
            const off = Object.keys(info().multi_key_status_list).length;
            expect([off, row(id).status]).toEqual([index + 1, status]);
            expect(serving(id)).toEqual([status === 1 ? 1 : 0]);
            const seen = bad.requests.at(-1)!.header("authorization");
            expect(seen).toBe(`Bearer ${keys[index]}`);
        }
        expect(JSON.parse(row(id).other_info).status_reason).toBe("All keys are disabled");
        await untilLeftOut(model);
        await world.admin.data("POST", "/api/channel/multi_key/manage", {
            channel_id: id,
            action: "enable_key",
            key_index: 1,
        });
        expect(row(id).status).toBe(1);
        expect((await ask(model)).status).toBe(401);
        expect(bad.requests.at(-1)!.header("authorization")).toBe(`Bearer ${keys[1]}`);
        await until("the channel is off again", () => row(id).status === 3);
    });
});

// Only here can the test hold a lock that stops every write and no read.
test.skipIf(ENGINE !== "sqlite")("a client does not wait for a database that is busy", async () => {
    const { model, failing } = await pair();
    const held = new Database(world.gateway.database.file, { readwrite: true });
    try {
        held.exec("PRAGMA busy_timeout = 60000");
        held.exec("BEGIN IMMEDIATE");
        expect((await ask(model)).status).toBe(401);
        held.exec("ROLLBACK");
    } finally {
        held.close();
    }
    // Asks again and again: a write that waited too long is dropped, and the next failure reports anew.
    await until("the channel is off", async () => {
        await ask(model);
        return row(failing).status === 3;
    });
});
