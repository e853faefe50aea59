// What OpenAI's Responses API refuses: members and items that it does not know, outputs without their calls, ids of the wrong kind,
// schemas, limits. The texts are the vendor's own.
import { type Refusal, refusal } from "./openai_objects.ts";
import * as checks from "./openai_schema_checks.ts";
import type { Fields } from "./openai_schema_checks.ts";

const FIELDS = [
    "model", "input", "instructions", "previous_response_id", "conversation", "prompt", "include", "max_output_tokens",
    "max_tool_calls", "temperature", "top_p", "top_logprobs", "parallel_tool_calls", "store", "background", "stream",
    "stream_options", "reasoning", "text", "tools", "tool_choice", "truncation", "metadata", "user", "service_tier",
    "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "context_management",
];
/**
 * Members of items by type, and what their ids begin with. An output may name its function; what the vendor's package adds to items of its
 * own comes back with them.
 */
const ITEMS: Record<string, { members: string[]; id: string }> = {
    message: { members: ["role", "content", "phase"], id: "msg" },
    function_call: { members: ["call_id", "name", "arguments", "namespace", "parsed_arguments"], id: "fc" },
    function_call_output: { members: ["call_id", "output", "name"], id: "fc" },
    custom_tool_call: { members: ["call_id", "name", "input"], id: "ctc" },
    custom_tool_call_output: { members: ["call_id", "output"], id: "ctc" },
    reasoning: { members: ["summary", "content", "encrypted_content"], id: "rs" },
    item_reference: { members: [], id: "" },
};
const PARTS: Record<string, Record<string, string[]>> = {
    user: {
        input_text: ["text"],
        input_image: ["image_url", "file_id", "detail"],
        input_file: ["file_id", "file_url", "filename", "file_data"],
        input_audio: ["input_audio"],
    },
    assistant: { output_text: ["text", "annotations", "logprobs", "parsed"], refusal: ["refusal"] },
};
const ROLES = ["assistant", "system", "developer", "user"];

export function checkResponses(body: Fields, allowUnknown: boolean): Refusal | undefined {
    const extra = Object.keys(body).find((name) => !FIELDS.includes(name));
    if (extra !== undefined && !allowUnknown) return checks.unknown(extra);
    if (body.input === undefined) return checks.missing("input");
    if (typeof body.input !== "string" && !Array.isArray(body.input)) {
        return checks.badType("input", "one of a string or array of objects", body.input);
    }
    return checkInput(body) ?? checkTools(body) ?? checkFormat(body.text?.format) ?? checkScalars(body);
}

function checkInput(body: Fields): Refusal | undefined {
    if (typeof body.input === "string") return undefined;
    for (const [index, item] of body.input.entries()) {
        const problem = checkItem(item, `input[${index}]`);
        if (problem) return problem;
    }
    return body.previous_response_id ? undefined : checkPairs(body.input);
}

function checkItem(item: Fields, place: string): Refusal | undefined {
    if (!checks.isObject(item)) return checks.badType(place, "an object", item);
    const type = item.type ?? "message";
    const rule = ITEMS[type];
    if (rule === undefined) return /_call(_output)?$|^mcp_/.test(type) ? undefined : checks.badValue(`${place}.type`, type, Object.keys(ITEMS));
    const extra = checks.unknownMember(item, ["type", "id", "status", ...rule.members], place);
    if (extra) return extra;
    if (item.id !== undefined && item.id !== null && !String(item.id).startsWith(rule.id)) {
        const message = `Invalid '${place}.id': '${item.id}'. Expected an ID that begins with '${rule.id}'.`;
        return refusal(400, message, { param: `${place}.id`, code: "invalid_value" });
    }
    if (type === "message") return checkMessage(item, place);
    if (type === "reasoning") return checkReasoning(item, place);
    if (!rule.members.includes("call_id")) return undefined;
    if (typeof item.call_id !== "string" || item.call_id === "") return checks.missing(`${place}.call_id`);
    if (type.endsWith("_output")) return item.output === undefined ? checks.missing(`${place}.output`) : undefined;
    const words = type === "function_call" ? "arguments" : "input";
    if (typeof item[words] !== "string") return checks.missing(`${place}.${words}`);
    return checks.checkName(item.name, `${place}.name`);
}

function checkMessage(item: Fields, place: string): Refusal | undefined {
    if (!ROLES.includes(item.role)) return checks.badValue(`${place}.role`, item.role, ROLES);
    if (typeof item.content === "string") return undefined;
    if (!Array.isArray(item.content)) return checks.badType(`${place}.content`, "one of a string or array of objects", item.content);
    const known = PARTS[item.role === "assistant" ? "assistant" : "user"]!;
    for (const [index, part] of item.content.entries()) {
        const at = `${place}.content[${index}]`;
        if (!Object.hasOwn(known, part.type)) return checks.badValue(at, part.type, Object.keys(known));
        const extra = checks.unknownMember(part, ["type", ...known[part.type]!], at);
        if (extra) return extra;
        if (part.type === "input_image" && part.file_id === undefined) {
            const problem = checks.checkImageUrl(part.image_url, `${at}.image_url`);
            if (problem) return problem;
        }
        if (part.file_data !== undefined && !/^data:[\w./+-]+;base64,/.test(part.file_data)) {
            return refusal(400, `Invalid input: Expected file data to be a data URL.`, { param: `${at}.file_data` });
        }
    }
    return undefined;
}

function checkReasoning(item: Fields, place: string): Refusal | undefined {
    if (!Array.isArray(item.summary)) return checks.missing(`${place}.summary`);
    const sealed = item.encrypted_content;
    if (sealed === undefined || sealed === null || String(sealed).startsWith("enc-sim")) return undefined;
    return refusal(400, `The encrypted content for item ${item.id} could not be verified.`, { code: "invalid_encrypted_content" });
}

/** Each output has its call before it, each call its output. */
function checkPairs(items: Fields[]): Refusal | undefined {
    const fail = (message: string) => refusal(400, message, { param: "input" });
    const open = new Map<string, string>();
    for (const item of items) {
        if (/_tool_call$|^function_call$/.test(item.type ?? "")) open.set(item.call_id, item.type);
        if (!/(^function|_tool)_call_output$/.test(item.type ?? "")) continue;
        if (!open.delete(item.call_id)) return fail(`No tool call found for function call output with call_id ${item.call_id}.`);
    }
    const [left] = open.keys();
    return left === undefined ? undefined : fail(`No tool output found for function call ${left}.`);
}

function checkTools(body: Fields): Refusal | undefined {
    const names: string[] = [];
    for (const [index, tool] of (body.tools ?? []).entries()) {
        const at = `tools[${index}]`;
        if (typeof tool.type !== "string") return checks.missing(`${at}.type`);
        names.push(tool.name ?? tool.type);
        if (tool.type !== "function") continue;
        const known = ["type", "name", "description", "parameters", "strict", "defer_loading"];
        const problem =
            checks.unknownMember(tool, known, at) ??
            checks.checkName(tool.name, `${at}.name`) ??
            checks.checkSchema({
                schema: tool.parameters,
                strict: tool.strict,
                of: `function '${tool.name}'`,
                place: `${at}.parameters`,
                code: "invalid_function_parameters",
            });
        if (problem) return problem;
    }
    const chosen = body.tool_choice?.name;
    if (chosen === undefined || names.includes(chosen)) return undefined;
    return refusal(400, `Tool choice '${chosen}' not found in 'tools' parameter.`, { param: "tool_choice" });
}

function checkFormat(format: Fields | undefined): Refusal | undefined {
    if (format?.type !== "json_schema") return undefined;
    const { name, schema, strict } = format;
    return (
        checks.checkName(name, "text.format.name") ??
        checks.checkSchema({
            schema,
            strict,
            of: `response_format '${name}'`,
            place: "text.format.schema",
            code: "invalid_json_schema",
        })
    );
}

function checkScalars(body: Fields): Refusal | undefined {
    const limit = body.max_output_tokens;
    if (typeof limit === "number" && limit < 16) {
        const message = `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`;
        return refusal(400, message, { param: "max_output_tokens", code: "integer_below_min_value" });
    }
    const code = "unsupported_parameter";
    if (!checks.reasons(String(body.model))) return undefined;
    const name = ["temperature", "top_p"].find((one) => (body[one] ?? 1) !== 1);
    if (name === undefined) return undefined;
    return refusal(400, `Unsupported parameter: '${name}' is not supported with this model.`, { param: name, code });
}
