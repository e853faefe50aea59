// The simulated Anthropic: Messages (whole and streamed, tools, thinking), the count of tokens, models. It checks requests as the
// vendor does and answers them, unless a test has queued a script (`next`).
import { checkHeaders, checkMessages, parseBody } from "./anthropic_checks.ts";
import * as wire from "./anthropic_objects.ts";
import type { Exchange, Script } from "./exchange.ts";
import { ScriptedServer } from "./scripted_server.ts";

export const CLAUDE_KEY = "sk-ant-sim-Zt8mQw4xKd2sVb9nHr6yLp3cFj7gTa5e";
export const CLAUDE_TEXT = "Greetings from the other vendor.";
export const CLAUDE_THOUGHT = "They want a greeting.";
export const CLAUDE_SIGNATURE = "sig-sim-0123456789";
export const CLAUDE_USAGE = wire.usage(30, 9);
/** What it counts of any request. */
export const CLAUDE_COUNT = 41;

type Body = {
    model: string;
    stream?: boolean;
    tools?: { name: string }[];
    messages: { content: unknown }[];
    thinking?: { type: string };
};

export class AnthropicSim extends ScriptedServer<wire.Refusal> {
    /** What the next ordinary answers say and report. */
    text = CLAUDE_TEXT;
    usage = CLAUDE_USAGE;
    stopReason: string | undefined;
    #serial = 0;

    constructor() {
        super((exchange) => this.#serve(exchange), { headers: wire.vendorHeaders });
    }

    /** And what a test changed. */
    override forget(): void {
        super.forget();
        this.text = CLAUDE_TEXT;
        this.usage = CLAUDE_USAGE;
        this.stopReason = undefined;
    }

    /** The reply that it would give to this request: tools are called, unless the request brings their results. */
    reply(exchange: Exchange): wire.Reply {
        const body = exchange.request.json as Body;
        const last = body.messages.at(-1)!.content;
        const answered = Array.isArray(last) && last.some((block) => block.type === "tool_result");
        const called = answered ? [] : (body.tools ?? []).filter((tool) => tool.name !== undefined);
        const content: wire.Block[] = [];
        if (body.thinking !== undefined && body.thinking.type !== "disabled") {
            content.push({ type: "thinking", thinking: CLAUDE_THOUGHT, signature: CLAUDE_SIGNATURE });
        }
        content.push({ type: "text", text: this.text });
        called.forEach((tool, index) =>
            content.push({
                type: "tool_use",
                id: `toolu_sim${index}`,
                name: tool.name,
                input: { city: "Bergen", index },
            }),
        );
        return {
            id: `msg_sim${String(++this.#serial).padStart(6, "0")}`,
            model: body.model,
            content,
            stopReason: this.stopReason ?? (called.length > 0 ? "tool_use" : "end_turn"),
            usage: this.usage,
        };
    }

    /** The ordinary answer: whole or streamed, as the request asks. */
    async answer(exchange: Exchange): Promise<void> {
        if ((exchange.request.json as Body).stream !== true) {
            return exchange.json(200, wire.message(this.reply(exchange)));
        }
        await exchange.openStream();
        for (const event of wire.events(this.reply(exchange))) await exchange.piece(wire.framed(event));
        await exchange.end();
    }

    /** The first `count` events of the ordinary stream, then whatever `then` does. */
    streamThen(count: number, then: Script): Script {
        return async (exchange) => {
            await exchange.openStream();
            for (const event of wire.events(this.reply(exchange)).slice(0, count)) {
                await exchange.piece(wire.framed(event));
            }
            await then(exchange);
        };
    }

    async #serve(exchange: Exchange): Promise<void> {
        const { method, path } = exchange.request;
        const problem = checkHeaders(exchange.request, [CLAUDE_KEY]);
        if (problem) return this.#refuse(exchange, problem);
        if (method === "POST" && path === "/v1/messages") return this.#messages(exchange);
        if (method === "POST" && path === "/v1/messages/count_tokens") {
            return exchange.json(200, { input_tokens: CLAUDE_COUNT });
        }
        return this.#refuse(exchange, { status: 404, type: "not_found_error", message: "Not found" });
    }

    async #messages(exchange: Exchange): Promise<void> {
        const parsed = parseBody(exchange.request);
        if ("status" in parsed) return this.#refuse(exchange, parsed);
        const problem = checkMessages(parsed.body);
        if (problem) return this.#refuse(exchange, problem);
        const script = this.nextScript();
        return script ? script(exchange) : this.answer(exchange);
    }

    #refuse(exchange: Exchange, problem: wire.Refusal): Promise<void> {
        this.refused.push(problem);
        return exchange.json(problem.status, wire.errorBody(problem));
    }
}

export async function startAnthropicSim(): Promise<AnthropicSim> {
    const sim = new AnthropicSim();
    await sim.listen();
    return sim;
}
