// What the scenarios of the conformance matrix say, show and call: texts with characters that need escapes, the smallest real image and
// document, two tools, a schema.
import type { Tool } from "./model.ts";

export const ANSWER = 'Hello from the far side: "¡olé!" 🌧️\nand more.';
export const REFUSAL = "I cannot help with that.";
export const THOUGHT = "They want the weather.";
export const BIG_TEXT = `Line one.\n\tTabbed "quoted" \\ back\u2028 ${"å".repeat(50)}`;

/** One transparent pixel. */
export const PNG =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
export const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").toString("base64");

export const WEATHER_TOOLS: Tool[] = [
    {
        name: "weather",
        description: "The weather of a city.",
        schema: {
            type: "object",
            properties: { city: { type: "string", description: "Its name." } },
            required: ["city"],
        },
    },
    {
        name: "harbour",
        description: "The state of a harbour.",
        schema: {
            type: "object",
            properties: { city: { type: "string" }, deep: { type: "boolean" }, days: { type: "array", items: { type: "integer" } } },
            required: ["city"],
        },
    },
];

export const SCHEMA: Record<string, unknown> = {
    type: "object",
    properties: { sky: { type: "string", enum: ["rain", "sun"] } },
    required: ["sky"],
    additionalProperties: false,
};

/** What the reasoning of each simulated provider is signed with. */
export const SIGNATURES = {
    messages: "sig-sim-0123456789",
    responses: "enc-sim-abcdefghij",
    gemini: "Z2VtLXNpbS1zaWduYXR1cmU=",
} as const;
