// Messages that stay in Anthropic's dialect, from the client's bytes to the bill: what is changed in them and what is not, headers, usage
// with caches (spec 04 section 4.1; 05 sections 6, 9; 06 sections 6.3, 16.4, 22.1).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { CLAUDE_KEY, CLAUDE_TEXT } from "../sim/anthropic.ts";
import * as wire from "../sim/anthropic_objects.ts";
import { MESSAGES } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE, type ClaudeWorld, startClaudeWorld } from "./claude_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const ADAPTIVE = "claude-opus-4-6-high";
const THINKING = "claude-3-7-sonnet-20250219-thinking";
/** 1000 tokens read from the cache, 200 written for five minutes and 100 for an hour. */
const CACHED = wire.usage(30, 9, { read: 1000, write5m: 200, write1h: 100 });
const CACHED_PRICE = Math.round((30 + 1000 * 0.1 + 200 * 1.25 + 100 * 2 + 9 * 5) * 1.5);

let it: ClaudeWorld;

beforeAll(async () => {
    it = await startClaudeWorld({ claude: { models: `${CLAUDE},${ADAPTIVE},${THINKING},claude-slow` } });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function arrived(): any {
    return it.claude.requests.at(-1)!.json;
}

describe("messages", () => {
    test("go through byte for byte and cost what they used", async () => {
        const body = { model: CLAUDE, max_tokens: 7, messages: MESSAGES, temperature: 0.0, metadata: { user_id: "u" } };
        let sent = "";
        await it.side.costs(CLAUDE_PRICE, async () => {
            it.claude.next((exchange) => {
                sent = JSON.stringify(wire.message(it.claude.reply(exchange)), null, 1);
                return exchange.answer(200, sent, { "content-type": "application/json" });
            });
            const answer = await it.post(body);
            expect([answer.status, answer.text]).toEqual([200, sent]);
            expect(answer.headers.get("request-id")).toStartWith("req_011Sim");
            for (const name of ["anthropic-organization-id", "set-cookie"])
                expect(answer.headers.get(name)).toBeNull();
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens, row.is_stream]).toEqual([30, 9, false]);
            expect(other).toMatchObject({
                request_conversion: ["Claude Messages"],
                request_path: "/v1/messages",
                claude: true,
                usage_semantic: "anthropic",
                cache_creation_tokens: 0,
            });
            expect(other.not_carried).toBeUndefined();
        });
        const request = it.claude.requests[0]!;
        expect(request.text).toBe(JSON.stringify(body));
        expect(request.header("x-api-key")).toBe(CLAUDE_KEY);
        expect(request.header("anthropic-version")).toBe("2023-06-01");
        for (const name of ["authorization", "anthropic-beta"]) expect(request.header(name)).toBeUndefined();
        expect(request.target).toBe("/v1/messages");
    });

    test("stream in the provider's own bytes; the last usage tells what the first one did", async () => {
        it.claude.usage = CACHED;
        let sent: any[] = [];
        await it.side.costs(CACHED_PRICE, async () => {
            it.claude.next(async (exchange) => {
                sent = wire.events(it.claude.reply(exchange));
                await exchange.openStream();
                for (const event of sent) await exchange.piece(wire.framed(event));
                await exchange.end();
            });
            const answer = await it.message({ stream: true });
            const patched = sent.map((event) =>
                event.type !== "message_delta"
                    ? event
                    : {
                          ...event,
                          usage: {
                              output_tokens: 9,
                              input_tokens: 30,
                              cache_read_input_tokens: 1000,
                              cache_creation_input_tokens: 300,
                              cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
                          },
                      },
            );
            expect(answer.text).toBe(patched.map(wire.framed).join(""));
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 9]);
            expect(other).toMatchObject({
                stream_status: { status: "ok", end_reason: "done" },
                cache_tokens: 1000,
                cache_ratio: 0.1,
                cache_creation_tokens: 300,
                cache_creation_ratio: 1.25,
                cache_creation_tokens_5m: 200,
                cache_creation_ratio_5m: 1.25,
                cache_creation_tokens_1h: 100,
                cache_creation_ratio_1h: 2,
                cache_write_tokens: 300,
            });
        });
    });

    test("cost what was cached, by its own ratios", async () => {
        it.claude.usage = CACHED;
        await it.side.costs(CACHED_PRICE, async () => {
            expect((await it.message()).json.usage).toEqual(CACHED);
        });
    });

    test("cost their caches alone when nothing else was read", async () => {
        it.claude.usage = wire.usage(0, 9, { read: 1000 });
        for (const stream of [false, true]) {
            await it.side.costs(Math.round((1000 * 0.1 + 9 * 5) * 1.5), async () => {
                const { row, other } = await it.row(await it.message({ stream }));
                expect([row.prompt_tokens, other.admin_info.local_count_tokens]).toEqual([0, undefined]);
            });
        }
    });

    test("are billed by an estimate when the provider tells no usage", async () => {
        const bare = (event: any) => ({ ...event, usage: undefined, message: event.message && { ...event.message, usage: undefined } });
        it.claude.next(
            (exchange) => exchange.json(200, bare(wire.message(it.claude.reply(exchange)))),
            async (exchange) => {
                await exchange.openStream();
                for (const event of wire.events(it.claude.reply(exchange)))
                    await exchange.piece(wire.framed(bare(event)));
                await exchange.end();
            },
        );
        for (const stream of [false, true]) {
            const answer = await it.message({ stream });
            expect(answer.said).toBe(CLAUDE_TEXT);
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens > 0, row.completion_tokens > 0]).toEqual([true, true]);
            expect(other.admin_info.local_count_tokens).toBe(true);
        }
    });

    test("take the key from x-api-key, and before Authorization", async () => {
        const { world } = it;
        for (const headers of [{ Authorization: "" }, { Authorization: "Bearer sk-other" }]) {
            const answer = await it.message({}, { headers: { ...headers, "x-api-key": world.token.key } });
            expect(answer.status, answer.text).toBe(200);
        }
    });
});

describe("what clients ask of the provider", () => {
    test("goes on: version, betas and the query about them, and nothing else of a query", async () => {
        const headers = { "anthropic-version": "2024-01-01", "anthropic-beta": "a-1, b-2" };
        await it.message({}, { path: "/v1/messages?beta=true&key=secret&x=1", headers });
        const request = it.claude.requests[0]!;
        expect(request.target).toBe("/v1/messages?beta=true");
        expect(request.header("anthropic-version")).toBe("2024-01-01");
        expect(request.header("anthropic-beta")).toBe("a-1, b-2");
    });

    test("is added to by the options for the model, each value once", async () => {
        const { admin } = it.world;
        await admin.setOption("claude.model_headers_settings", {
            [CLAUDE]: { "anthropic-beta": ["b-2", "c-3,d-4"], "x-more": [" one ", ""] },
        });
        await it.message({}, { headers: { "anthropic-beta": "a-1, b-2" } });
        await admin.setOption("claude.model_headers_settings", {});
        const request = it.claude.requests[0]!;
        expect(request.header("anthropic-beta")).toBe("a-1,b-2,c-3,d-4");
        expect(request.header("x-more")).toBe("one");
    });

    test("gets a token limit when there is none", async () => {
        const { admin } = it.world;
        await it.message({ max_tokens: undefined });
        expect(arrived().max_tokens).toBe(8192);
        await admin.setOption("claude.default_max_tokens", { default: 10, [CLAUDE]: 20 });
        await it.message({ max_tokens: 0 });
        await admin.setOption("claude.default_max_tokens", { default: 8192 });
        expect(it.claude.requests.at(-1)!.text).toBe(
            JSON.stringify({ model: CLAUDE, max_tokens: 20, messages: MESSAGES }),
        );
    });

    test("is changed by suffixes of the model's name, which the bill keeps", async () => {
        const adaptive = await it.message({ model: ADAPTIVE, temperature: 0.5, top_k: 3, output_config: { x: 1 } });
        expect(arrived()).toEqual({
            model: "claude-opus-4-6",
            max_tokens: 100,
            messages: MESSAGES,
            temperature: 1,
            output_config: { x: 1, effort: "high" },
            thinking: { type: "adaptive" },
        });
        const { row, other } = await it.row(adaptive);
        expect([row.model_name, other.reasoning_effort]).toEqual([ADAPTIVE, "high"]);
        await it.message({ model: THINKING });
        expect(arrived()).toMatchObject({
            model: "claude-3-7-sonnet-20250219",
            max_tokens: 1280,
            thinking: { type: "enabled", budget_tokens: 1024 },
            temperature: 1,
        });
        await it.message({ model: THINKING, thinking: { type: "disabled" }, temperature: 0.5 });
        expect(arrived()).toMatchObject({ max_tokens: 100, thinking: { type: "disabled" }, temperature: 0.5 });
    });

    test("loses thinking of other vendors, sealed by this gateway", async () => {
        const sealed = (members: object) => `oc1.${Buffer.from(JSON.stringify(members)).toString("base64url")}`;
        const thinking = (signature: string) => ({ type: "thinking", thinking: "hm", signature });
        const own = { d: "claude", m: CLAUDE, t: "sig", v: "sig-sim-1" };
        const text = { type: "text", text: "Hi" };
        const content = [thinking(sealed({ ...own, d: "gemini" })), thinking(sealed(own)), thinking("sig-sim-2"), text];
        const turns = [...MESSAGES, { role: "assistant", content }, ...MESSAGES];
        expect((await it.message({ messages: turns })).status).toBe(200);
        expect(arrived().messages[1].content).toEqual([thinking("sig-sim-1"), thinking("sig-sim-2"), text]);
        const alone = [...MESSAGES, { role: "assistant", content: [content[0]] }, ...MESSAGES];
        expect((await it.message({ messages: alone })).status).toBe(200);
        expect(arrived().messages).toEqual([...MESSAGES, ...MESSAGES]);
    });
});

describe("a channel", () => {
    async function withChannel(fields: object, act: () => Promise<void>): Promise<void> {
        const { admin } = it.world;
        await admin.data("PUT", "/api/channel/", { id: it.channelId, ...fields });
        await act();
        await admin.data("PUT", "/api/channel/", { id: it.channelId, setting: "{}", settings: "{}" });
    }

    test("adds its system prompt", async () => {
        const setting = { system_prompt: "be kind" };
        await withChannel({ setting: JSON.stringify(setting) }, async () => {
            await it.message();
            expect(arrived().system).toBe("be kind");
            await it.message({ system: "mine" });
            expect(arrived().system).toBe("mine");
        });
        await withChannel({ setting: JSON.stringify({ ...setting, system_prompt_override: true }) }, async () => {
            const answer = await it.message({ system: " mine\n" });
            expect(arrived().system).toBe("be kind\nmine");
            expect((await it.row(answer)).other.is_system_prompt_overwritten).toBe(true);
            const block = { type: "text", text: "mine" };
            await it.message({ system: [block] });
            expect(arrived().system).toEqual([{ type: "text", text: "be kind" }, block]);
        });
    });

    test("lets only those fields through that it allows", async () => {
        await it.message({ service_tier: "auto", inference_geo: "us", speed: "fast" });
        expect(Object.keys(arrived()).sort()).toEqual(["max_tokens", "messages", "model"]);
        await withChannel({ settings: JSON.stringify({ allow_service_tier: true }) }, async () => {
            await it.message({ service_tier: "auto", speed: "fast" });
            expect(arrived().service_tier).toBe("auto");
            expect(arrived().speed).toBeUndefined();
        });
    });

    test("asks for betas by itself", async () => {
        await withChannel({ settings: JSON.stringify({ claude_beta_query: true }) }, async () => {
            await it.message();
            expect(it.claude.requests.at(-1)!.target).toBe("/v1/messages?beta=true");
        });
    });

    test("that passes bodies on changes nothing, in the answer neither", async () => {
        await withChannel({ setting: JSON.stringify({ pass_through_body_enabled: true }) }, async () => {
            const body = { model: CLAUDE, max_tokens: 1, messages: MESSAGES, speed: "fast", stream: true };
            const answer = await it.post(body);
            expect(it.claude.requests.at(-1)!.text).toBe(JSON.stringify(body));
            expect(answer.events.find((event) => event.type === "message_delta").usage).toEqual({ output_tokens: 9 });
            expect((await it.row(answer)).row.prompt_tokens).toBe(30);
        });
    });
});
