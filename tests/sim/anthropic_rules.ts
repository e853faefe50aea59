// What else Anthropic's Messages API refuses, beside anthropic_checks.ts: members of messages, blocks and tools that it does not know, media
// that is none, schemas, choices, marks of the cache, blanks where none may be. The texts are the vendor's own.
import { invalid, type Refusal } from "./anthropic_objects.ts";

type Fields = Record<string, any>;

const TOOL_MEMBERS = ["type", "name", "description", "input_schema", "cache_control", "strict", "eager_input_streaming", "input_examples"];
const CHOICES: Record<string, string[]> = {
    auto: ["disable_parallel_tool_use"],
    any: ["disable_parallel_tool_use"],
    tool: ["name", "disable_parallel_tool_use"],
    none: [],
};
const SCHEMA_TYPES = ["object", "array", "string", "integer", "number", "boolean", "null"];
const IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const MAGIC: Record<string, RegExp> = {
    "image/jpeg": /^\xff\xd8\xff/,
    "image/png": /^\x89PNG\r\n\x1a\n/,
    "image/gif": /^GIF8[79]a/,
    "image/webp": /^RIFF....WEBP/s,
    "application/pdf": /^%PDF-/,
};
const MOST_CACHE_MARKS = 4;

function extra(object: Fields, known: string[], place: string): Refusal | undefined {
    const name = Object.keys(object).find((key) => !known.includes(key));
    return name === undefined ? undefined : invalid(`${place}.${name}: Extra inputs are not permitted`);
}

function blocksOf(content: unknown): Fields[] {
    return Array.isArray(content) ? content : [];
}

/** The source of an image or a document. */
export function checkSource(block: Fields, place: string): Refusal | undefined {
    const { source } = block;
    if (typeof source !== "object" || source === null) return invalid(`${place}.${block.type}.source: Field required`);
    if (source.type === "url" || source.type === "file" || source.type === "content" || source.type === "text") return undefined;
    if (source.type !== "base64") {
        return invalid(`${place}.${block.type}.source: Input tag '${source.type}' found using 'type' does not match any of the expected tags`);
    }
    const at = `${place}.${block.type}.source.base64`;
    const types = block.type === "image" ? IMAGE_TYPES : ["application/pdf"];
    if (!types.includes(source.media_type)) {
        return invalid(`${at}.media_type: Input should be ${types.map((one) => `'${one}'`).join(", ").replace(/, ([^,]*)$/, " or $1")}`);
    }
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(source.data ?? "")) return invalid(`${at}.data: Invalid base64 data`);
    const bytes = Buffer.from(source.data, "base64").toString("latin1");
    if (MAGIC[source.media_type]!.test(bytes)) return undefined;
    return invalid(block.type === "image" ? `${at}: Could not process image` : `${at}: The PDF specified was not valid.`);
}

/** Whether all types in a schema are some that JSON Schema has. */
function soundSchema(schema: unknown): boolean {
    if (typeof schema === "boolean") return true;
    if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return false;
    const { type = [], properties = {}, items = true, required = [], anyOf = [], oneOf = [], allOf = [] } = schema as Fields;
    return (
        [type].flat().every((one) => SCHEMA_TYPES.includes(one)) &&
        Array.isArray(required) &&
        typeof properties === "object" &&
        [...Object.values(properties), items, ...anyOf, ...oneOf, ...allOf].every(soundSchema)
    );
}

export function checkToolRules(body: Fields): Refusal | undefined {
    const names = new Set<string>();
    for (const [index, tool] of (body.tools ?? []).entries()) {
        if (names.has(tool.name)) return invalid("tools: Tool names must be unique.");
        names.add(tool.name);
        if (tool.type !== undefined && tool.type !== "custom") continue;
        const problem = extra(tool, TOOL_MEMBERS, `tools.${index}.custom`);
        if (problem) return problem;
        if (tool.description !== undefined && typeof tool.description !== "string") {
            return invalid(`tools.${index}.custom.description: Input should be a valid string`);
        }
        if (!soundSchema(tool.input_schema)) {
            return invalid(
                `tools.${index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
                    "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.",
            );
        }
    }
    return checkChoice(body.tool_choice, names);
}

function checkChoice(choice: Fields | undefined, names: Set<string>): Refusal | undefined {
    if (choice === undefined) return undefined;
    const known = CHOICES[choice.type];
    if (known === undefined) {
        return invalid(`tool_choice: Input tag '${choice.type}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`);
    }
    const problem = extra(choice, ["type", ...known], `tool_choice.${choice.type}`);
    if (problem) return problem;
    if (choice.type !== "tool" || names.has(choice.name)) return undefined;
    return invalid(`Tool '${choice.name}' not found in provided tools`);
}

export function checkMessageRules(body: Fields): Refusal | undefined {
    const uses = new Set<string>();
    for (const [index, message] of body.messages.entries()) {
        const problem = extra(message, ["role", "content"], `messages.${index}`);
        if (problem) return problem;
        for (const [at, block] of blocksOf(message.content).entries()) {
            const wrong = checkBlockRules(block, `messages.${index}.content.${at}`);
            if (wrong) return wrong;
            if (block.type !== "tool_use") continue;
            if (uses.has(block.id)) return invalid("messages: `tool_use` ids must be unique");
            uses.add(block.id);
        }
    }
    return checkLastWords(body.messages.at(-1)) ?? checkOpenThinking(body);
}

function checkBlockRules(block: Fields, place: string): Refusal | undefined {
    if (block.type === "image" || block.type === "document") return checkSource(block, place);
    if (block.type === "tool_use") {
        if (!/^[a-zA-Z0-9_-]+$/.test(block.id ?? "")) {
            return invalid(`${place}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
        }
        const plain = typeof block.input === "object" && block.input !== null && !Array.isArray(block.input);
        return plain ? undefined : invalid(`${place}.tool_use.input: Input should be a valid dictionary`);
    }
    for (const [at, part] of blocksOf(block.type === "tool_result" ? block.content : []).entries()) {
        const problem = part.type === "image" || part.type === "document" ? checkSource(part, `${place}.content.${at}`) : undefined;
        if (problem) return problem;
    }
    return undefined;
}

/** What the model shall go on from must not end in blanks. */
function checkLastWords(last: Fields): Refusal | undefined {
    if (last.role !== "assistant") return undefined;
    const text = typeof last.content === "string" ? last.content : last.content.at(-1)?.text;
    return typeof text === "string" && /\s$/.test(text)
        ? invalid("messages: final assistant content cannot end with trailing whitespace")
        : undefined;
}

/** With thinking on, the turn whose calls are answered begins with its thinking. */
function checkOpenThinking(body: Fields): Refusal | undefined {
    if (body.thinking?.type !== "enabled") return undefined;
    const index = body.messages.length - 2;
    const answered = blocksOf(body.messages.at(-1).content).some((block) => block.type === "tool_result");
    const first = blocksOf(body.messages[index]?.content)[0];
    if (!answered || first === undefined || /thinking/.test(first.type)) return undefined;
    return invalid(
        `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`. When ` +
            "`thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of " +
            "`tool_use` and `tool_result` blocks).",
    );
}

export function checkRest(body: Fields): Refusal | undefined {
    const blank = (body.stop_sequences ?? []).some((text: unknown) => typeof text !== "string" || text.trim() === "");
    if (blank) return invalid("stop_sequences: each stop sequence must contain non-whitespace");
    const format = body.output_config?.format ?? body.output_format;
    if (format !== undefined && (format.type !== "json_schema" || !soundSchema(format.schema))) {
        return invalid("output_config.format.schema: JSON schema is invalid.");
    }
    const marks = JSON.stringify([body.system, body.messages, body.tools]).match(/"cache_control":\{/g)?.length ?? 0;
    if (marks <= MOST_CACHE_MARKS) return undefined;
    return invalid(`A maximum of ${MOST_CACHE_MARKS} blocks with cache_control may be provided. Found ${marks}.`);
}
