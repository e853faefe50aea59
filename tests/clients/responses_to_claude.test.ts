// The official openai package speaking Responses to a channel of Anthropic's: texts, streams, calls of tools over two turns.
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { CLAUDE, type ClaudeWorld, startClaudeWorld } from "../integration/claude_world.ts";
import { PATIENCE } from "../integration/gateway.ts";
import { CLAUDE_SIGNATURE, CLAUDE_TEXT, CLAUDE_THOUGHT } from "../sim/anthropic.ts";

setDefaultTimeout(PATIENCE);

let it: ClaudeWorld;
let openai: OpenAI;

beforeAll(async () => {
    it = await startClaudeWorld();
    const { gateway, token } = it.world;
    openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: token.key, maxRetries: 0 });
});

beforeEach(() => it.forget());

afterAll(() => it.close());

test("a whole answer", async () => {
    const response = await openai.responses.create({ model: CLAUDE, instructions: "Be brief.", input: "Say hello." });
    expect(response.output_text).toBe(CLAUDE_TEXT);
    expect(response.status).toBe("completed");
    expect(response.instructions).toBe("Be brief.");
    expect(response.usage).toMatchObject({ input_tokens: 30, output_tokens: 9, total_tokens: 39 });
});

test("a stream", async () => {
    const stream = await openai.responses.create({ model: CLAUDE, input: "Say hello.", stream: true });
    const types: string[] = [];
    let text = "";
    let sequence = -1;
    for await (const event of stream) {
        types.push(event.type);
        expect(event.sequence_number).toBe(++sequence);
        if (event.type === "response.output_text.delta") text += event.delta;
        if (event.type === "response.completed") {
            expect(event.response.output).toMatchObject([{ type: "message", content: [{ text: CLAUDE_TEXT }] }]);
        }
    }
    expect(text).toBe(CLAUDE_TEXT);
    expect(types.slice(0, 2)).toEqual(["response.created", "response.in_progress"]);
    expect(types.at(-1)).toBe("response.completed");
});

test.each([false, true])("calls of tools and what came of them, with the thoughts between (streamed: %p)", async (streamed) => {
    const tools: OpenAI.Responses.Tool[] = [
        {
            type: "function",
            name: "weather",
            strict: false,
            parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        },
    ];
    const ask = async (input: OpenAI.Responses.ResponseInput) => {
        const request = { model: CLAUDE, max_output_tokens: 9000, reasoning: { effort: "high" as const }, tools, input };
        if (!streamed) return openai.responses.create(request);
        return openai.responses.stream(request).finalResponse();
    };
    const question: OpenAI.Responses.ResponseInput = [{ role: "user", content: "Is it raining?" }];
    const first = await ask(question);
    const items: OpenAI.Responses.ResponseOutputItem[] = first.output;
    const call = items.find((item) => item.type === "function_call")!;
    expect(JSON.parse(call.arguments)).toEqual({ city: "Bergen", index: 0 });
    const second = await ask([
        ...question,
        ...first.output,
        { type: "function_call_output", call_id: call.call_id, output: "rain" },
    ] as OpenAI.Responses.ResponseInput);
    expect(second.output_text).toBe(CLAUDE_TEXT);
    const { messages } = it.claude.requests.at(-1)!.json as { messages: object[] };
    expect(messages.slice(1)).toMatchObject([
        {
            role: "assistant",
            content: [
                { type: "thinking", thinking: CLAUDE_THOUGHT, signature: CLAUDE_SIGNATURE },
                { type: "text", text: CLAUDE_TEXT },
                { type: "tool_use", id: call.call_id, name: "weather" },
            ],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: call.call_id, content: "rain" }] },
    ]);
});
