// What OpenAI's Chat Completions API refuses of messages, tools and formats: parts it does not know, results of tools without their calls,
// names, schemas, members that a model does not take. The texts are the vendor's own.
import { type Refusal, refusal } from "./openai_objects.ts";
import * as checks from "./openai_schema_checks.ts";
import type { Fields } from "./openai_schema_checks.ts";

/** Members by role. What servers beside OpenAI's own tell of reasoning comes back from programs, and is taken. */
const MEMBERS: Record<string, string[]> = {
    system: ["content", "name"],
    developer: ["content", "name"],
    user: ["content", "name"],
    assistant: [
        "content", "name", "refusal", "audio", "tool_calls", "function_call", "annotations", "reasoning_content",
        "reasoning_details",
    ],
    tool: ["content", "tool_call_id", "name"],
    function: ["content", "name"],
};
const PARTS: Record<string, string[]> = {
    text: ["text"],
    image_url: ["image_url"],
    input_audio: ["input_audio"],
    file: ["file"],
    refusal: ["refusal"],
};

export function checkMessage(message: Fields, place: string): Refusal | undefined {
    const extra = checks.unknownMember(message, ["role", ...MEMBERS[message.role]!], place);
    if (extra) return extra;
    const { content } = message;
    const empty = content === undefined || content === null;
    if (empty && (message.role !== "assistant" || (!message.tool_calls && !message.function_call && !message.refusal && !message.audio))) {
        return refusal(400, "Invalid value for 'content': expected a string, got null.", {
            param: `${place.replace("[", ".[")}.content`,
        });
    }
    if (!empty && typeof content !== "string") {
        if (!Array.isArray(content)) return checks.badType(`${place}.content`, "one of a string or array of objects", content);
        for (const [index, part] of content.entries()) {
            const problem = checkPart(part, `${place}.content[${index}]`);
            if (problem) return problem;
        }
    }
    return checkCalls(message.tool_calls, `${place}.tool_calls`);
}

function checkPart(part: Fields, place: string): Refusal | undefined {
    const known = PARTS[part?.type];
    if (known === undefined) return checks.badValue(`${place}.type`, part?.type, Object.keys(PARTS));
    const extra = checks.unknownMember(part, ["type", ...known], place);
    if (extra) return extra;
    if (part.type === "text" && typeof part.text !== "string") return checks.missing(`${place}.text`);
    if (part.type === "image_url") return checks.checkImageUrl(part.image_url?.url, `${place}.image_url.url`);
    if (part.type === "file" && part.file?.file_id === undefined) {
        if (!/^data:[\w./+-]+;base64,/.test(part.file?.file_data ?? "")) return checks.missing(`${place}.file.file_data`);
        if (!part.file.filename) return checks.missing(`${place}.file.filename`);
    }
    return undefined;
}

function checkCalls(calls: unknown, place: string): Refusal | undefined {
    if (calls === undefined || calls === null) return undefined;
    if (!Array.isArray(calls)) return checks.badType(place, "an array of objects", calls);
    if (calls.length === 0) {
        const message = `Invalid '${place}': empty array. Expected an array with minimum length 1, but got an empty array instead.`;
        return refusal(400, message, { param: place, code: "empty_array" });
    }
    for (const [index, call] of calls.entries()) {
        const at = `${place}[${index}]`;
        if (typeof call.id !== "string" || call.id === "") return checks.missing(`${at}.id`);
        if (call.type === "custom") continue;
        if (call.type !== "function") return checks.badValue(`${at}.type`, call.type, ["function", "custom"]);
        const problem = checks.checkName(call.function?.name, `${at}.function.name`);
        if (problem) return problem;
        if (typeof call.function.arguments !== "string") return checks.missing(`${at}.function.arguments`);
    }
    return undefined;
}

/** Each result answers a call right before it, and each call has its result. */
export function checkPairs(messages: Fields[]): Refusal | undefined {
    let open: string[] = [];
    for (const [index, message] of messages.entries()) {
        if (message.role === "tool") {
            if (!open.includes(message.tool_call_id)) {
                return refusal(
                    400,
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
                    { param: `messages.[${index}].role` },
                );
            }
            open = open.filter((id) => id !== message.tool_call_id);
            continue;
        }
        if (open.length > 0) return unanswered(open, index);
        open = (message.tool_calls ?? []).map((call: Fields) => call.id);
    }
    return open.length > 0 ? unanswered(open, messages.length) : undefined;
}

function unanswered(ids: string[], index: number): Refusal {
    return refusal(
        400,
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
            `The following tool_call_ids did not have response messages: ${ids.join(", ")}`,
        { param: `messages.[${index}].role` },
    );
}

export function checkTools(body: Fields): Refusal | undefined {
    const { tools, tool_choice: choice } = body;
    if (tools === undefined || tools === null) {
        const name = ["tool_choice", "parallel_tool_calls"].find((one) => body[one] !== undefined && body[one] !== "none");
        if (name === undefined) return undefined;
        return refusal(400, `Invalid value for '${name}': '${name}' is only allowed when 'tools' are specified.`, { param: name });
    }
    const names: string[] = [];
    for (const [index, tool] of tools.entries()) {
        const at = `tools[${index}]`;
        if (tool.type !== "function" && tool.type !== "custom") return checks.badValue(`${at}.type`, tool.type, ["function", "custom"]);
        const { name, parameters, strict } = tool[tool.type] ?? {};
        const problem =
            checks.checkName(name, `${at}.${tool.type}.name`) ??
            checks.checkSchema({
                schema: parameters,
                strict,
                of: `function '${name}'`,
                place: `${at}.function.parameters`,
                code: "invalid_function_parameters",
            });
        if (problem) return problem;
        names.push(name);
    }
    const chosen = choice?.function?.name;
    if (chosen === undefined || names.includes(chosen)) return undefined;
    return refusal(400, `Tool choice '${chosen}' not found in 'tools' parameter.`, { param: "tool_choice" });
}

export function checkFormat(format: Fields | null | undefined): Refusal | undefined {
    if (format?.type !== "json_schema") return undefined;
    const described = format.json_schema;
    if (!checks.isObject(described)) return checks.missing("response_format.json_schema");
    return (
        checks.checkName(described.name, "response_format.json_schema.name") ??
        checks.checkSchema({
            schema: described.schema,
            strict: described.strict,
            of: `response_format '${described.name}'`,
            place: "response_format",
            code: "invalid_json_schema",
        })
    );
}

/** What a model does not take. */
export function checkModelMembers(body: Fields): Refusal | undefined {
    if (Array.isArray(body.stop) && body.stop.length > 4) {
        const message = `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${body.stop.length} instead.`;
        return refusal(400, message, { param: "stop", code: "array_above_max_length" });
    }
    const code = "unsupported_parameter";
    if (!checks.reasons(body.model)) return undefined;
    if (body.max_tokens !== undefined && body.max_tokens !== null) {
        const message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        return refusal(400, message, { param: "max_tokens", code });
    }
    const sampling = ["temperature", "top_p"].find((name) => (body[name] ?? 1) !== 1);
    if (sampling === undefined) return undefined;
    const message = `Unsupported value: '${sampling}' does not support ${body[sampling]} with this model. Only the default (1) value is supported.`;
    return refusal(400, message, { param: sampling, code: "unsupported_value" });
}
