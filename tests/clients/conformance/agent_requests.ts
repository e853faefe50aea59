// Requests shaped like those that coding agents send: Claude Code (Messages), Codex CLI (Responses), Gemini CLI (generateContent). Written
// after what these programs put on the wire: many tools with rich schemas, marks of the cache, long results, reasoning that goes back.

/** What a long file looks like in a result. */
export const LONG_TEXT = Array.from(
    { length: 4200 },
    (_, line) => `${String(line + 1).padStart(6)}\tconst value${line} = compute("a \\"quoted\\" name", ${line}); // é🌧️ line`,
).join("\n");

export const PATCH = '*** Begin Patch\n*** Update File: src/main.rs\n@@\n-let a = "old";\n+let a = "new\\t";\n*** End Patch\n';

/** A schema as generators of schemas write them. */
function schema(index: number): Record<string, unknown> {
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: {
            file_path: { type: "string", description: `The absolute path number ${index}.` },
            limit: { type: "integer", minimum: 1, exclusiveMinimum: 0, description: "How many lines." },
            mode: { type: "string", enum: ["content", "files", "count"], default: "files" },
            target: { anyOf: [{ type: "string" }, { type: "null" }] },
            edits: {
                type: "array",
                minItems: 1,
                items: {
                    type: "object",
                    properties: { old: { type: "string" }, new: { type: "string" }, all: { type: "boolean", default: false } },
                    required: ["old", "new"],
                    additionalProperties: false,
                },
            },
            extra: { type: "object", properties: { a: { type: "number" } }, additionalProperties: { type: "string" } },
        },
        required: ["file_path"],
        additionalProperties: false,
    };
}

/** What servers of tools send that one vendor takes and another refuses. */
const LOOSE_SCHEMA = {
    type: "object",
    properties: {
        targets: { type: "array", description: "Anything." },
        pair: { type: "array", items: {} },
        level: { type: "integer", enum: [1, 2, 4] },
        kind: { enum: ["", "file", 7] },
        exact: { type: "boolean", const: true },
    },
};

function inputSchema(index: number): Record<string, unknown> {
    if (index === 2) return LOOSE_SCHEMA;
    return index === 3 ? { type: "object" } : schema(index);
}

/** As Gemini's own schemas spell it: types in capitals, counts as texts. */
const GEMINI_SCHEMA = {
    type: "OBJECT",
    properties: {
        paths: { type: "ARRAY", items: { type: "STRING", minLength: "1" }, minItems: "1" },
        depth: { type: "NUMBER", minimum: 1 },
    },
    required: ["paths"],
};

const TOOL_COUNT = 110;
export const TOOL_NAMES = Array.from({ length: TOOL_COUNT }, (_, index) =>
    index < 2 ? ["Read", "Bash"][index]! : `mcp__server_${index % 7}__tool_${index}`,
);

const CACHE = { cache_control: { type: "ephemeral" } };

export const CLAUDE_CODE_HEADERS = {
    "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14",
    "anthropic-dangerous-direct-browser-access": "true",
    "x-app": "cli",
    "user-agent": "claude-cli/2.0.14 (external, cli)",
};

/** A turn of Claude Code; `turns` are what came after the first question. */
export function claudeCode(model: string, turns: any[]): any {
    const reminder = "<system-reminder>\nAs you answer, mind the project's notes.\n</system-reminder>";
    return {
        model,
        max_tokens: 32_000,
        temperature: 1,
        system: [
            { type: "text", text: "You are Claude Code, Anthropic's official CLI for Claude.", ...CACHE },
            { type: "text", text: `You are an interactive CLI tool.\n${"Be concise. ".repeat(800)}`, ...CACHE },
        ],
        messages: [
            {
                role: "user",
                content: [
                    { type: "text", text: reminder },
                    { type: "text", text: "Fix the failing test.", ...(turns.length === 0 ? CACHE : {}) },
                ],
            },
            ...turns,
        ],
        tools: TOOL_NAMES.map((name, index) => ({
            name,
            description: `Tool ${index}. ${"Use it with care. ".repeat(20)}`,
            input_schema: inputSchema(index),
            ...(index === TOOL_COUNT - 1 ? CACHE : {}),
        })),
        thinking: { type: "enabled", budget_tokens: 10_000 },
        metadata: { user_id: "user_0123456789abcdef_account__session_00000000-0000-4000-8000-000000000000" },
    };
}

/** What Claude Code sends back for two calls: a long file with an image beside it, and a command that failed. */
export function claudeResults(ids: string[], image: string): any {
    const source = { type: "base64", media_type: "image/png", data: image };
    return {
        role: "user",
        content: [
            { type: "tool_result", tool_use_id: ids[0], content: [{ type: "text", text: LONG_TEXT }, { type: "image", source }] },
            { type: "tool_result", tool_use_id: ids[1], content: "exit code 1: no such file", is_error: true, ...CACHE },
        ],
    };
}

export const CODEX_HEADERS = {
    originator: "codex_cli_rs",
    session_id: "00000000-0000-4000-8000-000000000001",
    "user-agent": "codex_cli_rs/0.46.0 (Debian 12; x86_64) xterm",
    "openai-beta": "responses=experimental",
};

export function codex(model: string, items: any[]): any {
    return {
        model,
        instructions: `You are a coding agent running in the Codex CLI.\n${"Be precise. ".repeat(900)}`,
        input: [
            { type: "message", role: "developer", content: [{ type: "input_text", text: "<permissions>\nsandbox\n</permissions>" }] },
            { type: "message", role: "user", content: [{ type: "input_text", text: "<environment_context/>" }] },
            { type: "message", role: "user", content: [{ type: "input_text", text: "Rename the variable." }] },
            ...items,
        ],
        tools: [
            {
                type: "function",
                name: "shell",
                description: "Runs a command.",
                strict: false,
                parameters: {
                    type: "object",
                    properties: {
                        command: { type: "array", items: { type: "string" } },
                        workdir: { type: "string" },
                        timeout_ms: { type: "number" },
                    },
                    required: ["command"],
                    additionalProperties: false,
                },
            },
            {
                type: "custom",
                name: "apply_patch",
                description: "Edits files. Freeform: no JSON.",
                format: { type: "grammar", syntax: "lark", definition: 'start: "*** Begin Patch" /.+/s' },
            },
            { type: "function", name: "view_image", description: "Shows an image.", strict: false, parameters: schema(3) },
        ],
        tool_choice: "auto",
        parallel_tool_calls: false,
        reasoning: { effort: "high", summary: "auto" },
        store: false,
        include: ["reasoning.encrypted_content"],
        prompt_cache_key: "00000000-0000-4000-8000-000000000001",
        text: { verbosity: "medium" },
    };
}

export function geminiCli(contents: any[]): any {
    return {
        contents: [
            { role: "user", parts: [{ text: "This is the Gemini CLI. Here is the folder." }] },
            { role: "model", parts: [{ text: "Got it. Thanks for the context!" }] },
            { role: "user", parts: [{ text: "Read the file." }] },
            ...contents,
        ],
        systemInstruction: { role: "user", parts: [{ text: `You are an interactive CLI agent.\n${"Be safe. ".repeat(900)}` }] },
        tools: [
            {
                functionDeclarations: TOOL_NAMES.slice(0, 40).map((name, index) => ({
                    name,
                    description: `Tool ${index}.`,
                    ...(index === 2 ? { parameters: GEMINI_SCHEMA } : { parametersJsonSchema: inputSchema(index) }),
                })),
            },
        ],
        generationConfig: { temperature: 0, topP: 1, thinkingConfig: { includeThoughts: true, thinkingBudget: -1 } },
    };
}
