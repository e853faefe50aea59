// What Anthropic's Messages API refuses, and with which error: wrong keys, fields it does not know, values out of range, tool uses and
// results that do not meet, thinking beside what it does not go with. The texts are the vendor's own.
import { Ajv2020 } from "ajv/dist/2020.js";

import { invalid, type Refusal } from "./anthropic_objects.ts";
import { checkMessageRules, checkRest, checkToolRules } from "./anthropic_rules.ts";
import type { RecordedRequest } from "./request_reader.ts";

type Fields = Record<string, unknown>;

const FIELDS = [
    "model", "messages", "max_tokens", "system", "metadata", "stop_sequences", "stream", "temperature", "top_k", "top_p",
    "tools", "tool_choice", "thinking", "service_tier", "container", "context_management", "mcp_servers", "output_config",
    "output_format", "cache_control", "inference_geo", "speed",
];
const BLOCKS: Record<string, string[]> = {
    text: ["text", "citations"],
    image: ["source"],
    document: ["source", "title", "context", "citations"],
    tool_use: ["id", "name", "input"],
    tool_result: ["tool_use_id", "content", "is_error"],
    thinking: ["thinking", "signature"],
    redacted_thinking: ["data"],
};

export function checkHeaders(request: RecordedRequest, keys: string[]): Refusal | undefined {
    const key = request.header("x-api-key");
    if (key === undefined || !keys.includes(key)) {
        return { status: 401, type: "authentication_error", message: "invalid x-api-key" };
    }
    if (request.header("anthropic-version") === undefined) return invalid("anthropic-version: header is required");
    return undefined;
}

export function parseBody(request: RecordedRequest): { body: Fields } | Refusal {
    try {
        const body = JSON.parse(request.text);
        if (typeof body === "object" && body !== null && !Array.isArray(body)) return { body };
    } catch {
        // refused below
    }
    return invalid("The request body is not valid JSON");
}

export function checkMessages(body: Fields): Refusal | undefined {
    const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
    if (unknown !== undefined) return invalid(`${unknown}: Extra inputs are not permitted`);
    if (typeof body.model !== "string") return invalid("model: Field required");
    if (!Number.isInteger(body.max_tokens)) return invalid("max_tokens: Field required");
    if ((body.max_tokens as number) < 1) return invalid("max_tokens: Input should be greater than or equal to 1");
    return (
        checkConversation(body.messages) ??
        checkSampling(body) ??
        checkTools(body) ??
        checkSystem(body.system) ??
        checkMessageRules(body) ??
        checkToolRules(body) ??
        checkRest(body)
    );
}

function checkSystem(system: unknown): Refusal | undefined {
    if (system === undefined || typeof system === "string") return undefined;
    if (!Array.isArray(system)) return invalid("system: Input should be a valid string");
    const empty = system.some((block: Fields) => block.type !== "text" || block.text === "");
    return empty ? invalid("system: text content blocks must be non-empty") : undefined;
}

function checkSampling(body: Fields): Refusal | undefined {
    const { temperature, thinking } = body;
    if (temperature !== undefined && !(typeof temperature === "number" && temperature >= 0 && temperature <= 1)) {
        return invalid("temperature: range: 0..1");
    }
    const { type, budget_tokens: budget } = (thinking ?? {}) as Fields;
    if (type === "enabled") {
        if (!(typeof budget === "number" && budget >= 1024)) {
            return invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
        }
        if ((body.max_tokens as number) <= budget) return invalid("`max_tokens` must be greater than `thinking.budget_tokens`.");
    }
    if (type !== "enabled" && type !== "adaptive") return undefined;
    if (temperature !== undefined && temperature !== 1) {
        return invalid("`temperature` may only be set to 1 when thinking is enabled.");
    }
    if (body.top_k !== undefined) return invalid("`top_k` must be unset when thinking is enabled.");
    const choice = (body.tool_choice as Fields | undefined)?.type;
    return choice === "any" || choice === "tool"
        ? invalid("Thinking may not be enabled when tool_choice forces tool use.")
        : undefined;
}

const SCHEMAS = new Ajv2020({ strict: false });

/** Which draft a schema says it is of is not looked at. */
function isSchema({ $schema: _draft, ...schema }: Fields): boolean {
    return SCHEMAS.validateSchema(schema) === true;
}

function checkTools(body: Fields): Refusal | undefined {
    const { tools, tool_choice: choice } = body;
    if (tools === undefined) {
        return choice === undefined ? undefined : invalid("tool_choice may only be specified while providing tools");
    }
    if (!Array.isArray(tools)) return invalid("tools: Input should be a valid list");
    for (const [index, tool] of tools.entries()) {
        if (tool.type !== undefined && tool.type !== "custom") continue;
        if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name ?? "")) {
            return invalid(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
        }
        if (tool.input_schema?.type !== "object") {
            return invalid(`tools.${index}.custom.input_schema.type: Field required`);
        }
        if (!isSchema(tool.input_schema)) {
            return invalid(
                `tools.${index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
                    "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.",
            );
        }
    }
    return undefined;
}

function blocksOf(message: Fields): Fields[] {
    return typeof message.content === "string" ? [{ type: "text", text: message.content }] : (message.content as Fields[]);
}

function checkBlock(block: Fields, place: string): Refusal | undefined {
    const known = BLOCKS[block.type as string];
    if (known === undefined) return invalid(`${place}: Input tag '${block.type}' found using 'type' does not match any of the expected tags`);
    const unknown = Object.keys(block).find((name) => !["type", "cache_control", ...known].includes(name));
    if (unknown !== undefined) return invalid(`${place}.${block.type}.${unknown}: Extra inputs are not permitted`);
    if (block.type === "text" && block.text === "") return invalid("messages: text content blocks must be non-empty");
    if (block.type === "thinking" && !String(block.signature).startsWith("sig-sim")) {
        return invalid(`${place}: Invalid \`signature\` in \`thinking\` block`);
    }
    return undefined;
}

function checkConversation(messages: unknown): Refusal | undefined {
    if (!Array.isArray(messages) || messages.length === 0) return invalid("messages: at least one message is required");
    if (messages[0].role !== "user") return invalid("messages: first message must use the \"user\" role");
    let open: string[] = [];
    for (const [index, message] of messages.entries()) {
        if (message.role !== "user" && message.role !== "assistant") {
            return invalid(`messages.${index}.role: Input should be 'user' or 'assistant'`);
        }
        const blocks = blocksOf(message);
        if (!Array.isArray(blocks)) return invalid(`messages.${index}.content: Input should be a valid list`);
        for (const [at, block] of blocks.entries()) {
            const problem = checkBlock(block, `messages.${index}.content.${at}`);
            if (problem) return problem;
        }
        const problem = checkResults(blocks, open, index);
        if (problem) return problem;
        open = blocks.filter((block) => block.type === "tool_use").map((block) => String(block.id));
    }
    return undefined;
}

/** Every use of the turn before has its result in this one, and no other result is there. */
function checkResults(blocks: Fields[], open: string[], index: number): Refusal | undefined {
    const answered = blocks.filter((block) => block.type === "tool_result").map((block) => String(block.tool_use_id));
    const unexpected = answered.find((id) => !open.includes(id));
    if (unexpected !== undefined) {
        return invalid(
            `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unexpected}. Each ` +
                "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
        );
    }
    const missing = open.filter((id) => !answered.includes(id));
    return missing.length === 0
        ? undefined
        : invalid(
              `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
                  `${missing.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
          );
}
