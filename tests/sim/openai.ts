// The simulated OpenAI provider: Chat Completions (whole and streamed, tool calls), models, embeddings; what else it serves is in
// openai_routes.ts. It checks requests as
// the vendor does and answers them, unless a test has queued a script (`next`) or bound one to a model (`onModel`).
import type { Exchange, Script } from "./exchange.ts";
import { checkChat, checkKey, parseBody } from "./openai_checks.ts";
import * as wire from "./openai_objects.ts";
import { ENDPOINTS, serveRoute } from "./openai_routes.ts";
import { checkResponses } from "./responses_checks.ts";
import { ScriptedServer } from "./scripted_server.ts";
import type { ServerOptions } from "./server.ts";

export interface OpenAiSimOptions extends Pick<ServerOptions, "tls" | "host"> {
    /** Keys it accepts; an empty list accepts requests with any key or none. */
    keys?: string[];
    models?: string[];
    /** Fields it does not know are let through, as many compatible servers do. */
    allowUnknownFields?: boolean;
}

export const SIM_KEY = "sk-sim-Hq3vT9wLr5XzB8nKcY2mDf6JpA4gUeS7";
export const SIM_TEXT = "Hello from the other side.";
export const SIM_USAGE = wire.usage(21, 7);

type ChatBody = {
    model: string;
    messages: { role: string; content: unknown }[];
    stream?: boolean;
    stream_options?: { include_usage?: boolean } | null;
    tools?: { function: { name: string } }[];
};

export class OpenAiSim extends ScriptedServer<wire.Refusal> {
    /** What the next ordinary answers say and report. */
    text = SIM_TEXT;
    usage: wire.Usage | undefined = SIM_USAGE;
    keys: string[];
    models: string[];
    allowUnknownFields: boolean;
    readonly #byModel = new Map<string, Script>();
    #serial = 0;

    constructor(options: OpenAiSimOptions) {
        super((exchange) => this.#serve(exchange), { ...options, headers: wire.vendorHeaders });
        this.keys = options.keys ?? [SIM_KEY];
        this.models = options.models ?? ["gpt-4o", "gpt-4o-mini"];
        this.allowUnknownFields = options.allowUnknownFields ?? false;
    }

    /** The script of all requests for a model; queued ones go first. */
    onModel(model: string, script: Script): void {
        this.#byModel.set(model, script);
    }

    /** The reply that it would give to this request. */
    reply(exchange: Exchange): wire.Reply {
        const body = exchange.request.json as ChatBody;
        const names = (body.tools ?? []).map((tool) => tool.function.name);
        return {
            id: `chatcmpl-sim${String(++this.#serial).padStart(6, "0")}`,
            model: body.model,
            created: Math.floor(Date.now() / 1000),
            text: this.text,
            toolCalls: names.map((name, index) => ({
                id: `call_sim${index}`,
                name,
                arguments: JSON.stringify({ city: "Bergen", index }),
            })),
            usage: this.usage,
        };
    }

    /** Whether the request asks for the usage chunk of a stream. */
    wantsUsage(exchange: Exchange): boolean {
        return (exchange.request.json as ChatBody).stream_options?.include_usage === true;
    }

    /** The chunks that it would stream to this request, without the end marker. */
    chunks(exchange: Exchange): object[] {
        return wire.chunks(this.reply(exchange), this.wantsUsage(exchange) && this.usage !== undefined);
    }

    /** The ordinary answer: whole or streamed, as the request asks. */
    async answerChat(exchange: Exchange): Promise<void> {
        if ((exchange.request.json as ChatBody).stream !== true) {
            return exchange.json(200, wire.completion(this.reply(exchange)));
        }
        await exchange.openStream();
        for (const chunk of this.chunks(exchange)) await exchange.event(chunk);
        await exchange.event("[DONE]");
        await exchange.end();
    }

    async #serve(exchange: Exchange): Promise<void> {
        const { method, path } = exchange.request;
        const problem = this.keys.length > 0 ? checkKey(exchange.request, this.keys) : undefined;
        if (problem) return this.#refuse(exchange, problem);
        if (method === "GET" && path === "/v1/models") return exchange.json(200, wire.modelList(this.models));
        if (method === "POST" && path === "/v1/chat/completions") return this.#chat(exchange);
        if (method === "POST" && path === "/v1/embeddings") return this.#embeddings(exchange);
        if (method === "POST" && Object.hasOwn(ENDPOINTS, path)) return this.#route(exchange);
        return this.#refuse(exchange, wire.refusal(404, `Invalid URL (${method} ${path})`));
    }

    async #chat(exchange: Exchange): Promise<void> {
        const parsed = parseBody(exchange.request);
        if ("status" in parsed) return this.#refuse(exchange, parsed);
        const problem = checkChat(parsed.body, this.allowUnknownFields);
        if (problem) return this.#refuse(exchange, problem);
        const script = this.nextScript() ?? this.#byModel.get(parsed.body.model as string);
        return script ? script(exchange) : this.answerChat(exchange);
    }

    async #embeddings(exchange: Exchange): Promise<void> {
        const parsed = parseBody(exchange.request);
        if ("status" in parsed) return this.#refuse(exchange, parsed);
        const script = this.nextScript();
        if (script) return script(exchange);
        const { model, input } = parsed.body;
        return exchange.json(200, wire.embeddingList(String(model), Array.isArray(input) ? input.length : 1));
    }

    /** An endpoint beside chat; scripts go first, but for Responses what the vendor refuses goes before them. */
    async #route(exchange: Exchange): Promise<void> {
        const parsed = exchange.request.path === "/v1/responses" ? parseBody(exchange.request) : undefined;
        const refused = parsed && "body" in parsed ? checkResponses(parsed.body, this.allowUnknownFields) : undefined;
        if (refused) return this.#refuse(exchange, refused);
        const script = this.nextScript();
        if (script) return script(exchange);
        const problem = await serveRoute(this, exchange);
        if (problem) return this.#refuse(exchange, problem);
    }

    #refuse(exchange: Exchange, problem: wire.Refusal): Promise<void> {
        this.refused.push(problem);
        return exchange.json(problem.status, { error: problem.error });
    }
}

export async function startOpenAiSim(options: OpenAiSimOptions = {}): Promise<OpenAiSim> {
    const sim = new OpenAiSim(options);
    await sim.listen();
    return sim;
}
