// Rules of single requests against the real binary: words that are refused (spec 04 section 12), how often a user may ask (3.6), and
// what a channel does to a body: its system prompt and bodies that pass through (06 sections 4.4, 4.5).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY, SIM_TEXT } from "../sim/openai.ts";
import { expectError, MESSAGES } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

let world: World;

beforeAll(async () => {
    world = await startWorld({ sim: { allowUnknownFields: true } });
    await world.admin.setOption("SelfUseModeEnabled", true);
});

beforeEach(() => world.sim.forget());

afterAll(() => world.close());

/** A model of its own on a channel with these settings. */
async function serve(setting: Record<string, unknown>, fields: Record<string, unknown> = {}): Promise<string> {
    const model = `model-${crypto.randomUUID()}`;
    await world.admin.addChannel({
        base_url: world.sim.url,
        key: SIM_KEY,
        models: model,
        setting: JSON.stringify(setting),
        ...fields,
    });
    return model;
}

const sent = () => world.sim.requests.at(-1)!.json;

describe("sensitive words", () => {
    const prompt = (content: string) => [{ role: "user", content }];

    test("are refused before anything is sent or charged", async () => {
        await world.costsNothing(async () => {
            const answer = await world.client.chat({ messages: prompt("this is a Test_Sensitive text") });
            expectError(answer, { status: 400, code: "sensitive_words_detected", message: "sensitive_words_detected" });
        });
        expect(world.sim.requests).toHaveLength(0);
        expect((await world.client.chat({ messages: prompt("this is a text") })).status).toBe(200);
    });

    test("are looked for once there is a channel", async () => {
        const messages = prompt("this is a Test_Sensitive text");
        const answer = await world.client.chat({ model: "gpt-none", messages });
        expectError(answer, { status: 503, code: "model_not_found" });
    });

    test("are those of the option, and are not looked for when it is off", async () => {
        await world.admin.setOption("SensitiveWords", "forbidden\n禁止");
        try {
            const escaped = JSON.stringify({ model: "gpt-4o", messages: prompt("FORB") }).replace("FORB", "\\u7981\\u6b62");
            expectError(await world.client.send(escaped), { status: 400, code: "sensitive_words_detected" });
            expectError(await world.client.chat({ messages: prompt("Forbidden!") }), { status: 400 });
            expect((await world.client.chat({ messages: prompt("test_sensitive") })).status).toBe(200);
            await world.admin.setOption("CheckSensitiveOnPromptEnabled", false);
            expect((await world.client.chat({ messages: prompt("forbidden") })).status).toBe(200);
        } finally {
            await world.admin.setOption("CheckSensitiveOnPromptEnabled", true);
            await world.admin.setOption("SensitiveWords", "test_sensitive");
        }
    });
});

describe("the limit of a user's requests", () => {
    beforeEach(async () => {
        await world.admin.setOption("ModelRequestRateLimitDurationMinutes", 10);
        await world.admin.setOption("ModelRequestRateLimitEnabled", true);
    });

    afterEach(() => world.admin.setOption("ModelRequestRateLimitEnabled", false));

    test("counts what was answered, over all tokens, and says when to come again", async () => {
        await world.admin.setOption("ModelRequestRateLimitCount", 0);
        await world.admin.setOption("ModelRequestRateLimitSuccessCount", 2);
        const other = await world.admin.createToken();
        expectError(await world.client.chat({ model: "" }), { status: 400 });
        expect((await world.client.chat()).status).toBe(200);
        expect((await world.clientOf(other).chat({ stream: true })).content).toBe(SIM_TEXT);
        await world.costsNothing(async () => {
            const answer = await world.client.chat();
            expectError(answer, { status: 429, code: "", message: "您已达到请求数限制：10分钟内最多请求2次" });
            expect(Number(answer.headers.get("retry-after"))).toBeWithin(1, 601);
        });
    });

    test("is that of the group, and may count all requests", async () => {
        await world.admin.setOption("ModelRequestRateLimitGroup", JSON.stringify({ default: [1, 1000] }));
        try {
            const first = await world.client.chat({ model: "" });
            expectError(first, { status: 400 });
            expectError(await world.client.chat(), {
                status: 429,
                message: "您已达到总请求数限制：10分钟内最多请求1次，包括失败次数，请检查您的请求是否正确",
            });
        } finally {
            await world.admin.setOption("ModelRequestRateLimitGroup", "{}");
        }
    });
});

describe("a channel's system prompt", () => {
    test("goes first where the client has none", async () => {
        const model = await serve({ system_prompt: 'Be "kind".' });
        const answer = await world.client.chat({ model, messages: MESSAGES });
        expect(answer.status).toBe(200);
        expect(sent().messages).toEqual([{ role: "system", content: 'Be "kind".' }, ...MESSAGES]);
        const other = JSON.parse((await world.consumeRow(answer.requestId)).other);
        expect(other.is_system_prompt_overwritten).toBeUndefined();
    });

    test("leaves the client's own, or goes before it, which the log tells", async () => {
        const own = [{ role: "developer", content: "Mine." }, ...MESSAGES];
        const kept = await serve({ system_prompt: "Ours." });
        await world.client.chat({ model: kept, messages: own });
        expect(sent().messages).toEqual(own);
        const model = await serve({ system_prompt: "Ours.", system_prompt_override: true });
        const answer = await world.client.chat({ model, messages: own });
        expect(sent().messages).toEqual([{ role: "developer", content: "Ours.\nMine." }, ...MESSAGES]);
        const other = JSON.parse((await world.consumeRow(answer.requestId)).other);
        expect(other.is_system_prompt_overwritten).toBe(true);
    });
});

test("a body that passes through keeps every byte", async () => {
    const model = await serve({ pass_through_body_enabled: true, system_prompt: "Ours." });
    const body = `{ "service_tier":"flex" , "model":"${model}","messages":${JSON.stringify(MESSAGES)},"n" : 1 }`;
    const answer = await world.client.send(body);
    expect([answer.status, answer.content]).toEqual([200, SIM_TEXT]);
    expect(world.sim.requests.at(-1)!.text).toBe(body);
});
