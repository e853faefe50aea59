// Google's own models on Vertex AI, from clients of all four dialects: addresses, keys and tokens, bodies, streams, counts, the bill and how
// it fails (spec 06 section 6.4; 07 sections 9, 10.1). Grants themselves: vertex.test.ts.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { GEMINI_COUNT, GEMINI_SIGNATURE, GEMINI_TEXT } from "../sim/gemini.ts";
import * as wire from "../sim/gemini_objects.ts";
import {
    googleError,
    serviceAccount,
    VERTEX_API_KEY,
    VERTEX_PROJECT,
    type VertexSim,
} from "../sim/vertex.ts";
import { expectError, expectNoSecret, MESSAGES } from "./chat_client.ts";
import { type CloudWorld, startVertexWorld } from "./cloud_world.ts";
import { PATIENCE } from "./gateway.ts";
import {
    CONTENTS,
    expectGeminiError,
    GEMINI,
    GEMINI_PRICE,
    type GeminiAnswer,
    type GenerateOptions,
    postGemini,
} from "./gemini_world.ts";

setDefaultTimeout(PATIENCE);

const FLASH = "gemini-2.5-flash";
const THINKING = `${FLASH}-thinking-1000`;
const EMBEDDER = "gemini-embedding-001";
const RESULT_IDS = "gemini.remove_function_response_id_enabled";
const NO_OUTPUT = "upstream stream interrupted: received prompt tokens but no completion output";
const ROOT = `/v1/projects/${VERTEX_PROJECT}/locations/us-east5/publishers/google/models/${GEMINI}`;

let it: CloudWorld<VertexSim>;
let vertex: VertexSim;

beforeAll(async () => {
    const regions = { default: "us-east5", [THINKING]: "europe-west4" };
    it = await startVertexWorld([GEMINI, FLASH, THINKING, EMBEDDER], regions);
    vertex = it.cloud;
});

beforeEach(() => it.forget());

afterAll(() => it.close());

function generate(more: Record<string, unknown> = {}, options: GenerateOptions = {}): Promise<GeminiAnswer> {
    return postGemini(it.world, { contents: CONTENTS, ...more }, options);
}

function stream(more: Record<string, unknown> = {}): Promise<GeminiAnswer> {
    return generate(more, { action: "streamGenerateContent", query: "alt=sse" });
}

/** The key of the channel, in either form. */
function useKey(key: string, form: "json" | "api_key"): Promise<void> {
    return it.change({ key, settings: JSON.stringify({ vertex_key_type: form }) });
}

/** One conversation in each dialect: what was said, and the request's id. */
interface Told {
    said: string;
    requestId: string;
}
const CLIENTS: { name: string; steps: string[]; ask: (streamed: boolean) => Promise<Told> }[] = [
    {
        name: "chat",
        steps: ["OpenAI Compatible", "Google Gemini"],
        ask: async (streamed) => {
            const answer = await it.chat({ model: GEMINI, stream: streamed });
            expect(answer.status, answer.text).toBe(200);
            return { said: answer.content, requestId: answer.requestId };
        },
    },
    {
        name: "responses",
        steps: ["OpenAI Responses", "Google Gemini"],
        ask: async (streamed) => {
            const body = { model: GEMINI, input: "Say hello.", stream: streamed };
            const response = await it.world.client.open(body, { path: "/v1/responses" });
            const text = await response.text();
            expect(response.status, text).toBe(200);
            const whole = streamed ? JSON.parse(/^data: (.*"response.completed".*)$/m.exec(text)![1]!).response : JSON.parse(text);
            return {
                said: whole.output.at(-1).content[0].text,
                requestId: response.headers.get("x-oneapi-request-id")!,
            };
        },
    },
    {
        name: "messages",
        steps: ["Claude Messages", "Google Gemini"],
        ask: (streamed) => it.message({ model: GEMINI, stream: streamed }),
    },
    { name: "generateContent", steps: ["Google Gemini"], ask: (streamed) => (streamed ? stream() : generate()) },
];

describe.each(CLIENTS)("a $name client", ({ steps, ask }) => {
    test.each([false, true])("is answered with an access token, and billed (streamed: %p)", async (streamed) => {
        await it.side.costs(GEMINI_PRICE, async () => {
            const answer = await ask(streamed);
            expect(answer.said).toBe(GEMINI_TEXT);
            const { row, other } = await it.row(answer);
            expect([row.prompt_tokens, row.completion_tokens, row.model_name]).toEqual([40, 11, GEMINI]);
            expect(row.is_stream).toBe(streamed);
            expect(other.request_conversion).toEqual(steps);
        });
        expect(vertex.refused).toEqual([]);
        const request = vertex.calls[0]!;
        expect(request.target).toBe(ROOT + (streamed ? ":streamGenerateContent?alt=sse" : ":generateContent"));
        expect(request.header("authorization")).toStartWith("Bearer ya29.");
        expect(request.header("x-goog-user-project")).toBe(VERTEX_PROJECT);
        expect(request.header("x-goog-api-key")).toBeUndefined();
        expect(request.json.contents).toEqual(CONTENTS);
        expect(["model", "stream"].filter((name) => name in request.json)).toEqual([]);
    });

    test.each([false, true])("is answered with an API key (streamed: %p)", async (streamed) => {
        await useKey(VERTEX_API_KEY, "api_key");
        await it.side.costs(GEMINI_PRICE, async () => expect((await ask(streamed)).said).toBe(GEMINI_TEXT));
        const [request] = vertex.calls;
        const query = streamed ? "streamGenerateContent?alt=sse&key=" : "generateContent?key=";
        expect(request!.target).toBe(`/v1/publishers/google/models/${GEMINI}:${query}${VERTEX_API_KEY}`);
        expect(request!.header("authorization")).toBeUndefined();
        expect(request!.header("x-goog-user-project")).toBeUndefined();
        expect([vertex.grants.length, vertex.refused]).toEqual([0, []]);
        await useKey(serviceAccount(), "json");
    });
});

describe("a request in Gemini's dialect", () => {
    test("goes through byte for byte, and its answer comes back so", async () => {
        const body = { contents: CONTENTS, generationConfig: { temperature: 0.0, topK: 1 }, tools: [{ googleSearch: {} }] };
        let sent = "";
        vertex.next((exchange) => {
            sent = JSON.stringify(wire.answer(vertex.gemini.reply(exchange)), null, 1);
            return exchange.answer(200, sent, { "content-type": "application/json; charset=UTF-8" });
        });
        const answer = await postGemini(it.world, body);
        expect([answer.status, answer.text]).toEqual([200, sent]);
        expect(vertex.calls[0]!.text).toBe(JSON.stringify(body));
    });

    test("has the ids of functions' calls and results taken out, while the option says so", async () => {
        const call = (more: object) => ({ functionCall: { ...more, name: "weather", args: { id: 1 } } });
        const result = (more: object) => ({ functionResponse: { ...more, name: "weather", response: { id: 1 } } });
        const talk = (more: object) => [
            ...CONTENTS,
            { role: "model", parts: [call(more)] },
            { role: "user", parts: [result(more)] },
        ];
        const ask = () => generate({ contents: talk({ id: "call_1" }) });
        expect((await ask()).said).toBe(GEMINI_TEXT);
        expect(vertex.calls[0]!.json.contents).toEqual(talk({}));
        await it.world.admin.setOption(RESULT_IDS, "false");
        const refused = await ask();
        expectGeminiError(refused, { code: 400, status: "INVALID_ARGUMENT", message: /Unknown name "id"/ });
        await it.world.admin.setOption(RESULT_IDS, "true");
        expect((await ask()).said).toBe(GEMINI_TEXT);
    });

    test("is mended where a role or the type of a video is amiss", async () => {
        const fileData = { fileUri: "https://www.youtube.com/watch?v=1" };
        expect((await generate({ contents: [{ parts: [{ fileData }] }] })).status).toBe(200);
        const parts = [{ fileData: { ...fileData, mimeType: "video/webm" } }];
        expect(vertex.calls[0]!.json.contents).toEqual([{ parts, role: "user" }]);
    });

    test("streams with early chunks that tell no tokens", async () => {
        vertex.next(async (exchange) => {
            await exchange.openStream();
            const chunks: any[] = wire.chunks(vertex.gemini.reply(exchange));
            for (const chunk of chunks.slice(0, -1)) chunk.usageMetadata = { trafficType: "ON_DEMAND" };
            for (const chunk of chunks) await exchange.piece(wire.framed(chunk));
            await exchange.end();
        });
        await it.side.costs(GEMINI_PRICE, async () => expect((await stream()).said).toBe(GEMINI_TEXT));
    });
});

test("a wish to think goes from the name into the body; the region is that of the name", async () => {
    await it.world.admin.setOption("gemini.thinking_adapter_enabled", "true");
    for (const answer of [await generate({}, { model: THINKING }), await it.chat({ model: THINKING })]) {
        expect(answer.status, answer.text).toBe(200);
        const { target, json } = vertex.calls.at(-1)!;
        expect(target).toBe(
            `/v1/projects/${VERTEX_PROJECT}/locations/europe-west4/publishers/google/models/${FLASH}:generateContent`,
        );
        expect(json.generationConfig.thinkingConfig).toEqual({ includeThoughts: true, thinkingBudget: 1000 });
        expect((await it.row(answer)).row.model_name).toBe(THINKING);
    }
    await it.world.admin.setOption("gemini.thinking_adapter_enabled", "false");
});

test.each([false, true])("a chat's tools come and go with their signatures (streamed: %p)", async (streamed) => {
    const parameters = { type: "object", properties: { city: { type: "string" } } };
    const tools = [{ type: "function", function: { name: "weather", parameters } }];
    const first = await it.chat({ model: GEMINI, tools, stream: streamed });
    const deltas = streamed ? first.events.map((event) => event.choices[0]?.delta ?? {}) : [first.json.choices[0].message];
    const pieces = deltas.flatMap((delta) => delta.tool_calls ?? []);
    const call = {
        id: pieces[0].id,
        type: "function",
        function: { name: "weather", arguments: pieces.map((piece) => piece.function.arguments).join("") },
        extra_content: { google: { thought_signature: GEMINI_SIGNATURE } },
    };
    const assistant = { role: "assistant", content: null, tool_calls: [call] };
    const result = { role: "tool", tool_call_id: call.id, content: '{"sky":"rain"}' };
    const second = await it.chat({ model: GEMINI, tools, stream: streamed, messages: [...MESSAGES, assistant, result] });
    expect(second.content, second.text).toBe(GEMINI_TEXT);
    expect(vertex.calls.at(-1)!.json.contents.slice(1)).toEqual([
        {
            role: "model",
            parts: [
                {
                    functionCall: { name: "weather", args: { city: "Bergen", index: 0 } },
                    thoughtSignature: GEMINI_SIGNATURE,
                },
            ],
        },
        { role: "user", parts: [{ functionResponse: { name: "weather", response: { sky: "rain" } } }] },
    ]);
});

describe("other actions", () => {
    test("count tokens there, or here when that fails; for nothing", async () => {
        await it.side.costsNothing(async () => {
            const count = (more: object = {}) => generate({ model: "models/whatever", ...more }, { action: "countTokens" });
            const told = await count();
            expect([told.json.totalTokens, told.json.promptTokensDetails.length]).toEqual([GEMINI_COUNT, 1]);
            expect(vertex.calls[0]!.target).toBe(`${ROOT}:countTokens`);
            expect(vertex.calls[0]!.json).toEqual({ contents: CONTENTS });
            vertex.revoke();
            for (const status of ["refused", "ok"]) {
                const { json } = await count();
                expect(json.totalTokens > 0, status).toBe(true);
                expect(json.totalTokens === GEMINI_COUNT).toBe(status === "ok");
            }
            expect(vertex.grants.length).toBeGreaterThan(0);
            await useKey("no json", "json");
            expect((await count()).json.totalTokens).toBeGreaterThan(0);
            await useKey(VERTEX_API_KEY, "api_key");
            expect((await count()).json.totalTokens).toBe(GEMINI_COUNT);
            expect(vertex.calls.at(-1)!.target).toBe(`/v1/publishers/google/models/${GEMINI}:countTokens?key=${VERTEX_API_KEY}`);
            await useKey(serviceAccount(), "json");
        });
    });

    test("predict, for the price of the images", async () => {
        const body = { instances: [{ prompt: "a cat" }, { prompt: "a dog" }] };
        const answer = await postGemini(it.world, body, { action: "predict" });
        expect(answer.json.predictions, answer.text).toHaveLength(2);
        expect(vertex.calls[0]!.target).toBe(`${ROOT}:predict`);
        expect(vertex.calls[0]!.text).toBe(JSON.stringify(body));
        const { row } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens]).toEqual([516, 0]);
    });

    test("predict with a report on the prompt's safety, which costs nothing", async () => {
        const safetyAttributes = { categories: ["Death"], scores: [0.1], contentType: "Positive Prompt" };
        const predictions = [{ mimeType: "image/png", bytesBase64Encoded: "QQ==" }, { safetyAttributes }];
        vertex.next((exchange) => exchange.json(200, { predictions }));
        const body = { instances: [{ prompt: "a cat" }], parameters: { includeSafetyAttributes: true } };
        const answer = await postGemini(it.world, body, { action: "predict" });
        expect(answer.json.predictions).toEqual(predictions);
        expect((await it.row(answer)).row.prompt_tokens).toBe(258);
    });

    test("embed nothing", async () => {
        await it.side.costsNothing(async () => {
            for (const action of ["embedContent", "batchEmbedContents"]) {
                const answer = await postGemini(it.world, { content: {}, requests: [] }, { action, model: EMBEDDER });
                expectGeminiError(answer, { code: 400, status: "INVALID_ARGUMENT", message: "not implemented" });
            }
            const body = { model: EMBEDDER, input: "a" };
            const answer = await it.world.client.send(body, { path: "/v1/embeddings" });
            expectError(answer, { status: 400, code: "convert_request_failed", message: "not implemented" });
        });
        expect(vertex.requests).toHaveLength(0);
    });
});

describe("failures", () => {
    test("are told as Google does, in a list, too, and cost nothing", async () => {
        for (const body of [googleError(429, "Quota exceeded."), [googleError(429, "Quota exceeded.")]]) {
            for (const { name, ask } of CLIENTS) {
                await it.side.costsNothing(async () => {
                    vertex.next((exchange) => exchange.json(429, body));
                    const failed = await ask(Array.isArray(body)).catch((error: Error) => error.message);
                    expect(JSON.stringify(failed), name).toContain("Quota exceeded.");
                });
            }
        }
        vertex.next((exchange) => exchange.json(429, [googleError(429, "Quota exceeded.")]));
        expectGeminiError(await stream(), { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota exceeded." });
    });

    test("in streams before output cost nothing; a blocked prompt is paid for", async () => {
        await it.side.costsNothing(async () => {
            vertex.next(vertex.gemini.streamThen(0, (exchange) => exchange.end()));
            const silent = await stream();
            expectGeminiError(silent, { code: 500, status: "INTERNAL", reason: "do_request_failed", message: NO_OUTPUT });
        });
        vertex.next((exchange) => exchange.json(200, wire.blocked("SAFETY", 40)));
        const { other } = await it.row(await generate());
        expect(other.reject_reason).toBe("gemini_block_reason=SAFETY");
    });

    test("of a token let the next request get a new one", async () => {
        expect((await generate()).status).toBe(200);
        vertex.requests.length = 0;
        vertex.revoke();
        await it.side.costsNothing(async () => {
            const refused = await generate();
            expectGeminiError(refused, { code: 401, status: "UNAUTHENTICATED", message: /invalid authentication/ });
        });
        expect((await generate()).status).toBe(200);
        expect(vertex.grants).toHaveLength(1);
    });

    test("of a key are told without it", async () => {
        await it.side.costsNothing(async () => {
            await useKey("no json", "json");
            const unread = await generate();
            expectGeminiError(unread, { code: 500, status: "INTERNAL", message: /^failed to decode credentials file: / });
            await useKey("AQ.WrongVertexKey-0123456789abcdef", "api_key");
            for (const answer of [await it.chat({ model: GEMINI }), await it.message({ model: GEMINI })]) {
                expect([answer.status, answer.text.includes("AQ.Wrong")]).toEqual([401, false]);
                expectNoSecret(answer.text);
            }
            await useKey(serviceAccount(), "json");
        });
    });
});

test("the channel is tested with a Gemini model, whole and streamed", async () => {
    for (const streamed of [false, true]) {
        const path = `/api/channel/test/${it.side.channelId}?model=${GEMINI}&stream=${streamed}`;
        expect((await it.world.admin.call("GET", path)).json).toMatchObject({ success: true });
    }
    expect(vertex.calls.map((call) => call.path.split(":")[1])).toEqual(["generateContent", "streamGenerateContent"]);
});
