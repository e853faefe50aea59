// Chats with Imagen, which only makes images, on Vertex AI and at Gemini: what is asked, how it is told, the bill and how it fails (spec 07
// sections 9.5, 10.4).
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";

import { GEMINI_KEY, type GeminiSim, startGeminiSim } from "../sim/gemini.ts";
import { googleError, VERTEX_PROJECT, type VertexSim } from "../sim/vertex.ts";
import { Gate, within } from "../sim/waiting.ts";
import { type ChatAnswer, expectError, payloadsOf } from "./chat_client.ts";
import { type CloudWorld, startVertexWorld } from "./cloud_world.ts";
import { PATIENCE } from "./gateway.ts";
import { CONTENTS, expectGeminiError, postGemini } from "./gemini_world.ts";

setDefaultTimeout(PATIENCE);

const IMAGEN = "imagen-4.0-generate-001";
const ELSEWHERE = "imagen-4.0-fast-generate-001";
/** Two images at a ratio of 0.5 a token. */
const IMAGE_PRICE = Math.round(2 * 258 * 0.5);
const PROMPT = [{ role: "user", content: "a cat" }];
const IMAGE = { url: "", b64_json: "iVBORw0KGgo=", revised_prompt: "" };

let it: CloudWorld<VertexSim>;
let vertex: VertexSim;
let gemini: GeminiSim;

beforeAll(async () => {
    gemini = await startGeminiSim();
    it = await startVertexWorld([IMAGEN], { default: "us-east5" });
    vertex = it.cloud;
    const { admin } = it.world;
    await admin.addChannel({ type: 24, name: "gemini", key: GEMINI_KEY, base_url: gemini.url, models: ELSEWHERE });
    await admin.setOption("ModelRatio", JSON.stringify({ [IMAGEN]: 0.5, [ELSEWHERE]: 0.5 }));
});

beforeEach(() => {
    it.forget();
    gemini.forget();
});

afterAll(async () => {
    await it.close();
    await gemini.close();
});

function draw(more: Record<string, unknown> = {}): Promise<ChatAnswer> {
    return it.chat({ model: IMAGEN, messages: PROMPT, n: 2, size: "1792x1024", ...more });
}

test.each([false, true])("images are answered as a list (streamed: %p)", async (streamed) => {
    await it.side.costs(IMAGE_PRICE, async () => {
        const answer = await draw({ stream: streamed });
        expect(answer.json, answer.text).toEqual({ created: expect.any(Number), data: [IMAGE, IMAGE] });
        const { row, other } = await it.row(answer);
        expect([row.prompt_tokens, row.completion_tokens, row.model_name]).toEqual([516, 0, IMAGEN]);
        expect(other.request_conversion).toEqual(["OpenAI Compatible", "Google Gemini"]);
    });
    const place = `/v1/projects/${VERTEX_PROJECT}/locations/us-east5/publishers/google/models/${IMAGEN}:predict`;
    expect(vertex.calls[0]!.target).toBe(place);
    expect(vertex.calls[0]!.json).toEqual({
        instances: [{ prompt: "a cat" }],
        parameters: { sampleCount: 2, aspectRatio: "16:9", personGeneration: "allow_adult" },
    });
});

test("large images come whole", async () => {
    const bytesBase64Encoded = "QUJD".repeat(500_000);
    vertex.next((exchange) => exchange.json(200, { predictions: [{ bytesBase64Encoded, mimeType: "image/png" }] }));
    const answer = await draw();
    expect(answer.json.data[0].b64_json === bytesBase64Encoded, `status ${answer.status}`).toBe(true);
});

test("the client pays for those that were not filtered, and for nothing when all were", async () => {
    const image = { bytesBase64Encoded: "QQ==", mimeType: "image/png" };
    const filtered = { raiFilteredReason: "Support codes: 1" };
    vertex.next((exchange) => exchange.json(200, { predictions: [filtered, image] }));
    const { row } = await it.row(await draw());
    expect(row.prompt_tokens).toBe(258);
    await it.side.costsNothing(async () => {
        vertex.next((exchange) => exchange.json(200, { predictions: [filtered] }));
        expectError(await draw(), { status: 400, code: "prompt_blocked", message: "Support codes: 1" });
        vertex.next((exchange) => exchange.json(200, {}));
        expectError(await draw({ stream: true }), { status: 500, code: "empty_response", message: "no images generated" });
        vertex.next((exchange) => exchange.json(429, googleError(429, "Quota exceeded.")));
        expectError(await draw(), { status: 429, message: "Quota exceeded." });
        expectError(await draw({ messages: [{ role: "user", content: "" }] }), {
            status: 400,
            code: "convert_request_failed",
            message: "prompt is required for image generation",
        });
        const talk = await postGemini(it.world, { contents: CONTENTS }, { model: IMAGEN });
        expectGeminiError(talk, { code: 400, status: "INVALID_ARGUMENT", message: "not implemented" });
    });
});

test("an answer is waited for with pings, where it asked for a stream", async () => {
    await it.world.admin.setOption("general_setting.ping_interval_enabled", "true");
    await it.world.admin.setOption("general_setting.ping_interval_seconds", "1");
    const gate = new Gate();
    vertex.next(async (exchange) => {
        await Promise.race([gate.opened, exchange.gone]);
        return vertex.answer(exchange);
    });
    const response = await it.world.client.open({ model: IMAGEN, messages: PROMPT, stream: true });
    const reader = response.body!.getReader();
    let text = Buffer.from((await within(reader.read(), "a ping")).value!).toString();
    expect(text).toStartWith(": ");
    gate.open();
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += Buffer.from(part.value).toString();
    const [image, end] = payloadsOf(text);
    expect([JSON.parse(image!).data.length, end]).toEqual([1, "[DONE]"]);
    await it.world.admin.setOption("general_setting.ping_interval_enabled", "false");
});

test("the channel is tested with such a model, too", async () => {
    for (const streamed of [false, true]) {
        const path = `/api/channel/test/${it.side.channelId}?model=${IMAGEN}&endpoint_type=openai&stream=${streamed}`;
        expect((await it.world.admin.call("GET", path)).json).toMatchObject({ success: true });
    }
});

test.each([false, true])("they are made at Gemini, too (streamed: %p)", async (streamed) => {
    const answer = await draw({ model: ELSEWHERE, stream: streamed, n: 1, extra_body: { aspectRatio: "4:3" } });
    expect(answer.json?.data, answer.text).toEqual([IMAGE]);
    expect(gemini.requests[0]!.target).toBe(`/v1beta/models/${ELSEWHERE}:predict`);
    expect(gemini.requests[0]!.json.parameters).toEqual({
        sampleCount: 1,
        aspectRatio: "4:3",
        personGeneration: "allow_adult",
    });
    expect((await it.row(answer)).row.prompt_tokens).toBe(258);
});
