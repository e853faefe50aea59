// The official @google/genai package through Gemini's paths, to a channel of Google's, of OpenAI's and of Anthropic's; and the official
// openai package to Google. A program must not notice who answers.
import { ApiError, type Content, FunctionCallingConfigMode, GoogleGenAI, type GenerateContentResponse, Type } from "@google/genai";
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { CLAUDE } from "../integration/claude_world.ts";
import { PATIENCE } from "../integration/gateway.ts";
import { GEMINI, type GeminiWorld, startGeminiWorld } from "../integration/gemini_world.ts";
import { CLAUDE_TEXT } from "../sim/anthropic.ts";
import type { Script } from "../sim/exchange.ts";
import * as faults from "../sim/faults.ts";
import { GEMINI_COUNT, GEMINI_SIGNATURE, GEMINI_TEXT, GEMINI_THOUGHT } from "../sim/gemini.ts";
import * as wire from "../sim/gemini_objects.ts";
import { SIM_TEXT } from "../sim/openai.ts";

setDefaultTimeout(PATIENCE);

const EMBEDDER = "gemini-embedding-001";
const weather = {
    name: "weather",
    description: "The weather of a city.",
    parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] },
};
const config = { tools: [{ functionDeclarations: [weather] }] };
const contents = "Say hello.";

let it: GeminiWorld;
let google: GoogleGenAI;
let openai: OpenAI;

beforeAll(async () => {
    it = await startGeminiWorld({ gemini: { models: `${GEMINI},${EMBEDDER}` } });
    const { gateway, token } = it.world;
    google = new GoogleGenAI({ apiKey: token.key, httpOptions: { baseUrl: gateway.url } });
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: token.key, maxRetries: 0 });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

async function caught(act: Promise<unknown>): Promise<ApiError> {
    const error = await act.then(
        () => undefined,
        (reason) => reason,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
}

async function collected(stream: AsyncIterable<GenerateContentResponse>): Promise<GenerateContentResponse[]> {
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
}

describe.each([
    ["Google", GEMINI, GEMINI_TEXT, [40, 11]],
    ["OpenAI", "gpt-4o", SIM_TEXT, [21, 7]],
    ["Anthropic", CLAUDE, CLAUDE_TEXT, [30, 9]],
] as const)("@google/genai, answered by %s,", (vendor, model, text, used) => {
    /** The next request fails so, at whichever provider it is. */
    function next(script: Script): void {
        if (vendor === "Google") it.gemini.next(script);
        else if (vendor === "OpenAI") it.world.sim.next(script);
        else it.claude.claude.next(script);
    }

    test("gives an answer with its usage", async () => {
        const answer = await google.models.generateContent({ model, contents });
        expect([answer.text, answer.candidates![0]!.finishReason as string]).toEqual([text, "STOP"]);
        const { promptTokenCount, candidatesTokenCount } = answer.usageMetadata!;
        expect([promptTokenCount, candidatesTokenCount]).toEqual([...used]);
    });

    test("streams", async () => {
        const chunks = await collected(await google.models.generateContentStream({ model, contents }));
        expect(chunks.map((chunk) => chunk.text ?? "").join("")).toBe(text);
        expect(chunks.length).toBeGreaterThan(2);
        const last = chunks.at(-1)!;
        expect(last.candidates![0]!.finishReason as string).toBe("STOP");
        expect(last.usageMetadata!.promptTokenCount).toBe(used[0]);
    });

    test.each([false, true])("calls functions and takes their results (streamed: %p)", async (streamed) => {
        const ask = async (turns: Content[]): Promise<GenerateContentResponse[]> => {
            // The simulated OpenAI calls whatever it is given, results or not.
            const request = { model, contents: turns, ...(vendor === "OpenAI" && turns.length > 1 ? {} : { config }) };
            return streamed
                ? collected(await google.models.generateContentStream(request))
                : [await google.models.generateContent(request)];
        };
        const question: Content = { role: "user", parts: [{ text: contents }] };
        const first = await ask([question]);
        const [call] = first.flatMap((answer) => answer.functionCalls ?? []);
        expect([call!.name, call!.args]).toEqual(["weather", { city: "Bergen", index: 0 }]);
        const parts = first.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
        const functionResponse = { name: call!.name!, response: { sky: "rain" }, ...(call!.id ? { id: call!.id } : {}) };
        const second = await ask([
            question,
            { role: "model", parts: parts.filter((part) => part.text !== "") },
            { role: "user", parts: [{ functionResponse }] },
        ]);
        expect(second.map((answer) => answer.text ?? "").join("")).toBe(text);
    });

    test("calls what it is told to call, and nothing when it may not", async () => {
        const asked = async (functionCallingConfig: object) =>
            (
                await google.models.generateContent({
                    model,
                    contents,
                    config: { ...config, toolConfig: { functionCallingConfig } },
                })
            ).functionCalls?.map((call) => call.name);
        const any = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ["weather"] };
        expect(await asked(any)).toEqual(["weather"]);
        const sims = { Google: it.gemini, OpenAI: it.world.sim, Anthropic: it.claude.claude };
        await asked({ mode: FunctionCallingConfigMode.NONE });
        const sent = sims[vendor].requests.at(-1)!.json;
        expect(JSON.stringify(sent.toolConfig ?? sent.tool_choice).toLowerCase()).toContain("none");
    });

    test.each([400, 401, 403, 404, 429, 500, 503])("throws its class of error for status %i, whole and streamed", async (status) => {
        const failing: Script = (exchange) => exchange.json(status, { error: { message: "no", code: status, type: "t" } });
        next(failing);
        const whole = await caught(google.models.generateContent({ model, contents }));
        next(failing);
        const streamed = await caught(google.models.generateContentStream({ model, contents }));
        for (const error of [whole, streamed]) {
            expect(error.status).toBe(status);
            expect(error.message).toContain("no (request id: ");
        }
    });

    test("throws in a stream that breaks after output", async () => {
        const scripts: Record<string, Script> = {
            Google: it.gemini.streamThen(2, faults.cutInChunk),
            OpenAI: faults.streamThen(it.world.sim, 3, faults.cutInChunk),
            Anthropic: it.claude.claude.streamThen(5, faults.cutInChunk),
        };
        next(scripts[vendor]!);
        const stream = await google.models.generateContentStream({ model, contents });
        let said = "";
        const error = await caught(
            (async () => {
                for await (const chunk of stream) said += chunk.text ?? "";
            })(),
        );
        expect(said).toBe(`${text.split(" ").slice(0, 2).join(" ")} `);
        expect(error.message).toContain("upstream stream interrupted");
    });

    test("counts tokens", async () => {
        const { totalTokens } = await google.models.countTokens({ model, contents });
        if (vendor === "Google") expect(totalTokens).toBe(GEMINI_COUNT);
        else expect(totalTokens).toBeGreaterThan(0);
    });
});

describe("@google/genai", () => {
    test("reads thoughts, and gives signatures back with its chat", async () => {
        const chat = google.chats.create({
            model: GEMINI,
            config: { ...config, thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } },
        });
        const first = await chat.sendMessage({ message: contents });
        const parts = first.candidates![0]!.content!.parts!;
        expect(parts[0]).toMatchObject({ text: GEMINI_THOUGHT, thought: true });
        const functionResponse = { name: "weather", response: { sky: "rain" } };
        const second = await chat.sendMessage({ message: [{ functionResponse }] });
        expect(second.text).toBe(GEMINI_TEXT);
        const sent = it.gemini.requests.at(-1)!.json.contents[1].parts;
        expect(sent.find((part: any) => part.functionCall).thoughtSignature).toBe(GEMINI_SIGNATURE);
    });

    test("embeds", async () => {
        const { embeddings } = await google.models.embedContent({ model: EMBEDDER, contents: ["one", "two"] });
        expect(embeddings!.map((item) => item.values)).toEqual([
            [0.25, -0.5, 1],
            [0.25, -0.5, 1],
        ]);
    });

    test("is refused what makes no sense", async () => {
        const request = { model: GEMINI, contents, config: { maxOutputTokens: -1 } };
        const error = await caught(google.models.generateContent(request));
        expect([error.status, error.message]).toEqual([400, expect.stringContaining("maxOutputTokens must be")]);
    });
});

describe("the openai package, answered by Google,", () => {
    const request = { model: GEMINI, messages: [{ role: "user" as const, content: contents }] };
    const tool = { type: "function" as const, function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } };

    test("gives a completion, whole and with its own accumulator", async () => {
        const completion = await openai.chat.completions.create(request);
        expect(completion.choices[0]!.message.content).toBe(GEMINI_TEXT);
        expect(completion.usage).toMatchObject({ prompt_tokens: 40, completion_tokens: 11, total_tokens: 51 });
        const stream = openai.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
        expect(await stream.finalContent()).toBe(GEMINI_TEXT);
        expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 40, completion_tokens: 11 });
    });

    test.each([false, true])("calls tools and takes their results (streamed: %p)", async (streamed) => {
        const asked = { ...request, tools: [tool] };
        const first = await (streamed
            ? openai.chat.completions.stream(asked).finalChatCompletion()
            : openai.chat.completions.create(asked));
        const { message, finish_reason } = first.choices[0]!;
        expect(finish_reason).toBe("tool_calls");
        const call = message.tool_calls![0]!;
        const result = { role: "tool" as const, tool_call_id: call.id, content: "rain" };
        const second = await openai.chat.completions.create({ ...asked, messages: [...request.messages, message, result] });
        expect(second.choices[0]!.message.content).toBe(GEMINI_TEXT);
        expect(it.gemini.requests.at(-1)!.json.contents.at(-1)).toEqual({
            role: "user",
            parts: [{ functionResponse: { name: "weather", response: { content: "rain" } } }],
        });
    });

    test("embeds, in the form that it asks for", async () => {
        const { data, usage } = await openai.embeddings.create({ model: EMBEDDER, input: ["one", "two"] });
        expect(data.map((item) => item.embedding)).toEqual([
            [0.25, -0.5, 1],
            [0.25, -0.5, 1],
        ]);
        expect(usage.prompt_tokens).toBeGreaterThan(0);
    });

    test("has its own classes of errors", async () => {
        it.gemini.next((exchange) => exchange.json(429, wire.errorBody({ ...wire.invalid("slow"), code: 429 })));
        const error = await openai.chat.completions.create(request).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    });
});
