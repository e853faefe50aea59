// Requests that are ill-formed in the same way in every dialect, as data: what programs send when something went wrong with them, and what
// nobody would send. Beside each stands which providers' dialects have a repair for it (spec 06 sections 8 to 14).
import { DIALECTS, type Dialect } from "./model.ts";

export interface BadRequest {
    name: string;
    members: Record<Dialect, object>;
    /** The dialects into which it is repaired; into the others it goes as it is, and is refused. */
    repairedFor: readonly Dialect[];
    /** Of these clients it is repaired for all. */
    always?: readonly Dialect[];
}

const NO_IMAGE = Buffer.from("not an image").toString("base64");

function ask(text: string): Record<Dialect, object> {
    const said = [{ role: "user", content: text }];
    return {
        chat: { messages: said },
        responses: { input: text },
        messages: { messages: said },
        gemini: { contents: [{ role: "user", parts: [{ text }] }] },
    };
}

export const says = ask;

/** A question beside a tool whose parameters have that schema. */
export function withSchema(schema: object): Record<Dialect, object> {
    const { chat, responses, messages, gemini } = ask("hi");
    const tool = { name: "f", description: "d" };
    return {
        chat: { ...chat, tools: [{ type: "function", function: { ...tool, parameters: schema } }] },
        responses: { ...responses, tools: [{ type: "function", ...tool, parameters: schema, strict: false }] },
        messages: { ...messages, tools: [{ ...tool, input_schema: schema }] },
        gemini: { ...gemini, tools: [{ functionDeclarations: [{ ...tool, parameters: schema }] }] },
    };
}

export function nested(depth: number): object {
    let schema: object = { type: "string" };
    for (let level = 0; level < depth; level++) schema = { type: "object", properties: { p: schema } };
    return schema;
}

function withImage(data: string): Record<Dialect, object> {
    const url = `data:image/png;base64,${data}`;
    const source = { type: "base64", media_type: "image/png", data };
    return {
        chat: { messages: [{ role: "user", content: [{ type: "text", text: "a" }, { type: "image_url", image_url: { url } }] }] },
        responses: { input: [{ role: "user", content: [{ type: "input_text", text: "a" }, { type: "input_image", image_url: url }] }] },
        messages: { messages: [{ role: "user", content: [{ type: "text", text: "a" }, { type: "image", source }] }] },
        gemini: { contents: [{ role: "user", parts: [{ text: "a" }, { inlineData: { mimeType: "image/png", data } }] }] },
    };
}

interface Turns {
    calls: { id: string; name: string; input?: unknown; raw?: string }[];
    results: { id: string; name: string }[];
    then?: string;
}

/** A question, calls, results, and what the user says then. */
function talk({ calls, results, then }: Turns): Record<Dialect, object> {
    const first = { role: "user", content: "a" };
    const last = then === undefined ? [] : [{ role: "user", content: then }];
    const raw = (call: Turns["calls"][number]) => call.raw ?? JSON.stringify(call.input ?? {});
    const toolCalls = calls.map((call) => ({ id: call.id, type: "function", function: { name: call.name, arguments: raw(call) } }));
    const uses = calls.map(({ id, name, input }) => ({ type: "tool_use", id, name, input: input ?? {} }));
    const blocks = results.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "r" }));
    const told = results.map(({ id, name }) => ({ functionResponse: { ...(id && { id }), name, response: { r: 1 } } }));
    const said = then === undefined ? [] : [{ text: then }];
    return {
        chat: {
            messages: [
                first,
                ...(calls.length > 0 ? [{ role: "assistant", content: null, tool_calls: toolCalls }] : []),
                ...results.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "r" })),
                ...last,
            ],
        },
        responses: {
            input: [
                first,
                ...calls.map((call) => ({ type: "function_call", call_id: call.id, name: call.name, arguments: raw(call) })),
                ...results.map(({ id }) => ({ type: "function_call_output", call_id: id, output: "r" })),
                ...last,
            ],
        },
        messages: {
            messages: [
                first,
                ...(calls.length > 0 ? [{ role: "assistant", content: uses }] : []),
                ...(blocks.length + last.length > 0
                    ? [{ role: "user", content: [...blocks, ...(then === undefined ? [] : [{ type: "text", text: then }])] }]
                    : []),
            ],
        },
        gemini: {
            contents: [
                { role: "user", parts: [{ text: "a" }] },
                ...(calls.length > 0
                    ? [{ role: "model", parts: calls.map(({ id, name, input }) => ({ functionCall: { id, name, args: input ?? {} } })) }]
                    : []),
                ...(told.length + said.length > 0 ? [{ role: "user", parts: [...told, ...said] }] : []),
            ],
        },
    };
}

const ONE = [{ id: "call_1", name: "f" }];
const TWINS = [
    { id: "same", name: "f" },
    { id: "same", name: "g" },
];

export const BAD_REQUESTS: BadRequest[] = [
    {
        name: "a result without a call",
        members: talk({ calls: [], results: [{ id: "call_1", name: "f" }] }),
        repairedFor: ["messages"],
    },
    {
        name: "a result without an id",
        members: talk({ calls: [], results: [{ id: "", name: "f" }], then: "go" }),
        repairedFor: ["chat", "responses", "messages"],
        always: ["gemini"],
    },
    { name: "a call that nobody answers", members: talk({ calls: ONE, results: [], then: "go" }), repairedFor: DIALECTS },
    { name: "a call at the end", members: talk({ calls: ONE, results: [] }), repairedFor: ["responses", "messages"] },
    { name: "two calls with one id", members: talk({ calls: TWINS, results: TWINS }), repairedFor: ["responses", "gemini"] },
    {
        name: "arguments that are no object",
        members: talk({ calls: [{ id: "call_1", name: "f", input: [1], raw: '{"a":' }], results: ONE }),
        repairedFor: DIALECTS,
    },
    {
        name: "nothing in any part",
        members: {
            chat: { messages: [{ role: "user", content: [] }, { role: "assistant", content: "" }, { role: "user", content: [{ type: "text", text: "" }] }] },
            responses: { input: [{ role: "user", content: [] }, { role: "assistant", content: "" }, { role: "user", content: "" }] },
            messages: { messages: [{ role: "user", content: [] }, { role: "assistant", content: "" }, { role: "user", content: "" }] },
            gemini: { contents: [{ role: "user", parts: [] }, { role: "model", parts: [{ text: "" }] }, { role: "user", parts: [{}] }] },
        },
        repairedFor: DIALECTS,
    },
    {
        name: "nothing but a system prompt",
        members: {
            chat: { messages: [{ role: "system", content: "Write a poem." }] },
            responses: { instructions: "Write a poem.", input: [] },
            messages: { system: "Write a poem.", messages: [{ role: "user", content: [] }] },
            gemini: { systemInstruction: { parts: [{ text: "Write a poem." }] }, contents: [{ parts: [] }] },
        },
        repairedFor: DIALECTS,
    },
    {
        name: "an assistant that begins",
        members: {
            chat: { messages: [{ role: "assistant", content: "x" }] },
            responses: { input: [{ role: "assistant", content: "x" }] },
            messages: { messages: [{ role: "assistant", content: "x" }] },
            gemini: { contents: [{ role: "model", parts: [{ text: "x" }] }] },
        },
        repairedFor: DIALECTS,
    },
    {
        name: "roles that nobody knows",
        members: {
            chat: { messages: [{ role: "wizard", content: "a" }, { role: "", content: "b" }] },
            responses: { input: [{ role: "wizard", content: "a" }] },
            messages: { messages: [{ role: "wizard", content: "a" }, { content: "b" }] },
            gemini: { contents: [{ role: "wizard", parts: [{ text: "a" }] }, { role: "assistant", parts: [{ text: "b" }] }] },
        },
        repairedFor: DIALECTS,
    },
    { name: "an image that is none", members: withImage(NO_IMAGE), repairedFor: DIALECTS },
    { name: "an image that is not even Base64", members: withImage("***"), repairedFor: DIALECTS },
    { name: "a schema nested 200 deep", members: withSchema(nested(200)), repairedFor: DIALECTS },
    { name: "half a surrogate pair", members: ask("x\ud800y"), repairedFor: DIALECTS },
    { name: "a NUL", members: ask("x\0y"), repairedFor: DIALECTS },
];
