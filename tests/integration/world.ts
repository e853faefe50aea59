// What most integration tests stand on: a simulated provider, a gateway that is set up with a channel to it, and a client
// with a token. And the two questions every test of money asks: what has changed, and is anything still held.
import { expect } from "bun:test";

import { type OpenAiSim, type OpenAiSimOptions, SIM_KEY, startOpenAiSim } from "../sim/openai.ts";
import { until } from "../sim/waiting.ts";
import { Admin, type ChannelSettings, type LogRow, type Token } from "./admin.ts";
import { ChatClient } from "./chat_client.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";

export interface WorldOptions extends GatewayOptions {
    sim?: OpenAiSimOptions;
    channel?: Partial<ChannelSettings>;
    token?: Record<string, unknown>;
}

/** Balances as the database has them. */
export interface Balances {
    quota: number;
    used: number;
    requests: number;
    tokenRemaining: number;
    tokenUsed: number;
    channelUsed: number;
    rows: number;
}

export class World {
    constructor(
        readonly sim: OpenAiSim,
        readonly gateway: Gateway,
        readonly admin: Admin,
        readonly channelId: number,
        readonly token: Token,
    ) {}

    get client(): ChatClient {
        return this.clientOf(this.token);
    }

    clientOf(token: Token): ChatClient {
        return new ChatClient(this.gateway.url, token.key);
    }

    /** Balances after everything settled so far has been written: the log answer waits for it. */
    async balances(token: Token = this.token): Promise<Balances> {
        await this.admin.logs();
        const [row] = this.gateway.query<Balances>(
            `
            SELECT u.quota, u.used_quota AS used, u.request_count AS requests, t.remain_quota AS "tokenRemaining",
                   t.used_quota AS "tokenUsed", c.used_quota AS "channelUsed",
                   (SELECT count(*) FROM logs WHERE type = 2) AS "rows"
            FROM users u, tokens t, channels c WHERE u.id = ? AND t.id = ? AND c.id = ?`,
            this.admin.userId,
            token.id,
            this.channelId,
        );
        return row!;
    }

    /** The consume row of a request. */
    async consumeRow(requestId: string): Promise<LogRow> {
        expect(requestId).not.toBe("");
        return until(`a log row of ${requestId}`, async () => {
            const rows = await this.admin.logs({ request_id: requestId, type: 2 });
            expect(rows.length).toBeLessThanOrEqual(1);
            return rows[0];
        });
    }

    /** Runs `act` and checks that it moved no money and wrote no consume row. */
    async costsNothing(act: () => Promise<void>): Promise<void> {
        const before = await this.balances();
        await act();
        expect(await this.balances()).toEqual(before);
    }

    /** Runs `act` and checks that exactly `quota` moved, once, everywhere. */
    async costs(quota: number, act: () => Promise<void>, token: Token = this.token): Promise<void> {
        const before = await this.balances(token);
        await act();
        expect(await this.balances(token)).toEqual({
            quota: before.quota - quota,
            used: before.used + quota,
            requests: before.requests + 1,
            tokenRemaining: before.tokenRemaining - quota,
            tokenUsed: before.tokenUsed + quota,
            channelUsed: before.channelUsed + quota,
            rows: before.rows + 1,
        });
    }

    async close(): Promise<void> {
        try {
            await this.gateway.stop();
        } finally {
            await this.sim.close();
        }
    }
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
    const sim = await startOpenAiSim(options.sim);
    const gateway = await Gateway.start(options);
    const admin = new Admin(gateway);
    await admin.setUp();
    const channelId = await admin.addChannel({ base_url: sim.url, key: SIM_KEY, ...options.channel });
    const token = await admin.createToken(options.token);
    return new World(sim, gateway, admin, channelId, token);
}
