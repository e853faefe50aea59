// Conversations that the policy option sends over a provider's /v1/responses (spec 06 section 3.3), whole and streamed: what arrives
// there, what the client reads, what is billed and logged.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { SIM_KEY, SIM_TEXT } from "../sim/openai.ts";
import { quotaOf } from "./bill.ts";
import { MESSAGES } from "./chat_client.ts";
import { type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const POLICY = "global.chat_completions_to_responses_policy";
const PRICE_4O = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });

let it: ClaudeWorld;

const setPolicy = (more: Record<string, unknown>) =>
    it.world.admin.setOption(POLICY, JSON.stringify({ enabled: true, all_channels: true, ...more }));

beforeAll(async () => {
    const setting = JSON.stringify({ system_prompt: "Be brief.", system_prompt_override: true });
    it = await startClaudeWorld({ channel: { setting } });
    await setPolicy({ model_patterns: ["^gpt-4o$"] });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

const lastRequest = () => it.world.sim.requests.at(-1)!;

describe("a Chat client whose model the policy names", () => {
    for (const stream of [false, true]) {
        test(stream ? "streams" : "gets a whole answer", async () => {
            await it.world.costs(PRICE_4O, async () => {
                const messages = [{ role: "system", content: "Be polite." }, ...MESSAGES];
                const answer = await it.world.client.chat({ messages, stream, max_tokens: 50, safety_identifier: "s" });
                expect([answer.status, answer.content], answer.text).toEqual([200, SIM_TEXT]);
                expect(answer.usage.prompt_tokens).toBe(21);
                if (stream) expect(answer.payloads.at(-1)).toBe("[DONE]");
                const { other, row } = await it.row(answer);
                expect(other.request_conversion).toEqual(["OpenAI Compatible", "OpenAI Responses"]);
                expect([other.is_system_prompt_overwritten, row.is_stream]).toEqual([true, stream]);
                expect(other.request_path).toBe("/v1/chat/completions");
            });
            expect(lastRequest().path).toBe("/v1/responses");
            const body = lastRequest().json as any;
            expect([body.model, body.instructions, body.max_output_tokens]).toEqual([
                "gpt-4o",
                "Be brief.\nBe polite.",
                50,
            ]);
            expect(Object.keys(body)).not.toContain("safety_identifier");
        });
    }

    test("hears of errors in its own dialect", async () => {
        it.world.sim.next((exchange) => exchange.json(429, { error: { message: "slow down", type: "rate_limit_error" } }));
        await it.world.costsNothing(async () => {
            const answer = await it.world.client.chat();
            expect([answer.status, answer.error?.type], answer.text).toEqual([429, "rate_limit_error"]);
        });
    });
});

test("a Messages client is converted directly", async () => {
    const answer = await it.message({ model: "gpt-4o", system: "Be polite." });
    expect([answer.status, answer.said], answer.text).toEqual([200, SIM_TEXT]);
    expect(lastRequest().path).toBe("/v1/responses");
    expect((lastRequest().json as any).instructions).toBe("Be brief.\nBe polite.");
    expect((await it.row(answer)).other.request_conversion).toEqual(["Claude Messages", "OpenAI Responses"]);
});

describe("the policy leaves alone", () => {
    const pathOf = async (model = "gpt-4o") => {
        const answer = await it.world.client.chat({ model });
        expect(answer.status, answer.text).toBe(200);
        return lastRequest().path;
    };

    test("other models, other channels and bodies that are passed on", async () => {
        expect(await pathOf("gpt-4o-mini")).toBe("/v1/chat/completions");
        await setPolicy({ model_patterns: ["gpt"], all_channels: false, channel_ids: [it.world.channelId + 1000] });
        expect(await pathOf()).toBe("/v1/chat/completions");
        await setPolicy({ model_patterns: ["gpt"], all_channels: false, channel_ids: [it.world.channelId] });
        expect(await pathOf()).toBe("/v1/responses");
        await it.world.admin.setOption("global.pass_through_request_enabled", true);
        expect(await pathOf()).toBe("/v1/chat/completions");
        await it.world.admin.setOption("global.pass_through_request_enabled", false);
    });

    test("providers without that endpoint", async () => {
        await setPolicy({ model_patterns: ["."] });
        const answer = await it.chat();
        expect(answer.status, answer.text).toBe(200);
        expect(it.claude.requests.at(-1)!.path).toBe("/v1/messages");
    });

    test("servers that are said to have none, to which Responses clients come by way of Chat", async () => {
        await it.world.admin.addChannel({
            base_url: it.world.sim.url,
            key: SIM_KEY,
            models: "gpt-4o-mini-old",
            setting: JSON.stringify({ responses_via_chat: true }),
            model_mapping: JSON.stringify({ "gpt-4o-mini-old": "gpt-4o-mini" }),
        });
        await it.world.admin.setOption("ModelRatio", JSON.stringify({ "gpt-4o": 1.25, "gpt-4o-mini-old": 1 }));
        expect(await pathOf("gpt-4o-mini-old")).toBe("/v1/chat/completions");
        const body = { model: "gpt-4o-mini-old", input: "Say hello." };
        const answer = await it.world.client.send(body, { path: "/v1/responses" });
        expect([answer.status, answer.json.output[0].content[0].text], answer.text).toEqual([200, SIM_TEXT]);
        expect(lastRequest().path).toBe("/v1/chat/completions");
    });
});
