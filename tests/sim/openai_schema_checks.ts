// What OpenAI refuses of tools, JSON Schemas and ids, in Chat and in Responses alike: names, types that JSON Schema does not have, strict
// schemas that are not closed. The texts are the vendor's own.
import { type Refusal, refusal } from "./openai_objects.ts";

export type Fields = Record<string, any>;

const TYPES = ["object", "array", "string", "integer", "number", "boolean", "null"];
const NAME = /^[a-zA-Z0-9_-]+$/;

export function isObject(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function unknown(place: string): Refusal {
    return refusal(400, `Unknown parameter: '${place}'.`, { param: place, code: "unknown_parameter" });
}

export function missing(place: string): Refusal {
    const code = "missing_required_parameter";
    return refusal(400, `Missing required parameter: '${place}'.`, { param: place, code });
}

export function badType(place: string, wanted: string, value: unknown): Refusal {
    const got = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    const message = `Invalid type for '${place}': expected ${wanted}, but got ${/^[aeiou]/.test(got) ? "an" : "a"} ${got} instead.`;
    return refusal(400, message, { param: place, code: "invalid_type" });
}

export function badValue(place: string, value: unknown, supported: string[]): Refusal {
    const listed = supported.map((one) => `'${one}'`).join(", ").replace(/, ([^,]*)$/, ", and $1");
    return refusal(400, `Invalid value: '${value}'. Supported values are: ${listed}.`, { param: place, code: "invalid_value" });
}

/** The first member that is not among the known ones. */
export function unknownMember(object: Fields, known: string[], place: string): Refusal | undefined {
    const name = Object.keys(object).find((key) => !known.includes(key));
    return name === undefined ? undefined : unknown(`${place}.${name}`);
}

export function checkName(name: unknown, place: string): Refusal | undefined {
    if (name === undefined) return missing(place);
    if (typeof name !== "string") return badType(place, "a string", name);
    if (name === "") {
        const message =
            `Invalid '${place}': empty string. Expected a string with minimum length 1, but got an empty string ` + "instead.";
        return refusal(400, message, { param: place, code: "empty_string" });
    }
    if (name.length > 64) {
        const message = `Invalid '${place}': string too long. Expected a string with maximum length 64, but got a string with length ${name.length} instead.`;
        return refusal(400, message, { param: place, code: "string_above_max_length" });
    }
    const message = `Invalid '${place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`;
    return NAME.test(name) ? undefined : refusal(400, message, { param: place, code: "invalid_value" });
}

/** What is wrong with a schema, in words; undefined: nothing. */
function schemaFault(schema: unknown): string | undefined {
    if (typeof schema === "boolean") return undefined;
    if (!isObject(schema)) return `${JSON.stringify(schema)} is not of type 'object', 'boolean'`;
    for (const type of [schema.type ?? []].flat()) {
        if (!TYPES.includes(type)) return `'${type}' is not valid under any of the given schemas`;
    }
    if (schema.required !== undefined && !Array.isArray(schema.required)) return `${schema.required} is not of type 'array'`;
    if (schema.properties !== undefined && !isObject(schema.properties)) return "properties is not of type 'object'";
    if (schema.type === "array" && schema.items === undefined) return "array schema missing items";
    const inner = [
        ...Object.values(schema.properties ?? {}),
        ...["items", "additionalProperties", "not"].map((key) => schema[key]).filter((one) => one !== undefined),
        ...["anyOf", "oneOf", "allOf"].flatMap((key) => schema[key] ?? []),
    ];
    for (const one of inner) {
        const fault = schemaFault(one);
        if (fault) return fault;
    }
    return undefined;
}

/** Strict schemas are closed, and all their members are required. */
function strictFault(schema: Fields): string | undefined {
    const properties = Object.keys(schema.properties ?? {});
    if (schema.type === "object" && schema.additionalProperties !== false) {
        return "In context=(), 'additionalProperties' is required to be supplied and to be false.";
    }
    const left = properties.find((name) => !(schema.required ?? []).includes(name));
    if (left === undefined) return undefined;
    return `In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing '${left}'.`;
}

export interface CheckedSchema {
    schema: unknown;
    strict: unknown;
    /** `function 'f'`, `response_format 'f'`. */
    of: string;
    place: string;
    code: string;
}

export function checkSchema({ schema, strict, of, place, code }: CheckedSchema): Refusal | undefined {
    if (schema === undefined || schema === null) return undefined;
    const fail = (why: string) => refusal(400, `Invalid schema for ${of}: ${why}`, { param: place, code });
    if (!isObject(schema)) return badType(place, "an object", schema);
    if (schema.type !== "object") {
        const type = schema.type === undefined ? "None" : schema.type;
        const fault = schemaFault(schema);
        return fail(fault ?? `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`);
    }
    if (schema.properties === undefined) return fail("In context=(), object schema missing properties.");
    const fault = schemaFault(schema) ?? (strict === true ? strictFault(schema) : undefined);
    return fault === undefined ? undefined : fail(fault);
}

const IMAGES = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^GIF8[79]a/, /^RIFF....WEBP/s];

/** A `data:` URL must hold an image that it says it holds. */
export function checkImageUrl(url: unknown, place: string): Refusal | undefined {
    if (typeof url !== "string") return badType(place, "an image URL", url);
    if (/^https?:/.test(url)) return undefined;
    const data = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/]+={0,2})$/.exec(url)?.[1];
    const bytes = data === undefined ? "" : Buffer.from(data, "base64").toString("latin1");
    if (IMAGES.some((magic) => magic.test(bytes))) return undefined;
    const message = "The image data you provided does not represent a valid image. Please check your input and try again with one of the following image formats: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'].";
    return refusal(400, message, { param: place, code: "invalid_image" });
}

/** Models that reason take an effort, and no sampling of one's own. */
export function reasons(model: string): boolean {
    return /^(o[1-9]|gpt-5)/.test(model) && !model.includes("-chat");
}
