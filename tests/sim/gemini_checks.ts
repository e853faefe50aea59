// What Google's generateContent API refuses beyond its JSON layer, and with which error: wrong keys, empty contents and names, calls and
// results that do not meet, function schemas and media it does not take. The texts are the vendor's own.
import { invalid, type Refusal } from "./gemini_objects.ts";
import { checkMessage } from "./gemini_schema.ts";
import type { RecordedRequest } from "./request_reader.ts";

type Fields = Record<string, any>;

const MIMES = [
    "application/pdf", "audio/mpeg", "audio/mp3", "audio/wav", "audio/aac", "audio/ogg", "audio/flac", "audio/aiff", "image/png",
    "image/jpeg", "image/jpg", "image/webp", "image/heic", "image/heif", "text/plain", "video/mov", "video/mpeg", "video/mp4",
    "video/mpg", "video/avi", "video/wmv", "video/mpegps", "video/flv", "video/webm", "video/3gpp",
];
const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

export function checkKey(request: RecordedRequest, key: string): Refusal | undefined {
    const query = new URLSearchParams(request.target.split("?")[1] ?? "");
    const given = request.header("x-goog-api-key") ?? query.get("key");
    if (given === null) {
        return {
            code: 403,
            message:
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other " +
                "form of API consumer identity to call this API.",
            status: "PERMISSION_DENIED",
        };
    }
    if (given === key) return undefined;
    return invalid("API key not valid. Please pass a valid API key.", [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "API_KEY_INVALID",
            domain: "googleapis.com",
            metadata: { service: "generativelanguage.googleapis.com" },
        },
    ]);
}

/** The body, both spellings of its names made one, or what is wrong with it. */
export function parseBody(request: RecordedRequest, message: string): { body: Fields } | Refusal {
    let body: unknown;
    try {
        body = JSON.parse(request.text);
    } catch {
        return invalid("Invalid JSON payload received. Unexpected token.");
    }
    const problem = checkMessage(body, message);
    return problem ?? { body: camel(body) as Fields };
}

const OPAQUE = ["args", "response", "properties", "parametersJsonSchema", "responseJsonSchema"];

/** Names in camelCase, but for what is data. */
function camel(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(camel);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => {
        const name = key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
        return [name, OPAQUE.includes(name) ? item : camel(item)];
    });
    return Object.fromEntries(entries);
}

export function checkGenerate(body: Fields): Refusal | undefined {
    const contents: Fields[] = body.contents ?? [];
    if (contents.length === 0) return invalid("* GenerateContentRequest.contents: contents is not specified\n");
    return checkContents(contents) ?? checkTools(body) ?? checkSystem(body.systemInstruction) ?? checkConfig(body.generationConfig);
}

function checkSystem(system: Fields | undefined): Refusal | undefined {
    if (system === undefined) return undefined;
    const said = (system.parts ?? []).some((part: Fields) => (part.text ?? "") !== "");
    return said ? undefined : invalid("* GenerateContentRequest.system_instruction.parts: contents.parts must not be empty.\n");
}

function checkConfig(config: Fields | undefined): Refusal | undefined {
    if (config === undefined) return undefined;
    const { temperature, stopSequences = [], thinkingConfig, maxOutputTokens } = config;
    if (temperature !== undefined && (temperature < 0 || temperature > 2)) {
        return invalid(`* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n`);
    }
    if (stopSequences.length > 5) return invalid("The number of stop_sequences must be at most 5.");
    if (maxOutputTokens !== undefined && maxOutputTokens < 1) return invalid("max_output_tokens must be positive.");
    if (thinkingConfig?.thinkingBudget !== undefined && thinkingConfig.thinkingLevel !== undefined) {
        return invalid("You can only set only one of thinking budget and thinking level.");
    }
    return undefined;
}

function checkPart(part: Fields, place: string): Refusal | undefined {
    const kinds = Object.keys(part).filter((name) => !["thought", "thoughtSignature", "videoMetadata"].includes(name));
    if (kinds.length !== 1) return invalid(`* ${place}.data: required oneof field 'data' must have one initialized field\n`);
    const mime = part.inlineData?.mimeType;
    if (part.inlineData !== undefined && !MIMES.includes(mime)) return invalid(`Unsupported MIME type: ${mime}`);
    const { functionCall: call, functionResponse: result } = part;
    if (call !== undefined && (call.name ?? "") === "") return invalid(`* ${place}.function_call.name: Name cannot be empty.\n`);
    if (result !== undefined && (result.name ?? "") === "") {
        return invalid(`* ${place}.function_response.name: Name cannot be empty.\n`);
    }
    return undefined;
}

function checkContents(contents: Fields[]): Refusal | undefined {
    let open: string[] = [];
    for (const [index, content] of contents.entries()) {
        const place = `GenerateContentRequest.contents[${index}]`;
        const role = content.role ?? "user";
        if (role !== "user" && role !== "model") return invalid("Please use a valid role: user, model.");
        const parts: Fields[] = content.parts ?? [];
        if (parts.length === 0) return invalid(`* ${place}.parts: contents.parts must not be empty.\n`);
        for (const [at, part] of parts.entries()) {
            const problem = checkPart(part, `${place}.parts[${at}]`);
            if (problem) return problem;
        }
        const answered = parts.flatMap((part) => (part.functionResponse ? [String(part.functionResponse.name)] : []));
        if ([...answered].sort().join() !== [...open].sort().join()) {
            return invalid(
                "Please ensure that the number of function response parts is equal to the number of function call parts of the " +
                    "function call turn.",
            );
        }
        open = parts.flatMap((part) => (part.functionCall ? [String(part.functionCall.name)] : []));
    }
    return open.length === 0
        ? undefined
        : invalid("Please ensure that function call turn comes immediately after a user turn or after a function response turn.");
}

function checkTools(body: Fields): Refusal | undefined {
    const declared: Fields[] = (body.tools ?? []).flatMap((tool: Fields) => tool.functionDeclarations ?? []);
    for (const [index, declaration] of declared.entries()) {
        const place = `GenerateContentRequest.tools[0].function_declarations[${index}]`;
        if (!NAME.test(declaration.name ?? "")) {
            return invalid(
                `* ${place}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be ` +
                    "alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n",
            );
        }
        const problem = declaration.parameters && checkSchema(declaration.parameters, `${place}.parameters`);
        if (problem) return problem;
    }
    const empty = (body.tools ?? []).some((tool: Fields) => Object.keys(tool).length === 0);
    if (empty) return invalid("* GenerateContentRequest.tools[0].tool_type: required one_of 'tool_type' must have one initialized field\n");
    const config = body.toolConfig?.functionCallingConfig;
    if (config === undefined) return undefined;
    if (declared.length === 0 && config.mode?.toUpperCase() === "ANY") {
        return invalid("Function calling config is set without function_declarations.");
    }
    if (config.allowedFunctionNames !== undefined && !/^(ANY|VALIDATED)$/i.test(config.mode ?? "")) {
        return invalid("allowed_function_names should only be set when function calling mode is ANY.");
    }
    return undefined;
}

function checkSchema(schema: Fields, place: string): Refusal | undefined {
    const type = schema.type?.toUpperCase();
    const properties = schema.properties;
    if (type === undefined && schema.anyOf === undefined) {
        return invalid(`* ${place}: schema didn't specify the schema type field.\n`);
    }
    if (type === "OBJECT" && properties !== undefined && Object.keys(properties).length === 0) {
        return invalid(`* ${place}.properties: should be non-empty for OBJECT type\n`);
    }
    if (type === "ARRAY" && schema.items === undefined) return invalid(`* ${place}.items: missing field.\n`);
    if (schema.enum !== undefined && type !== "STRING") return invalid(`* ${place}.enum: only allowed for STRING type\n`);
    const blank = (schema.enum ?? []).indexOf("");
    if (blank >= 0) return invalid(`* ${place}.enum[${blank}]: cannot be empty\n`);
    for (const name of schema.required ?? []) {
        if (properties?.[name] === undefined) return invalid(`* ${place}.required[0]: property is not defined\n`);
    }
    for (const [name, inner] of Object.entries(properties ?? {})) {
        const problem = checkSchema(inner as Fields, `${place}.properties[${name}]`);
        if (problem) return problem;
    }
    return schema.items === undefined ? undefined : checkSchema(schema.items, `${place}.items`);
}
