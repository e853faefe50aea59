// The official openai package speaking Responses to a channel of Anthropic's: texts, streams, calls of tools over two turns.
import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import OpenAI from "openai";

import { CLAUDE, type ClaudeWorld, startClaudeWorld } from "../integration/claude_world.ts";
import { PATIENCE } from "../integration/gateway.ts";
import { CLAUDE_TEXT } from "../sim/anthropic.ts";

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
        if (event.type === "response.completed") expect(event.response.output_text ?? text).toBe(CLAUDE_TEXT);
    }
    expect(text).toBe(CLAUDE_TEXT);
    expect(types.slice(0, 2)).toEqual(["response.created", "response.in_progress"]);
    expect(types.at(-1)).toBe("response.completed");
});
