// Amazon Nova as its user guide documents it: what a request may hold ("Complete request schema"), answers and the events of a stream.
import { pieces, type Reply } from "./anthropic_objects.ts";

type Fields = Record<string, any>;

const MEMBERS = ["schemaVersion", "system", "messages", "inferenceConfig", "toolConfig"];
const CONFIG = ["maxTokens", "temperature", "topP", "topK", "stopSequences"];
const BLOCKS = ["text", "image", "video", "document", "toolUse", "toolResult"];
const FORMATS: Record<string, string[]> = {
    image: ["png", "jpeg", "gif", "webp"],
    video: ["mkv", "mov", "mp4", "webm", "three_gp", "flv", "mpeg", "mpg", "wmv"],
    document: ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"],
};

/** What is wrong with it, or undefined. */
export function checkNova(body: Fields): string | undefined {
    const unknown =
        Object.keys(body).find((name) => !MEMBERS.includes(name)) ??
        Object.keys(body.inferenceConfig ?? {}).find((name) => !CONFIG.includes(name));
    if (unknown !== undefined) return `#: extraneous key [${unknown}] is not permitted`;
    if (body.schemaVersion !== "messages-v1") return "#: required key [schemaVersion] not found";
    if (!Array.isArray(body.messages) || body.messages.length === 0) return "#/messages: expected minimum item count: 1";
    for (const block of body.system ?? []) if (!block.text) return "#/system: expected a text";
    let side = "";
    for (const { role, content } of body.messages) {
        if (role === side || !["user", "assistant"].includes(role)) return "#/messages: roles must alternate";
        side = role;
        const problem = checkContent(content);
        if (problem) return problem;
    }
    if (body.messages[0].role !== "user") return "#/messages: a conversation must start with a user message";
    return checkTools(body.toolConfig);
}

function checkContent(content: unknown): string | undefined {
    if (!Array.isArray(content) || content.length === 0) return "#/messages/content: expected minimum item count: 1";
    for (const block of content) {
        const [kind, ...more] = Object.keys(block);
        if (kind === undefined || more.length > 0 || !BLOCKS.includes(kind)) return "#/messages/content: unknown block";
        if (kind === "text" && (typeof block.text !== "string" || block.text === "")) return "#/text: must not be empty";
        if (Object.hasOwn(FORMATS, kind)) {
            const { format, source, name } = block[kind];
            if (!FORMATS[kind]!.includes(format) || !source.bytes) return `#/${kind}: unknown format`;
            const named = /^[A-Za-z0-9\-()[\]]+( [A-Za-z0-9\-()[\]]+)*$/.test(name ?? "");
            if (kind === "document" && !named) return "#/document/name: only alphanumeric characters and single blanks";
        }
        if (kind === "toolUse" && typeof block.toolUse.input !== "object") return "#/toolUse/input: expected an object";
        if (kind === "toolResult" && !Array.isArray(block.toolResult.content)) return "#/toolResult: expected content";
    }
    return undefined;
}

function checkTools(config: Fields | undefined): string | undefined {
    for (const { toolSpec } of config?.tools ?? []) {
        if (typeof toolSpec?.name !== "string" || typeof toolSpec.inputSchema?.json !== "object") return "#/toolConfig/tools";
    }
    return undefined;
}

function usageOf(reply: Reply): object {
    const { input_tokens: inputTokens, output_tokens: outputTokens } = reply.usage;
    return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

export function answer(reply: Reply): object {
    const content = reply.content.map((block) =>
        block.type === "tool_use"
            ? { toolUse: { toolUseId: block.id, name: block.name, input: block.input } }
            : { text: "text" in block ? block.text : "" },
    );
    return { output: { message: { role: "assistant", content } }, stopReason: reply.stopReason, usage: usageOf(reply) };
}

export function events(reply: Reply): unknown[] {
    const blocks = reply.content.flatMap((block, contentBlockIndex): unknown[] => {
        if (block.type === "tool_use") {
            const input = JSON.stringify(block.input);
            return [
                { contentBlockStart: { start: { toolUse: { toolUseId: block.id, name: block.name } }, contentBlockIndex } },
                { contentBlockDelta: { delta: { toolUse: { input: input.slice(0, 5) } }, contentBlockIndex } },
                { contentBlockDelta: { delta: { toolUse: { input: input.slice(5) } }, contentBlockIndex } },
                { contentBlockStop: { contentBlockIndex } },
            ];
        }
        const texts = pieces("text" in block ? block.text : "");
        return [
            ...texts.map((text) => ({ contentBlockDelta: { delta: { text }, contentBlockIndex } })),
            { contentBlockStop: { contentBlockIndex } },
        ];
    });
    return [
        { messageStart: { role: "assistant" } },
        ...blocks,
        { messageStop: { stopReason: reply.stopReason } },
        { metadata: { usage: usageOf(reply), metrics: {}, trace: {} } },
    ];
}
