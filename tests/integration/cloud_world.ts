// A world with a channel of a cloud that hosts models (AWS Bedrock, Vertex AI) beside the OpenAI one, and its clients of three dialects.
import { serviceAccount, startVertexSim, TOKEN_PATH, type VertexSim } from "../sim/vertex.ts";
import type { ChannelSettings, LogRow } from "./admin.ts";
import { type ChatAnswer, type ChatOptions, MESSAGES } from "./chat_client.ts";
import { CLAUDE, MessageAnswer } from "./claude_world.ts";
import { startWorld, World, type WorldOptions } from "./world.ts";

export class CloudWorld {
    constructor(
        readonly world: World,
        /** The same world, seen from the cloud's channel. */
        readonly side: World,
    ) {}

    /** A small Messages request; `more` adds or replaces members. */
    async message(more: Record<string, unknown> = {}, options: ChatOptions = {}): Promise<MessageAnswer> {
        const body = { model: CLAUDE, max_tokens: 100, messages: MESSAGES, ...more };
        const response = await this.world.client.open(body, { path: "/v1/messages", ...options });
        return new MessageAnswer(response.status, response.headers, await response.text());
    }

    chat(more: Record<string, unknown> = {}): Promise<ChatAnswer> {
        return this.world.client.chat({ model: CLAUDE, ...more });
    }

    async responses(more: Record<string, unknown> = {}): Promise<any> {
        const body = { model: CLAUDE, input: "Say hello.", ...more };
        const response = await this.world.client.open(body, { path: "/v1/responses" });
        return response.json();
    }

    async row(answer: { requestId: string }): Promise<{ row: LogRow; other: any }> {
        const row = await this.world.consumeRow(answer.requestId);
        return { row, other: JSON.parse(row.other) };
    }

    /** Changes the cloud's channel; resolves when requests see it. */
    async change(fields: Record<string, unknown>): Promise<void> {
        await this.world.admin.data("PUT", "/api/channel/", { id: this.side.channelId, ...fields });
    }

    close(): Promise<void> {
        return this.world.close();
    }
}

export async function startCloudWorld(channel: ChannelSettings, options: WorldOptions = {}): Promise<CloudWorld> {
    const world = await startWorld(options);
    const channelId = await world.admin.addChannel({ name: "cloud", ...channel });
    return new CloudWorld(world, new World(world.sim, world.gateway, world.admin, channelId, world.token));
}

/** The same with the simulated Vertex AI behind the channel; `other`: its regions. Both are the caller's to close. */
export async function startVertexWorld(models: string[], other: object): Promise<[CloudWorld, VertexSim]> {
    const vertex = await startVertexSim();
    const channel = { type: 41, key: serviceAccount(), base_url: vertex.url, models: models.join(",") };
    const env = { VERTEX_TOKEN_URL: vertex.url + TOKEN_PATH };
    return [await startCloudWorld({ ...channel, other: JSON.stringify(other) }, { env }), vertex];
}
