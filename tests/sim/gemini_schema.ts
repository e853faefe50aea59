// The messages of Google's generateContent API by the types of their fields, as its reference lists them, and the check that its JSON
// layer makes of every request: unknown names and values of a wrong type, with the vendor's own texts. Both spellings are taken.
import { badPayload, type Refusal } from "./gemini_objects.ts";

/** `string`, `bytes`, ..., the name of a message, `{Name}` a map of them; `[]` behind it: a list. */
type Fields = Record<string, string>;

const MESSAGES: Record<string, Fields> = {
    GenerateContentRequest: {
        model: "string",
        contents: "Content[]",
        systemInstruction: "Content",
        tools: "Tool[]",
        toolConfig: "ToolConfig",
        safetySettings: "SafetySetting[]",
        generationConfig: "GenerationConfig",
        cachedContent: "string",
    },
    CountTokensRequest: { model: "string", contents: "Content[]", generateContentRequest: "GenerateContentRequest" },
    EmbedContentRequest: {
        model: "string",
        content: "Content",
        taskType: "enum",
        title: "string",
        outputDimensionality: "integer",
    },
    BatchEmbedContentsRequest: { model: "string", requests: "EmbedContentRequest[]" },
    PredictRequest: { model: "string", instances: "any[]", parameters: "any" },
    Content: { role: "string", parts: "Part[]" },
    Part: {
        text: "string",
        inlineData: "Blob",
        fileData: "FileData",
        functionCall: "FunctionCall",
        functionResponse: "FunctionResponse",
        executableCode: "ExecutableCode",
        codeExecutionResult: "CodeExecutionResult",
        thought: "boolean",
        thoughtSignature: "bytes",
        videoMetadata: "any",
    },
    Blob: { mimeType: "string", data: "bytes" },
    FileData: { mimeType: "string", fileUri: "string" },
    FunctionCall: { id: "string", name: "string", args: "struct" },
    FunctionResponse: {
        id: "string",
        name: "string",
        response: "struct",
        willContinue: "boolean",
        scheduling: "enum",
        parts: "any[]",
    },
    ExecutableCode: { language: "enum", code: "string" },
    CodeExecutionResult: { outcome: "enum", output: "string" },
    Tool: {
        functionDeclarations: "FunctionDeclaration[]",
        googleSearch: "any",
        googleSearchRetrieval: "any",
        codeExecution: "any",
        urlContext: "any",
        computerUse: "any",
    },
    FunctionDeclaration: {
        name: "string",
        description: "string",
        behavior: "enum",
        parameters: "Schema",
        parametersJsonSchema: "any",
        response: "Schema",
        responseJsonSchema: "any",
    },
    Schema: {
        type: "type",
        format: "string",
        title: "string",
        description: "string",
        nullable: "boolean",
        enum: "string[]",
        maxItems: "integer",
        minItems: "integer",
        properties: "{Schema}",
        required: "string[]",
        minProperties: "integer",
        maxProperties: "integer",
        minLength: "integer",
        maxLength: "integer",
        pattern: "string",
        example: "any",
        anyOf: "Schema[]",
        propertyOrdering: "string[]",
        default: "any",
        items: "Schema",
        minimum: "number",
        maximum: "number",
    },
    ToolConfig: {
        functionCallingConfig: "FunctionCallingConfig",
        retrievalConfig: "any",
        includeServerSideToolInvocations: "boolean",
    },
    FunctionCallingConfig: { mode: "mode", allowedFunctionNames: "string[]" },
    SafetySetting: { category: "enum", threshold: "enum" },
    GenerationConfig: {
        stopSequences: "string[]",
        responseMimeType: "string",
        responseSchema: "Schema",
        responseJsonSchema: "any",
        responseModalities: "enum[]",
        candidateCount: "integer",
        maxOutputTokens: "integer",
        temperature: "number",
        topP: "number",
        topK: "integer",
        seed: "integer",
        presencePenalty: "number",
        frequencyPenalty: "number",
        responseLogprobs: "boolean",
        logprobs: "integer",
        enableEnhancedCivicAnswers: "boolean",
        speechConfig: "any",
        thinkingConfig: "ThinkingConfig",
        imageConfig: "any",
        mediaResolution: "enum",
    },
    ThinkingConfig: { includeThoughts: "boolean", thinkingBudget: "integer", thinkingLevel: "level" },
};

const TYPES = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"];
const MODES = ["AUTO", "ANY", "NONE", "VALIDATED"];
const LEVELS = ["MINIMAL", "LOW", "MEDIUM", "HIGH"];

function snake(name: string): string {
    return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SCALARS: Record<string, { name: string; fits: (value: unknown) => boolean }> = {
    string: { name: "TYPE_STRING", fits: (value) => typeof value === "string" },
    bytes: {
        name: "TYPE_BYTES",
        fits: (value) => typeof value === "string" && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value),
    },
    boolean: { name: "TYPE_BOOL", fits: (value) => typeof value === "boolean" },
    number: { name: "TYPE_FLOAT", fits: (value) => typeof value === "number" },
    integer: {
        name: "TYPE_INT32",
        fits: (value) => Number.isInteger(value) || (typeof value === "string" && /^-?\d+$/.test(value)),
    },
    struct: { name: "type.googleapis.com/google.protobuf.Struct", fits: isObject },
    enum: { name: "TYPE_ENUM", fits: (value) => typeof value === "string" && value !== "" },
    type: { name: "type.googleapis.com/google.ai.generativelanguage.Type", fits: among(TYPES) },
    mode: { name: "type.googleapis.com/google.ai.generativelanguage.FunctionCallingConfig.Mode", fits: among(MODES) },
    level: { name: "type.googleapis.com/google.ai.generativelanguage.ThinkingConfig.ThinkingLevel", fits: among(LEVELS) },
    any: { name: "", fits: () => true },
};

function among(words: string[]): (value: unknown) => boolean {
    return (value) => typeof value === "string" && words.includes(value.toUpperCase());
}

function wrongType(value: unknown, place: string, type: string): Refusal {
    return badPayload(`Invalid value at '${place}' (${type}), ${JSON.stringify(value)}`);
}

function checkList(value: unknown, kind: string, place: string): Refusal | undefined {
    if (!Array.isArray(value)) return badPayload(`Invalid JSON payload received. Unknown name "" at '${place}': Proto field is not repeating, cannot start list.`);
    for (const [index, item] of value.entries()) {
        const problem = checkValue(item, kind, `${place}[${index}]`);
        if (problem) return problem;
    }
    return undefined;
}

function checkValue(value: unknown, kind: string, place: string): Refusal | undefined {
    if (value === null) return undefined;
    if (kind.endsWith("[]")) return checkList(value, kind.slice(0, -2), place);
    if (kind.startsWith("{")) {
        if (!isObject(value)) return wrongType(value, place, "Map");
        for (const [key, item] of Object.entries(value)) {
            const problem = checkValue(item, kind.slice(1, -1), `${place}[${key}].value`);
            if (problem) return problem;
        }
        return undefined;
    }
    const scalar = SCALARS[kind];
    if (scalar === undefined) return checkMessage(value, kind, place);
    return scalar.fits(value) ? undefined : wrongType(value, place, scalar.name);
}

/** The first thing that is wrong with `value` as a message of that name; `place` is empty for the whole body. */
export function checkMessage(value: unknown, name: string, place = ""): Refusal | undefined {
    if (!isObject(value)) return wrongType(value, place, `type.googleapis.com/google.ai.generativelanguage.v1beta.${name}`);
    const fields = MESSAGES[name]!;
    const seen = new Set<string>();
    for (const [key, item] of Object.entries(value)) {
        const field = Object.keys(fields).find((known) => known === key || snake(known) === key);
        const at = place === "" ? "" : ` at '${place}'`;
        if (field === undefined) return badPayload(`Invalid JSON payload received. Unknown name "${key}"${at}: Cannot find field.`);
        if (seen.has(field)) return badPayload(`Invalid value${at} (oneof), oneof field '${snake(field)}' is already set.`);
        seen.add(field);
        const problem = checkValue(item, fields[field]!, place === "" ? snake(field) : `${place}.${snake(field)}`);
        if (problem) return problem;
    }
    return undefined;
}
