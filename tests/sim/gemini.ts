// The simulated Gemini: generateContent (whole, as events and as a list), embeddings, the count of tokens, predict. It checks requests as
// the vendor does and answers them, unless a test has queued a script (`next`).
import type { Exchange, Script } from "./exchange.ts";
import { checkGenerate, checkKey, parseBody } from "./gemini_checks.ts";
import * as wire from "./gemini_objects.ts";
import { ScriptedServer } from "./scripted_server.ts";

export const GEMINI_KEY = "AIzaSySimulated-Qm4tKd2sVb9nHr6yLp3cFj7gT";
export const GEMINI_TEXT = "Salutations from the third vendor.";
export const GEMINI_THOUGHT = "A greeting is wanted.";
export const GEMINI_SIGNATURE = "c2lnLXNpbS1nZW1pbmktMDEyMzQ1";
export const GEMINI_USAGE = wire.usage(40, 11);
/** What it counts of any request. */
export const GEMINI_COUNT = 53;

/** What the body of an action is. */
export const MESSAGES: Record<string, string> = {
    generateContent: "GenerateContentRequest",
    streamGenerateContent: "GenerateContentRequest",
    countTokens: "CountTokensRequest",
    embedContent: "EmbedContentRequest",
    batchEmbedContents: "BatchEmbedContentsRequest",
    predict: "PredictRequest",
};

type Body = Record<string, any>;

export class GeminiSim extends ScriptedServer<wire.Refusal> {
    /** What the next ordinary answers say and report. */
    text = GEMINI_TEXT;
    usage: wire.Usage | undefined = GEMINI_USAGE;
    finishReason = "STOP";
    #serial = 0;

    constructor() {
        super((exchange) => this.#serve(exchange), { headers: wire.vendorHeaders });
    }

    /** And what a test changed. */
    override forget(): void {
        super.forget();
        this.text = GEMINI_TEXT;
        this.usage = GEMINI_USAGE;
        this.finishReason = "STOP";
    }

    /** The reply that it would give to this request: functions are called, unless the request brings their results. */
    reply(exchange: Exchange): wire.Reply {
        const parsed = parseBody(exchange.request, "GenerateContentRequest");
        const body: Body = "body" in parsed ? parsed.body : {};
        const parts: wire.Part[] = [];
        if (body.generationConfig?.thinkingConfig?.includeThoughts === true) {
            parts.push({ text: GEMINI_THOUGHT, thought: true });
        }
        const calls = called(body);
        if (this.text !== "" && calls.length === 0) parts.push({ text: this.text });
        calls.forEach((name, index) =>
            parts.push({
                functionCall: { name, args: { city: "Bergen", index } },
                ...(index === 0 ? { thoughtSignature: GEMINI_SIGNATURE } : {}),
            }),
        );
        return {
            id: `sim-${String(++this.#serial).padStart(6, "0")}`,
            model: modelOf(exchange),
            parts,
            finishReason: this.finishReason,
            usage: this.usage,
        };
    }

    /** The ordinary answer: whole, as events, or as a list where events were not asked for. */
    async answer(exchange: Exchange): Promise<void> {
        const { target } = exchange.request;
        if (!target.includes(":streamGenerateContent")) return exchange.json(200, wire.answer(this.reply(exchange)));
        const chunks = wire.chunks(this.reply(exchange));
        if (!/[?&]alt=sse(&|$)/.test(target)) return exchange.json(200, chunks);
        await exchange.openStream();
        for (const chunk of chunks) await exchange.piece(wire.framed(chunk));
        await exchange.end();
    }

    /** The first `count` chunks of the ordinary stream, then whatever `then` does. */
    streamThen(count: number, then: Script): Script {
        return async (exchange) => {
            await exchange.openStream();
            for (const chunk of wire.chunks(this.reply(exchange)).slice(0, count)) await exchange.piece(wire.framed(chunk));
            await then(exchange);
        };
    }

    async #serve(exchange: Exchange): Promise<void> {
        const { method, path } = exchange.request;
        const problem = checkKey(exchange.request, GEMINI_KEY);
        if (problem) return this.#refuse(exchange, problem);
        const action = /^\/v1(?:beta)?\/models\/[^:/]+:(\w+)$/.exec(path)?.[1] ?? "";
        const message = MESSAGES[action];
        if (method !== "POST" || message === undefined) {
            return this.#refuse(exchange, { code: 404, message: "Requested entity was not found.", status: "NOT_FOUND" });
        }
        const parsed = parseBody(exchange.request, message);
        if ("code" in parsed) return this.#refuse(exchange, parsed as wire.Refusal);
        const refused = this.#check(exchange, message, (parsed as { body: Body }).body);
        if (refused) return this.#refuse(exchange, refused);
        const script = this.nextScript();
        return script ? script(exchange) : this.act(exchange, action, (parsed as { body: Body }).body);
    }

    #check(exchange: Exchange, message: string, body: Body): wire.Refusal | undefined {
        const own = `models/${modelOf(exchange)}`;
        const named = [body, body.generateContentRequest ?? {}, ...(body.requests ?? [])].find(
            (request) => request.model !== undefined && request.model !== own,
        );
        if (named !== undefined) return wire.invalid(`Model '${named.model}' does not match the one of the URL, '${own}'.`);
        return message === "GenerateContentRequest" ? checkGenerate(body) : undefined;
    }

    /** The ordinary answer to an action; `body` passed the checks. */
    act(exchange: Exchange, action: string, body: Body): void | Promise<void> {
        const values = [0.25, -0.5, 1];
        switch (action) {
            case "countTokens":
                return exchange.json(200, {
                    totalTokens: GEMINI_COUNT,
                    promptTokensDetails: [{ modality: "TEXT", tokenCount: GEMINI_COUNT }],
                });
            case "embedContent":
                return exchange.json(200, { embedding: { values } });
            case "batchEmbedContents":
                return exchange.json(200, { embeddings: body.requests.map(() => ({ values })) });
            case "predict":
                return exchange.json(200, { predictions: predictions(body) });
            default:
                return this.answer(exchange);
        }
    }

    #refuse(exchange: Exchange, problem: wire.Refusal): Promise<void> {
        this.refused.push(problem);
        return exchange.json(problem.code, wire.errorBody(problem));
    }
}

/** Images, as many as are asked for of each prompt. */
function predictions(body: Body): object[] {
    const image = { mimeType: "image/png", bytesBase64Encoded: "iVBORw0KGgo=" };
    return body.instances.flatMap(() => Array.from({ length: body.parameters?.sampleCount ?? 1 }, () => image));
}

/** The name that stands in the path. */
function modelOf(exchange: Exchange): string {
    return decodeURIComponent(/\/models\/([^:]+):/.exec(exchange.request.path)?.[1] ?? "");
}

/** The functions that a request makes the model call. */
function called(body: Body): string[] {
    const results = (body.contents?.at(-1)?.parts ?? []).some((part: Body) => part.functionResponse !== undefined);
    const { mode = "AUTO", allowedFunctionNames } = body.toolConfig?.functionCallingConfig ?? {};
    if (results || /^none$/i.test(mode)) return [];
    const names: string[] = (body.tools ?? []).flatMap((tool: Body) =>
        (tool.functionDeclarations ?? []).map((declaration: Body) => declaration.name),
    );
    return allowedFunctionNames === undefined ? names : names.filter((name) => allowedFunctionNames.includes(name));
}

export async function startGeminiSim(): Promise<GeminiSim> {
    const sim = new GeminiSim();
    await sim.listen();
    return sim;
}
