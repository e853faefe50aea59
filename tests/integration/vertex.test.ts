// Claude and OpenAI-style models on Google Vertex AI: grants and access tokens, regions, bodies, streams, errors (spec 06 section 24.2; 07
// section 9). A JWT library checks the grants on the other side (tests/sim/vertex.ts).
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import * as wire from "../sim/anthropic_objects.ts";
import {
    googleError,
    pemOf,
    serviceAccount,
    VERTEX_API_KEY,
    VERTEX_EMAIL,
    VERTEX_PROJECT,
    VERTEX_TEXT,
    type VertexSim,
} from "../sim/vertex.ts";
import { Gate } from "../sim/waiting.ts";
import { expectNoSecret, MESSAGES } from "./chat_client.ts";
import { CLAUDE, CLAUDE_PRICE } from "./claude_world.ts";
import { type CloudWorld, startVertexWorld } from "./cloud_world.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

const LLAMA = "meta/llama-4-maverick-17b-128e-instruct-maas";
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";

let it: CloudWorld<VertexSim>;
let vertex: VertexSim;

beforeAll(async () => {
    it = await startVertexWorld([CLAUDE, LLAMA], { default: "us-east5", [LLAMA]: "us-central1" });
    vertex = it.cloud;
    await it.world.admin.setOption("ModelPrice", JSON.stringify({ [LLAMA]: 0.002 }));
});

beforeEach(() => it.forget());

afterAll(() => it.close());

/** A key that no token is kept for: the same account, spelled otherwise. */
let spellings = 0;
function freshKey(pem = pemOf()): Promise<void> {
    const account = JSON.parse(serviceAccount(pem));
    return it.change({ key: JSON.stringify({ ...account, private_key_id: `fresh-${spellings++}` }) });
}

describe("Claude on Vertex", () => {
    test("gets an access token and what is known there", async () => {
        await it.side.costs(CLAUDE_PRICE, async () => {
            const headers = { "anthropic-beta": "b-1" };
            const answer = await it.message({ metadata: { user_id: "u" }, top_p: 0.0 }, { headers });
            expect(answer.said, answer.text).toBe(VERTEX_TEXT);
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 9]);
            expect(other).toMatchObject({ request_conversion: ["Claude Messages"], claude: true });
        });
        expect(vertex.refused).toEqual([]);
        const request = vertex.calls[0]!;
        expect(request.target).toBe(
            `/v1/projects/${VERTEX_PROJECT}/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`,
        );
        expect(request.json).toEqual({
            anthropic_version: "vertex-2023-10-16",
            max_tokens: 100,
            messages: MESSAGES,
            top_p: 0,
        });
        expect(request.header("anthropic-beta")).toBe("b-1");
        expect(request.header("anthropic-version")).toBeUndefined();
    });

    test("streams in its own bytes, and answers chats and responses", async () => {
        await it.side.costs(CLAUDE_PRICE, async () => {
            const answer = await it.message({ stream: true });
            expect(answer.said).toBe(VERTEX_TEXT);
            expect(answer.types.at(-1)).toBe("message_stop");
        });
        expect(vertex.calls[0]!.target).toEndWith(":streamRawPredict?alt=sse");
        for (const stream of [false, true]) {
            await it.side.costs(CLAUDE_PRICE, async () => {
                const answer = await it.chat({ stream });
                expect(answer.content).toBe(VERTEX_TEXT);
                const { other } = await it.row(answer);
                expect(other.request_conversion).toEqual(["OpenAI Compatible", "Claude Messages"]);
            });
        }
        const answer = await it.responses();
        expect(answer.output.at(-1).content[0].text).toBe(VERTEX_TEXT);
        expect(vertex.refused).toEqual([]);
    });

    test("is called with an API key, too", async () => {
        const form = (key: string, type: string) => it.change({ key, settings: JSON.stringify({ vertex_key_type: type }) });
        await form(VERTEX_API_KEY, "api_key");
        for (const stream of [false, true]) expect((await it.message({ stream })).said).toBe(VERTEX_TEXT);
        expect(vertex.grants).toHaveLength(0);
        expect(vertex.calls.map((call) => call.target)).toEqual([
            `/v1/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict?key=${VERTEX_API_KEY}`,
            `/v1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict?alt=sse&key=${VERTEX_API_KEY}`,
        ]);
        const open = await it.chat({ model: LLAMA });
        expect([open.status, open.error?.message]).toEqual([400, expect.stringContaining("unsupported request mode")]);
        await form(serviceAccount(), "json");
    });

    test("tells errors as Google does, in a list, too; silence costs nothing", async () => {
        for (const body of [googleError(429, "Quota exceeded."), [googleError(429, "Quota exceeded.")]]) {
            await it.side.costsNothing(async () => {
                vertex.next((exchange) => exchange.json(429, body));
                const answer = await it.message({ stream: Array.isArray(body) });
                expect(answer.status).toBe(429);
                expect(answer.error?.message).toStartWith("Quota exceeded.");
                expectNoSecret(answer.text);
            });
        }
        await it.side.costsNothing(async () => {
            vertex.next(async (exchange) => {
                await exchange.openStream();
                await exchange.piece(wire.framed(wire.events(vertex.reply())[0]!));
                await exchange.end();
            });
            expect((await it.message({ stream: true })).error?.message).toStartWith(NO_OUTPUT);
        });
    });

    test("is tested as a channel", async () => {
        for (const model of [CLAUDE, LLAMA]) {
            const tested = await it.world.admin.call("GET", `/api/channel/test/${it.side.channelId}?model=${encodeURIComponent(model)}`);
            expect(tested.json, model).toMatchObject({ success: true });
        }
        expect(vertex.calls).toHaveLength(2);
    });

    test("has its tokens counted here", async () => {
        const response = await it.world.client.open(
            { model: CLAUDE, messages: MESSAGES },
            { path: "/v1/messages/count_tokens" },
        );
        expect(((await response.json()) as any).input_tokens).toBeGreaterThan(0);
        expect(vertex.requests).toHaveLength(0);
    });
});

describe("access tokens", () => {
    test("are exchanged once for requests that come together, and kept", async () => {
        await freshKey();
        let release = () => {};
        vertex.hold = new Promise((resolve) => (release = resolve));
        const answers = Array.from({ length: 8 }, () => it.message());
        await vertex.arrivals.take("a grant");
        // The others wait for the same exchange, or come when it is over.
        release();
        for (const answer of await Promise.all(answers)) expect(answer.said).toBe(VERTEX_TEXT);
        expect((await it.message()).said).toBe(VERTEX_TEXT);
        expect(vertex.grants).toHaveLength(1);
        expect(new Set(vertex.calls.map((call) => call.header("authorization"))).size).toBe(1);
    });

    test("are not used when they near their end", async () => {
        await freshKey();
        vertex.lifetime = 300;
        for (let round = 0; round < 2; round++) expect((await it.message()).said).toBe(VERTEX_TEXT);
        expect(vertex.grants).toHaveLength(2);
    });

    test("that were refused are exchanged anew by the next request", async () => {
        await freshKey();
        expect((await it.message()).status).toBe(200);
        vertex.revoke();
        expect((await it.message()).status).toBe(401);
        expect((await it.message()).status).toBe(200);
        expect(vertex.grants).toHaveLength(2);
    });

    test("that came after one that was refused stay", async () => {
        await freshKey();
        const gates = [new Gate(), new Gate()];
        for (const gate of gates) {
            vertex.next(async (exchange) => {
                await gate.opened;
                return exchange.json(401, googleError(401, "The token has expired."));
            });
        }
        const late = [it.message(), it.message()];
        while (vertex.calls.length < 2) await vertex.arrivals.take("a call");
        gates[0]!.open();
        expect((await Promise.race(late)).status).toBe(401);
        expect((await it.message()).status).toBe(200);
        gates[1]!.open();
        for (const answer of await Promise.all(late)) expect(answer.status).toBe(401);
        expect((await it.message()).status).toBe(200);
        expect(vertex.grants).toHaveLength(2);
    });

    test("are told to nobody", async () => {
        await freshKey();
        vertex.next((exchange) => {
            const token = exchange.request.header("authorization")!;
            return exchange.json(400, googleError(400, `what is ${token}?`));
        });
        const answer = await it.message();
        expect([answer.status, answer.error?.message]).toEqual([400, expect.stringContaining("what is Bearer ***?")]);
        expect(answer.text).not.toContain("ya29.");
        vertex.next((exchange) => {
            const text = `Permission denied on projects/${VERTEX_PROJECT} to ${VERTEX_EMAIL}.`;
            return exchange.json(403, googleError(403, text));
        });
        const denied = await it.message();
        expect([denied.status, denied.error?.message]).toEqual([403, expect.stringContaining("projects/*** to ***.")]);
    });

    test("that are not given fail the request with the reason, and nothing else", async () => {
        await freshKey();
        const failures: [{ status: number; body: unknown }, string][] = [
            [{ status: 400, body: { error: "invalid_grant", error_description: "Invalid JWT" } }, "Invalid JWT"],
            [{ status: 503, body: "<html>" }, "status 503"],
            [{ status: 200, body: { access_token: "" } }, "status 200"],
        ];
        for (const [refusal, reason] of failures) {
            vertex.refusal = refusal;
            await it.side.costsNothing(async () => {
                const answer = await it.message();
                expect(answer.status, answer.text).toBe(500);
                expect(answer.error?.message).toStartWith(`failed to exchange JWT for access token: ${reason}`);
                expectNoSecret(answer.text);
            });
        }
        vertex.refusal = undefined;
        expect(vertex.calls).toHaveLength(0);
        expect((await it.message()).status).toBe(200);
    });

    test("need keys that can sign; line ends may be lost", async () => {
        const broken: [string, string][] = [
            ["no json", "failed to decode credentials file: "],
            [serviceAccount(pemOf(), ""), "failed to decode credentials file: it has no project_id"],
            [serviceAccount("AAAA"), "failed to create signed JWT: "],
        ];
        for (const [key, message] of broken) {
            await it.change({ key });
            const answer = await it.message();
            expect([answer.status, answer.error?.message]).toEqual([500, expect.stringContaining(message)]);
        }
        expect(vertex.requests).toHaveLength(0);
        for (const pem of [pemOf().replaceAll("\n", ""), pemOf().replaceAll("\n", "\\n")]) {
            await freshKey(pem);
            expect((await it.message()).status).toBe(200);
        }
        await it.change({ key: serviceAccount() });
    });
});

describe("OpenAI-style models on Vertex", () => {
    test("are asked by chats as they are, for their usage too", async () => {
        await freshKey();
        for (const stream of [false, true]) {
            const answer = await it.chat({ model: LLAMA, stream });
            expect(answer.status, answer.text).toBe(200);
            expect(answer.content, answer.text).toBe(VERTEX_TEXT);
            const { row } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 9]);
        }
        const [whole, streamed] = vertex.calls;
        expect(whole!.target).toBe(
            `/v1beta1/projects/${VERTEX_PROJECT}/locations/us-central1/endpoints/openapi/chat/completions`,
        );
        expect(whole!.json).toEqual({ model: LLAMA, messages: MESSAGES, stream: false });
        expect(streamed!.json.stream_options).toEqual({ include_usage: true });
    });

    test("answer messages and responses, translated", async () => {
        for (const stream of [false, true]) expect((await it.message({ model: LLAMA, stream })).said).toBe(VERTEX_TEXT);
        const answer = await it.responses({ model: LLAMA });
        expect(answer.output.at(-1).content[0].text).toBe(VERTEX_TEXT);
    });
});
