// What OpenAI's Chat Completions API refuses, and with which error: missing or wrong keys, bodies that are not JSON, fields it
// does not know or whose type is wrong. The texts are the vendor's own; tests compare what a client sees of them.
import { checkFormat, checkMessage, checkModelMembers, checkPairs, checkTools } from "./openai_message_checks.ts";
import { type Refusal, refusal } from "./openai_objects.ts";
import type { RecordedRequest } from "./request_reader.ts";

type Kind =
    | "string"
    | "boolean"
    | "integer"
    | "decimal"
    | "object"
    | "array"
    | "string or array"
    | "string or object";

const CHAT_FIELDS: Record<string, Kind> = {
    model: "string",
    messages: "array",
    audio: "object",
    frequency_penalty: "decimal",
    function_call: "string or object",
    functions: "array",
    logit_bias: "object",
    logprobs: "boolean",
    max_completion_tokens: "integer",
    max_tokens: "integer",
    metadata: "object",
    modalities: "array",
    n: "integer",
    parallel_tool_calls: "boolean",
    prediction: "object",
    presence_penalty: "decimal",
    prompt_cache_key: "string",
    prompt_cache_retention: "string",
    reasoning_effort: "string",
    response_format: "object",
    safety_identifier: "string",
    seed: "integer",
    service_tier: "string",
    stop: "string or array",
    store: "boolean",
    stream: "boolean",
    stream_options: "object",
    temperature: "decimal",
    tool_choice: "string or object",
    tools: "array",
    top_logprobs: "integer",
    top_p: "decimal",
    user: "string",
    verbosity: "string",
    web_search_options: "object",
};

const RANGES: Record<string, [number, number]> = {
    frequency_penalty: [-2, 2],
    presence_penalty: [-2, 2],
    temperature: [0, 2],
    top_p: [0, 1],
    top_logprobs: [0, 20],
    n: [1, 128],
};

const ROLES = ["system", "assistant", "user", "function", "tool", "developer"];

function kindOf(value: unknown): string {
    if (value === null) return "null";
    if (Array.isArray(value)) return "array";
    if (typeof value === "number") return Number.isInteger(value) ? "integer" : "decimal";
    return typeof value;
}

function fits(value: unknown, kind: Kind): boolean {
    const actual = kindOf(value);
    return (
        actual === "null" ||
        kind.split(" or ").includes(actual) ||
        (kind === "decimal" && actual === "integer")
    );
}

function article(kind: string): string {
    return `${/^[aio]/.test(kind) ? "an" : "a"} ${kind}`;
}

export function checkKey(request: RecordedRequest, keys: string[]): Refusal | undefined {
    const value = request.header("authorization");
    if (value === undefined) {
        return refusal(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header " +
                "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from " +
                "https://platform.openai.com/account/api-keys.",
        );
    }
    const key = /^Bearer (\S+)$/.exec(value)?.[1];
    if (key !== undefined && keys.includes(key)) return undefined;
    const shown = key === undefined ? value : `${key.slice(0, 8)}${"*".repeat(8)}${key.slice(-4)}`;
    return refusal(
        401,
        `Incorrect API key provided: ${shown}. You can find your API key at ` +
            "https://platform.openai.com/account/api-keys.",
        { code: "invalid_api_key" },
    );
}

/** The body as an object, or the vendor's refusal of what is no JSON object. */
export function parseBody(request: RecordedRequest): { body: Record<string, unknown> } | Refusal {
    if (!/^application\/json\b/i.test(request.header("content-type") ?? "")) {
        return refusal(400, "you must provide a model parameter");
    }
    const failure = refusal(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't " +
            "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. " +
            "If you have trouble figuring out how to fix this, please contact us through our help center at " +
            "help.openai.com.)",
    );
    try {
        const body = JSON.parse(request.text);
        return kindOf(body) === "object" ? { body } : failure;
    } catch {
        return failure;
    }
}

export function checkChat(body: Record<string, unknown>, allowUnknown: boolean): Refusal | undefined {
    if (typeof body.model !== "string") return refusal(400, "you must provide a model parameter");
    for (const [name, value] of Object.entries(body)) {
        const kind = Object.hasOwn(CHAT_FIELDS, name) ? CHAT_FIELDS[name] : undefined;
        if (kind === undefined) {
            if (allowUnknown) continue;
            return refusal(400, `Unknown parameter: '${name}'.`, { param: name, code: "unknown_parameter" });
        }
        const problem = checkField(name, value, kind);
        if (problem) return problem;
    }
    return checkMessages(body.messages) ?? checkStreamOptions(body) ?? (allowUnknown ? undefined : checkDetails(body));
}

/** What the vendor's own server minds; those that are compatible with it know more members and mind less. */
function checkDetails(body: Record<string, any>): Refusal | undefined {
    for (const [index, message] of body.messages.entries()) {
        const problem = checkMessage(message, `messages[${index}]`);
        if (problem) return problem;
    }
    return checkPairs(body.messages) ?? checkTools(body) ?? checkFormat(body.response_format) ?? checkModelMembers(body);
}

function checkField(name: string, value: unknown, kind: Kind): Refusal | undefined {
    if (!fits(value, kind)) {
        return refusal(
            400,
            `Invalid type for '${name}': expected ${article(kind)}, but got ${article(kindOf(value))} ` +
                "instead.",
            { param: name, code: "invalid_type" },
        );
    }
    const range = RANGES[name];
    if (!range || typeof value !== "number") return undefined;
    const noun = kind === "integer" ? "integer" : "decimal";
    if (value > range[1]) {
        return refusal(
            400,
            `Invalid '${name}': ${noun} above maximum value. Expected a value <= ${range[1]}, but got ` +
                `${value} instead.`,
            { param: name, code: `${noun}_above_max_value` },
        );
    }
    if (value < range[0]) {
        return refusal(
            400,
            `Invalid '${name}': ${noun} below minimum value. Expected a value >= ${range[0]}, but got ` +
                `${value} instead.`,
            { param: name, code: `${noun}_below_min_value` },
        );
    }
    return undefined;
}

function checkMessages(messages: unknown): Refusal | undefined {
    if (!Array.isArray(messages)) {
        return refusal(400, "Missing required parameter: 'messages'.", {
            param: "messages",
            code: "missing_required_parameter",
        });
    }
    if (messages.length === 0) {
        return refusal(
            400,
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty " +
                "array instead.",
            { param: "messages", code: "empty_array" },
        );
    }
    for (const [index, message] of messages.entries()) {
        const place = `messages[${index}]`;
        if (kindOf(message) !== "object") {
            return refusal(
                400,
                `Invalid type for '${place}': expected an object, but got ${article(kindOf(message))} ` +
                    "instead.",
                { param: place, code: "invalid_type" },
            );
        }
        if (!ROLES.includes(message.role)) {
            const supported = ROLES.map((role) => `'${role}'`)
                .join(", ")
                .replace(/, ([^,]*)$/, ", and $1");
            return refusal(400, `Invalid value: '${message.role}'. Supported values are: ${supported}.`, {
                param: `${place}.role`,
                code: "invalid_value",
            });
        }
    }
    return undefined;
}

function checkStreamOptions(body: Record<string, unknown>): Refusal | undefined {
    if (body.stream_options == null || body.stream === true) return undefined;
    return refusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
        param: "stream_options",
    });
}
