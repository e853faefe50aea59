// A world with a channel of a cloud that hosts models (AWS Bedrock, Vertex AI), the simulated cloud behind it, and its clients of three
// dialects. What a suite of such a cloud stands on from its first test to its last.
import { AWS_KEY, type AwsSim, startAwsSim } from "../sim/aws.ts";
import { serviceAccount, startVertexSim, TOKEN_PATH, type VertexSim } from "../sim/vertex.ts";
import type { ChannelSettings, LogRow } from "./admin.ts";
import { type ChatAnswer, type ChatOptions, MESSAGES } from "./chat_client.ts";
import { CLAUDE, MessageAnswer } from "./claude_world.ts";
import { startWorld, World, type WorldOptions } from "./world.ts";

interface CloudSim {
    readonly url: string;
    forget(): void;
    close(): Promise<void>;
}

export class CloudWorld<Sim extends CloudSim = CloudSim> {
    constructor(
        readonly world: World,
        /** The same world, seen from the cloud's channel. */
        readonly side: World,
        readonly cloud: Sim,
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

    /** What was asked of the simulated providers, and what they are told to answer. */
    forget(): void {
        this.world.sim.forget();
        this.cloud.forget();
    }

    async close(): Promise<void> {
        try {
            await this.world.close();
        } finally {
            await this.cloud.close();
        }
    }
}

async function startCloudWorld<Sim extends CloudSim>(
    cloud: Sim,
    channel: Omit<ChannelSettings, "base_url">,
    options: WorldOptions = {},
): Promise<CloudWorld<Sim>> {
    const world = await startWorld(options);
    const channelId = await world.admin.addChannel({ name: "cloud", ...channel, base_url: cloud.url });
    return new CloudWorld(world, new World(world.sim, world.gateway, world.admin, channelId, world.token), cloud);
}

export async function startAwsWorld(models: string[]): Promise<CloudWorld<AwsSim>> {
    return startCloudWorld(await startAwsSim(), { type: 33, key: AWS_KEY, models: models.join(",") });
}

/** `other`: the regions of the channel. */
export async function startVertexWorld(models: string[], other: object): Promise<CloudWorld<VertexSim>> {
    const vertex = await startVertexSim();
    const channel = { type: 41, key: serviceAccount(), models: models.join(","), other: JSON.stringify(other) };
    return startCloudWorld(vertex, channel, { env: { VERTEX_TOKEN_URL: vertex.url + TOKEN_PATH } });
}
