// Free models and the wish of an operator that they need no balance (spec 05 section 4.4); and the language of the relay's refusals
// (spec 01 section 19.1).
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import { ChatClient, expectError } from "./chat_client.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld();
    await world.admin.setOption("ModelRatio", '{"gpt-4o": 0, "gpt-4o-mini": 1}');
    // Before the first request: nothing has read the balance yet.
    world.gateway.query("UPDATE users SET quota = 0 WHERE id = 1");
});

afterAll(() => world.close());

test("a free model needs a balance unless the operator says otherwise", async () => {
    expectError(await world.client.chat(), { status: 403, code: "insufficient_user_quota" });
    await world.admin.setOption("quota_setting.enable_free_model_pre_consume", false);
    for (const stream of [false, true]) {
        const answer = await world.client.chat({ stream });
        expect(answer.status).toBe(200);
        const row = await world.consumeRow(answer.requestId);
        expect([row.quota, row.prompt_tokens > 0]).toEqual([0, true]);
    }
    expect(await world.balances()).toMatchObject({ quota: 0, used: 0, requests: 2, rows: 2 });
});

test("then a model with a price still needs one", async () => {
    expectError(await world.client.chat({ model: "gpt-4o-mini" }), { status: 403, code: "insufficient_user_quota" });
});

test("refusals speak the user's language, else that of the header", async () => {
    world.gateway.query(`UPDATE users SET setting = '{"language":"zh-CN"}' WHERE id = 1`);
    // A fresh process: this one may use its record of the user a little longer.
    const next = await Gateway.start({ folder: world.gateway.folder });
    const client = new ChatClient(next.url, world.token.key);
    const answer = await client.chat({ model: "nothing" }, { headers: { "Accept-Language": "en" } });
    expect([answer.status, answer.error!.message]).toEqual([
        503,
        `分组 default 下模型 nothing 无可用渠道（distributor） (request id: ${answer.requestId})`,
    ]);
    const unknown = await new ChatClient(next.url, "sk-unknown").chat({}, { headers: { "Accept-Language": "en" } });
    expect(unknown.error!.message).toBe(`Invalid token (request id: ${unknown.requestId})`);
    await next.stop();
});
