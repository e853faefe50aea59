// The official @google/genai package, as a client of the conformance matrix.
import { ApiError, type Content, FunctionCallingConfigMode, GoogleGenAI, type Part } from "@google/genai";
import type { GenerateContentConfig, GenerateContentParameters, GenerateContentResponse } from "@google/genai";

import type { Answer, Ask, Choice, Piece, Result, Talking, Turn } from "./model.ts";

const FINISH: Record<string, string> = { STOP: "stop", MAX_TOKENS: "limit", SAFETY: "refusal" };

function part(piece: Piece): Part {
    if ("text" in piece) return { text: piece.text };
    if (piece.url !== undefined) {
        return { fileData: { mimeType: "image" in piece ? "image/png" : "application/pdf", fileUri: piece.url } };
    }
    if ("image" in piece) return { inlineData: { mimeType: "image/png", data: piece.image } };
    return { inlineData: { mimeType: "application/pdf", data: piece.pdf } };
}

function functionResponse({ id, name, output, failed }: Result): Part {
    const response = failed ? { error: output } : JSON.parse(output);
    return { functionResponse: { id, name, response } };
}

function content(turn: Turn): Content {
    if ("user" in turn) return { role: "user", parts: turn.user.map(part) };
    if ("again" in turn) return turn.again.native as Content;
    if ("results" in turn) return { role: "user", parts: turn.results.map(functionResponse) };
    const calls = (turn.calls ?? []).map(({ id, name, input }) => ({ functionCall: { id, name, args: input } }));
    return { role: "model", parts: [{ text: turn.said }, ...calls] };
}

function choice(value: Choice): GenerateContentConfig["toolConfig"] {
    if (typeof value !== "string") {
        const config = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: [value.tool] };
        return { functionCallingConfig: config };
    }
    const modes = {
        auto: FunctionCallingConfigMode.AUTO,
        none: FunctionCallingConfigMode.NONE,
        required: FunctionCallingConfigMode.ANY,
    };
    return { functionCallingConfig: { mode: modes[value] } };
}

/** The names of types as the dialect's own schema spells them. */
function spelled(schema: any): any {
    if (Array.isArray(schema)) return schema.map(spelled);
    if (typeof schema !== "object" || schema === null) return schema;
    return Object.fromEntries(
        Object.entries(schema).map(([key, value]) =>
            key === "type" && typeof value === "string" ? [key, value.toUpperCase()] : [key, spelled(value)],
        ),
    );
}

function parameters(ask: Ask): GenerateContentParameters {
    const config: GenerateContentConfig = {
        ...(ask.system && { systemInstruction: ask.system }),
        ...(ask.tools && {
            tools: [
                {
                    functionDeclarations: ask.tools.map(({ name, description, schema }) => ({
                        name,
                        description,
                        parameters: spelled(schema),
                    })),
                },
            ],
        }),
        ...(ask.choice && { toolConfig: choice(ask.choice) }),
        ...(ask.schema && { responseMimeType: "application/json", responseJsonSchema: ask.schema }),
        ...(ask.stop && { stopSequences: ask.stop }),
        ...(ask.limit && { maxOutputTokens: ask.limit }),
        ...(ask.reasoning && { thinkingConfig: { includeThoughts: true, thinkingBudget: 8000 } }),
    };
    return { model: ask.model, contents: ask.turns.map(content), config };
}

/** What all chunks of an answer say together. */
class Gathered {
    readonly #parts: Part[] = [];
    #finish: string | undefined;
    #last: GenerateContentResponse | undefined;

    add(response: GenerateContentResponse): void {
        this.#last = response;
        const [candidate] = response.candidates ?? [];
        if (response.promptFeedback?.blockReason) this.#finish = "SAFETY";
        this.#finish = candidate?.finishReason ?? this.#finish;
        for (const piece of candidate?.content?.parts ?? []) this.#join(piece);
    }

    #join(piece: Part): void {
        const last = this.#parts.at(-1);
        const texts = last?.text !== undefined && piece.text !== undefined && last.thought === piece.thought;
        if (texts && last.thoughtSignature === undefined) {
            Object.assign(last, piece, { text: last.text! + piece.text! });
        } else {
            this.#parts.push({ ...piece });
        }
    }

    answer(): Answer {
        const usage = this.#last?.usageMetadata;
        const calls = this.#parts
            .filter((piece) => piece.functionCall)
            .map(({ functionCall: call }, index) => ({
                id: call!.id ?? `call_${index}`,
                name: call!.name!,
                input: call!.args ?? {},
            }));
        const finish = FINISH[this.#finish ?? ""] ?? String(this.#finish);
        const texts = (thought: boolean) =>
            this.#parts.map((piece) => ((piece.thought ?? false) === thought ? (piece.text ?? "") : "")).join("");
        return {
            text: texts(false),
            refusal: "",
            thought: texts(true),
            calls,
            finish: finish === "stop" && calls.length > 0 ? "calls" : finish,
            usage: {
                input: usage?.promptTokenCount ?? 0,
                cached: usage?.cachedContentTokenCount ?? 0,
                output: (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0),
            },
            native: { role: "model", parts: this.#parts },
        };
    }
}

export function geminiClient(baseUrl: string, apiKey: string, fetch: typeof globalThis.fetch): Talking {
    const genai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl, fetch, retryOptions: { attempts: 1 } } });
    return {
        async ask(ask, heard) {
            const gathered = new Gathered();
            if (ask.mode === "full") {
                gathered.add(await genai.models.generateContent(parameters(ask)));
                return gathered.answer();
            }
            for await (const chunk of await genai.models.generateContentStream(parameters(ask))) {
                for (const piece of chunk.candidates?.[0]?.content?.parts ?? []) if (piece.text && !piece.thought) heard(piece.text);
                gathered.add(chunk);
            }
            return gathered.answer();
        },
        problem(error) {
            if (error instanceof ApiError) return { status: error.status, message: error.message };
            // How the package puts a body that cannot be read, and an error in a stream.
            if (error instanceof Error) return { status: undefined, message: error.message };
            throw error;
        },
    };
}
