// The simulated providers themselves, without a gateway: what they refuse and in which words, row by row. A gateway that is tested against
// them is only as right as they are strict.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import { type AnthropicSim, CLAUDE_KEY, startAnthropicSim } from "../sim/anthropic.ts";
import { type OpenAiSim, SIM_KEY, startOpenAiSim } from "../sim/openai.ts";
import { PATIENCE } from "./gateway.ts";

setDefaultTimeout(PATIENCE);

let openai: OpenAiSim;
let anthropic: AnthropicSim;

beforeAll(async () => {
    openai = await startOpenAiSim();
    anthropic = await startAnthropicSim();
});

afterAll(async () => {
    await openai.close();
    await anthropic.close();
});

async function errorOf(url: string, headers: Record<string, string>, body: object): Promise<any> {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
    const response = await fetch(url, init);
    const { error } = (await response.json()) as any;
    return error && { status: response.status, ...error };
}

const user = { role: "user", content: "hi" };
const call = (id: string, name = "f") => ({ id, type: "function", function: { name, arguments: "{}" } });
const tool = (parameters: object, more: object = {}) => ({ type: "function", function: { name: "f", parameters, ...more } });
const SOUND = { type: "object", properties: { a: { type: "string" } } };

describe("OpenAI Chat refuses", () => {
    const rows: [string, object, string][] = [
        ["no content", { messages: [{ role: "user" }] }, "expected a string, got null"],
        ["members of messages", { messages: [{ ...user, oops: 1 }] }, "Unknown parameter: 'messages[0].oops'."],
        ["kinds of parts", { messages: [{ role: "user", content: [{ type: "input_text" }] }] }, "Invalid value: 'input_text'."],
        [
            "images that are none",
            { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] }] },
            "does not represent a valid image",
        ],
        ["results without calls", { messages: [user, { role: "tool", tool_call_id: "x", content: "" }] }, "must be a response to a preceeding"],
        [
            "calls without results",
            { messages: [user, { role: "assistant", content: null, tool_calls: [call("x")] }, user] },
            "did not have response messages: x",
        ],
        ["empty names", { tools: [tool(SOUND, { name: "" })] }, "Invalid 'tools[0].function.name': empty string."],
        ["names with blanks", { tools: [tool(SOUND, { name: "a b" })] }, "string does not match pattern"],
        ["types in upper case", { tools: [tool({ type: "OBJECT" })] }, "'OBJECT' is not valid under any of the given schemas"],
        ["types within", { tools: [tool({ type: "object", properties: { a: { type: "STRING" } } })] }, "'STRING' is not valid"],
        ["open schemas that are strict", { tools: [tool(SOUND, { strict: true })] }, "'additionalProperties' is required"],
        ["choices without tools", { tool_choice: "auto" }, "'tool_choice' is only allowed when 'tools' are specified."],
        ["choices of other tools", { tools: [tool(SOUND)], tool_choice: { type: "function", function: { name: "g" } } }, "Tool choice 'g' not found"],
        ["five stop sequences", { stop: ["1", "2", "3", "4", "5"] }, "array too long"],
        ["the old limit of models that reason", { model: "o3", max_tokens: 5 }, "Use 'max_completion_tokens' instead."],
        ["nameless formats", { response_format: { type: "json_schema", json_schema: { schema: SOUND } } }, "response_format.json_schema.name"],
    ];
    test.each(rows)("%s", async (_what, more, message) => {
        const body = { model: "gpt-4o", messages: [user], ...more };
        const error = await errorOf(`${openai.url}/v1/chat/completions`, { authorization: `Bearer ${SIM_KEY}` }, body);
        expect([error.status, error.type]).toEqual([400, "invalid_request_error"]);
        expect(error.message).toContain(message);
    });
});

describe("OpenAI Responses refuses", () => {
    const input = (...items: object[]) => ({ input: [user, ...items] });
    const called = { type: "function_call", call_id: "x", name: "f", arguments: "{}" };
    const flat = (parameters: object, more: object = {}) => ({ tools: [{ type: "function", name: "f", parameters, ...more }] });
    const rows: [string, object, string][] = [
        ["members", { stop: ["a"] }, "Unknown parameter: 'stop'."],
        ["members of items", input({ ...called, oops: 1 }), "Unknown parameter: 'input[1].oops'."],
        ["outputs without calls", input({ type: "function_call_output", call_id: "x", output: "" }), "No tool call found for function call output with call_id x."],
        ["calls without outputs", input(called), "No tool output found for function call x."],
        ["empty names", input({ ...called, name: "" }), "Invalid 'input[1].name': empty string."],
        ["ids of the wrong kind", input({ ...called, id: "call_1" }), "Expected an ID that begins with 'fc'."],
        ["parts of the other side", input({ role: "assistant", content: [{ type: "input_text", text: "a" }] }), "Invalid value: 'input_text'."],
        ["reasoning that is not its own", input({ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "oc1.x" }), "could not be verified"],
        ["small limits", { max_output_tokens: 8 }, "Expected a value >= 16"],
        ["types in upper case", flat({ type: "OBJECT" }), "'OBJECT' is not valid"],
        ["nameless formats", { text: { format: { type: "json_schema", schema: SOUND } } }, "text.format.name"],
        ["sampling of models that reason", { model: "o3", temperature: 0.5 }, "'temperature' is not supported with this model."],
    ];
    test.each(rows)("%s", async (_what, more, message) => {
        const body = { model: "gpt-4o", input: "hi", ...more };
        const error = await errorOf(`${openai.url}/v1/responses`, { authorization: `Bearer ${SIM_KEY}` }, body);
        expect([error.status, error.type]).toEqual([400, "invalid_request_error"]);
        expect(error.message).toContain(message);
    });
});

describe("Anthropic refuses", () => {
    const use = { type: "tool_use", id: "t1", name: "f", input: {} };
    const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "r" }] };
    const turns = (...more: object[]) => ({ messages: [user, ...more] });
    const source = { type: "base64", media_type: "image/png", data: "AAAA" };
    const flat = (input_schema: object, more: object = {}) => ({ tools: [{ name: "f", input_schema, ...more }] });
    const mark = { type: "text", text: "a", cache_control: { type: "ephemeral" } };
    const rows: [string, object, string][] = [
        ["members of messages", { messages: [{ ...user, name: "n" }] }, "messages.0.name: Extra inputs are not permitted"],
        ["uses twice", turns({ role: "assistant", content: [use, use] }, result), "`tool_use` ids must be unique"],
        ["ids with colons", turns({ role: "assistant", content: [{ ...use, id: "t:1" }] }, { role: "user", content: [{ type: "tool_result", tool_use_id: "t:1" }] }), "should match pattern"],
        ["inputs that are text", turns({ role: "assistant", content: [{ ...use, input: "{}" }] }, result), "Input should be a valid dictionary"],
        ["images that are none", { messages: [{ role: "user", content: [{ type: "image", source }] }] }, "Could not process image"],
        ["blanks at the end", turns({ role: "assistant", content: "so " }), "cannot end with trailing whitespace"],
        ["types in upper case", flat({ type: "object", properties: { a: { type: "STRING" } } }), "JSON schema is invalid"],
        ["members of tools", flat(SOUND, { parameters: {} }), "tools.0.custom.parameters: Extra inputs are not permitted"],
        ["choices of other tools", { ...flat(SOUND), tool_choice: { type: "tool", name: "g" } }, "Tool 'g' not found"],
        ["members of choices", { ...flat(SOUND), tool_choice: { type: "none", disable_parallel_tool_use: true } }, "tool_choice.none.disable_parallel_tool_use"],
        ["blank stop sequences", { stop_sequences: [" "] }, "must contain non-whitespace"],
        ["five marks of the cache", { system: [mark, mark, mark, mark, mark] }, "A maximum of 4 blocks with cache_control"],
        [
            "open calls without their thinking",
            { ...turns({ role: "assistant", content: [use] }, result), ...flat(SOUND), max_tokens: 5000, thinking: { type: "enabled", budget_tokens: 2000 } },
            "must start with a thinking block",
        ],
    ];
    test.each(rows)("%s", async (_what, more, message) => {
        const body = { model: "claude-sonnet-4-5", max_tokens: 10, messages: [user], ...more };
        const headers = { "x-api-key": CLAUDE_KEY, "anthropic-version": "2023-06-01" };
        const error = await errorOf(`${anthropic.url}/v1/messages`, headers, body);
        expect([error.status, error.type]).toEqual([400, "invalid_request_error"]);
        expect(error.message).toContain(message);
    });
});
