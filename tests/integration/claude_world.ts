// A world with a second provider: the simulated Anthropic behind a channel of its own, beside the OpenAI one. What tests of Messages and
// of translated conversations stand on.
import { CLAUDE_KEY, type AnthropicSim, startAnthropicSim } from "../sim/anthropic.ts";
import type { ChannelSettings, LogRow } from "./admin.ts";
import { type ChatAnswer, type ChatOptions, MESSAGES } from "./chat_client.ts";
import { startWorld, World, type WorldOptions } from "./world.ts";

export const CLAUDE = "claude-sonnet-4-5-20250929";
/** What the simulated Anthropic's ordinary answer costs: 30 tokens in and 9 out, five times as dear, at a ratio of 1.5. */
export const CLAUDE_PRICE = Math.round((30 + 9 * 5) * 1.5);

export class ClaudeWorld {
    /** The same world, seen from the channel of the simulated Anthropic: `costs` looks at that one. */
    readonly side: World;

    constructor(
        readonly world: World,
        readonly claude: AnthropicSim,
        readonly channelId: number,
    ) {
        this.side = new World(world.sim, world.gateway, world.admin, channelId, world.token);
    }

    /** A small Messages request; `more` adds or replaces members. The answer's text is as it came. */
    async message(more: Record<string, unknown> = {}, options: ChatOptions = {}): Promise<MessageAnswer> {
        const body = { model: CLAUDE, max_tokens: 100, messages: MESSAGES, ...more };
        return this.post(body, options);
    }

    async post(body: unknown, options: ChatOptions = {}): Promise<MessageAnswer> {
        const response = await this.world.client.open(body, { path: "/v1/messages", ...options });
        return new MessageAnswer(response.status, response.headers, await response.text());
    }

    chat(more: Record<string, unknown> = {}): Promise<ChatAnswer> {
        return this.world.client.chat({ model: CLAUDE, ...more });
    }

    async row(answer: { requestId: string }): Promise<{ row: LogRow; other: any }> {
        const row = await this.world.consumeRow(answer.requestId);
        return { row, other: JSON.parse(row.other) };
    }

    forget(): void {
        this.world.sim.forget();
        this.claude.forget();
    }

    async close(): Promise<void> {
        try {
            await this.world.close();
        } finally {
            await this.claude.close();
        }
    }
}

/** An answer in Anthropic's dialect, whole or as events. */
export class MessageAnswer {
    readonly json: any;
    readonly events: any[];

    constructor(
        readonly status: number,
        readonly headers: Headers,
        readonly text: string,
    ) {
        const streamed = headers.get("content-type")?.startsWith("text/event-stream") ?? false;
        this.events = streamed ? eventsOf(text) : [];
        this.json = streamed ? undefined : JSON.parse(text);
    }

    get requestId(): string {
        return this.headers.get("x-oneapi-request-id") ?? "";
    }

    get types(): string[] {
        return this.events.map((event) => event.type);
    }

    /** What the model said. */
    get said(): string {
        if (this.json) return this.json.content.map((block: any) => block.text ?? "").join("");
        return this.events.map((event) => event.delta?.text ?? "").join("");
    }

    get error(): { type: string; message: string } | undefined {
        return this.json?.error ?? this.events.find((event) => event.type === "error")?.error;
    }
}

/** The payloads of a stream, each of which must be framed under its own name. */
function eventsOf(text: string): any[] {
    return text
        .split("\n\n")
        .filter((frame) => frame !== "" && !frame.startsWith(":"))
        .map((frame) => {
            const [first, second, ...more] = frame.split("\n");
            const event = JSON.parse(second!.slice("data: ".length));
            if (first !== `event: ${event.type}` || more.length > 0) throw new Error(`badly framed: ${frame}`);
            return event;
        });
}

export async function startClaudeWorld(
    options: WorldOptions & { claude?: Partial<ChannelSettings> } = {},
): Promise<ClaudeWorld> {
    const claude = await startAnthropicSim();
    const world = await startWorld(options);
    const channelId = await world.admin.addChannel({
        type: 14,
        name: "claude",
        key: CLAUDE_KEY,
        base_url: claude.url,
        models: CLAUDE,
        ...options.claude,
    });
    return new ClaudeWorld(world, claude, channelId);
}
