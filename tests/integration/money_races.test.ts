// Money when many spend at once: parallel requests that together exceed a balance, tokens and users that may not spend, changes of
// both while requests run. Never is more spent than what was held, and what was held of a failed request is free again before
// its client sees the failure. Chapters: billing 5, relay 4.2.
import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import * as faults from "../sim/faults.ts";
import { SIM_TEXT, SIM_USAGE } from "../sim/openai.ts";
import { Gate, until } from "../sim/waiting.ts";
import type { Admin, Token } from "./admin.ts";
import { quotaOf } from "./bill.ts";
import { type ChatAnswer, ChatClient, expectError, type ExpectedError, MESSAGES } from "./chat_client.ts";
import { PATIENCE } from "./gateway.ts";
import { RawConnection, requestBytes } from "./raw_http.ts";
import { signIn } from "./stored_people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const BILL = quotaOf({ prompt: 21, completion: 7 }, { model: 1.25, completion: 4 });
const HELD = 625; // 500 tokens at least, at the ratio 1.25
const CALL = 1000; // what a call of the model with a fixed price costs
const FIXED = "gpt-4o-mini";

let world: World;

interface Spender {
    session: Admin;
    token: Token;
    client: ChatClient;
}

beforeAll(async () => {
    world = await startWorld();
    await world.admin.setOption("ModelPrice", JSON.stringify({ [FIXED]: 0.002 }));
});

beforeEach(() => {
    world.sim.forget();
    for (const model of ["gpt-4o", FIXED])
        world.sim.onModel(model, (exchange) => world.sim.answerChat(exchange));
});

afterAll(() => world.close());

let serial = 0;

/** A user with that much, and a token of his. */
async function spender(quota: number, token: Record<string, unknown> = {}): Promise<Spender> {
    const session = await signIn(world.gateway, { username: `spender${++serial}`, quota });
    const made = await session.createToken(token);
    return { session, token: made, client: world.clientOf(made) };
}

/** What the database has, everything settled so far included. */
async function stored({ session, token }: Spender) {
    await world.admin.logs();
    const [row] = world.gateway.query(
        `SELECT u.quota, u.used_quota AS used, t.remain_quota AS "tokenRemaining", t.used_quota AS "tokenUsed",
                (SELECT count(*) FROM logs l WHERE l.user_id = u.id AND l.type = 2) AS "rows",
                (SELECT coalesce(sum(l.quota), 0) FROM logs l WHERE l.user_id = u.id AND l.type = 2) AS billed
         FROM users u, tokens t WHERE u.id = ? AND t.id = ?`,
        session.userId,
        token.id,
    );
    type Column = "quota" | "used" | "tokenRemaining" | "tokenUsed" | "rows" | "billed";
    // MySQL gives sums as decimals, which come as text.
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as Record<
        Column,
        number
    >;
}

const NO_MONEY: ExpectedError = {
    status: 403,
    code: "insufficient_user_quota",
    message: "用户额度不足, 剩余额度: ＄0.000000",
};

describe("two hundred requests at once on a balance for fifty", () => {
    const COUNT = 200;
    const PAID = 50;
    const cases: [string, () => Promise<Spender>, string][] = [
        ["of a user", () => spender(PAID * CALL), "insufficient_user_quota"],
        [
            "of a token",
            () => spender(100 * PAID * CALL, { unlimited_quota: false, remain_quota: PAID * CALL }),
            "pre_consume_token_quota_failed",
        ],
    ];

    test.each(cases)(
        "%s: fifty are answered and billed, the others refused and not sent",
        async (_, make, code) => {
            const who = await make();
            const before = await stored(who);
            const gate = new Gate();
            world.sim.onModel(FIXED, async (exchange) => {
                await gate.opened;
                await world.sim.answerChat(exchange);
            });
            const refused: ChatAnswer[] = [];
            const pending = Array.from({ length: COUNT }, async (_, n) => {
                const answer = await who.client.chat({ model: FIXED, stream: n % 2 === 0 });
                if (answer.status !== 200) refused.push(answer);
                return answer;
            });
            await until("all others are refused", () => refused.length === COUNT - PAID, PATIENCE - 5_000);
            expect(world.sim.requests.length).toBeLessThanOrEqual(PAID);
            gate.open();
            const answers = await Promise.all(pending);
            for (const answer of refused) expectError(answer, { status: 403, code });
            const paid = answers.filter((answer) => answer.status === 200);
            expect(paid.map((answer) => answer.content)).toEqual(Array(PAID).fill(SIM_TEXT));
            expect(world.sim.requests).toHaveLength(PAID);
            const spent = PAID * CALL;
            expect(await stored(who)).toEqual({
                quota: before.quota - spent,
                used: spent,
                tokenRemaining: before.tokenRemaining - spent,
                tokenUsed: spent,
                rows: PAID,
                billed: spent,
            });
            const last = await who.client.chat({ model: FIXED });
            if (code === "insufficient_user_quota") expectError(last, NO_MONEY);
            // A token that is used up is no key any more.
            else expectError(last, { status: 401, code: "", message: "Invalid token" });
        },
    );
});

describe("a balance that many spend from", () => {
    test("is never overdrawn, whatever they do, and the bill is the sum of the rows", async () => {
        const start = 9000;
        const who = await spender(start);
        let n = 0;
        world.sim.onModel("gpt-4o", (exchange) => {
            const kind = n++ % 4;
            if (kind === 0) return faults.errorObject(500, { message: "no", type: "t" })(exchange);
            if (kind === 1) return faults.closeBeforeHead(exchange);
            return world.sim.answerChat(exchange);
        });
        const answered: string[] = [];
        const worker = async (index: number) => {
            for (let turn = 0; turn < 8; turn++) {
                const answer = await who.client.chat({ stream: (index + turn) % 2 === 0 });
                expect([200, 403, 500]).toContain(answer.status);
                if (answer.status === 200) answered.push(answer.requestId);
            }
        };
        await Promise.all(Array.from({ length: 20 }, (_, index) => worker(index)));
        const after = await stored(who);
        expect(after.quota).toBeGreaterThanOrEqual(0);
        expect(after).toMatchObject({
            quota: start - after.billed,
            used: after.billed,
            tokenUsed: after.billed,
            rows: answered.length,
            billed: answered.length * BILL,
        });
        // Nothing is held any more: a request for all that is left is not refused.
        world.sim.onModel("gpt-4o", (exchange) => world.sim.answerChat(exchange));
        const rest = Math.floor(after.quota / 1.25) - 500;
        expect((await who.client.chat({ max_tokens: rest })).status).toBe(200);
    });

    test("takes no more holds than fit, for an unlimited token of a poor user too", async () => {
        const who = await spender(3 * HELD + 100, { unlimited_quota: true });
        const gate = new Gate();
        world.sim.onModel("gpt-4o", async (exchange) => {
            await gate.opened;
            await world.sim.answerChat(exchange);
        });
        let refused = 0;
        const pending = Array.from({ length: 12 }, () => who.client.chat());
        for (const answer of pending) void answer.then(({ status }) => (refused += status === 403 ? 1 : 0));
        await until("nine are refused", () => refused === 9);
        gate.open();
        expect((await Promise.all(pending)).filter(({ status }) => status === 200)).toHaveLength(3);
        const after = await stored(who);
        expect([after.quota, after.tokenRemaining]).toEqual([3 * HELD + 100 - 3 * BILL, -3 * BILL]);
    });
});

describe("what a failed request held", () => {
    function bytesOf(who: Spender, stream: boolean): Buffer {
        return requestBytes({
            target: "/v1/chat/completions",
            headers: { Authorization: `Bearer ${who.token.key}`, "Content-Type": "application/json" },
            body: JSON.stringify({ model: "gpt-4o", messages: MESSAGES, stream }),
        });
    }

    // On two connections, which two loops serve: who has read the error asks at once.
    test.each([false, true])("is free before its client sees the error (stream: %p)", async (stream) => {
        const who = await spender(HELD + 100);
        world.sim.onModel(
            "gpt-4o",
            stream
                ? faults.streamThen(world.sim, 1, faults.endWithoutMarker)
                : faults.errorObject(500, { message: "no", type: "t" }),
        );
        const connections = [
            await RawConnection.open(world.gateway.port),
            await RawConnection.open(world.gateway.port),
        ];
        for (let n = 0; n < 200; n++) {
            const connection = connections[n % 2]!;
            await connection.send(bytesOf(who, stream));
            const { status, body } = await connection.answer("POST", PATIENCE - 5_000);
            expect([n, status, body.includes("quota")]).toEqual([n, stream ? 200 : 500, false]);
        }
        for (const connection of connections) connection.close();
        expect((await stored(who)).quota).toBe(HELD + 100);
    });
});

describe("who may not spend", () => {
    const set = (column: string, value: number) => (who: Spender) =>
        void world.gateway.query(`UPDATE tokens SET ${column} = ? WHERE id = ?`, value, who.token.id);
    const invalid: ExpectedError = { status: 401, code: "", type: "new_api_error", message: "Invalid token" };
    const ban = (who: Spender) =>
        world.admin.data("POST", "/api/user/manage", { id: who.session.userId, action: "disable" });
    type Case = [string, number, Record<string, unknown>, (who: Spender) => unknown, ExpectedError];
    const nothing = () => undefined;
    const cases: Case[] = [
        ["an expired token", 5000, {}, set("expired_time", 1000), invalid],
        ["a token that is marked as expired", 5000, {}, set("status", 3), invalid],
        ["a disabled token", 5000, {}, set("status", 2), invalid],
        ["a token that is marked as used up", 5000, {}, set("status", 4), invalid],
        ["a used up token", 5000, { unlimited_quota: false, remain_quota: 0 }, nothing, invalid],
        ["a user without money", 0, {}, nothing, NO_MONEY],
        [
            "a user with debts",
            -700,
            {},
            nothing,
            { ...NO_MONEY, message: "用户额度不足, 剩余额度: ＄-0.001400" },
        ],
        [
            "a user with too little",
            HELD - 1,
            {},
            nothing,
            {
                status: 403,
                code: "insufficient_user_quota",
                message: "预扣费额度失败, 用户剩余额度: ＄0.001248, 需要预扣费额度: ＄0.001250",
            },
        ],
        [
            "a token with too little",
            5000,
            { unlimited_quota: false, remain_quota: HELD - 1 },
            nothing,
            {
                status: 403,
                code: "pre_consume_token_quota_failed",
                message: "token quota is not enough, token remain quota: ＄0.001248, need quota: ＄0.001250",
            },
        ],
        [
            "a banned user",
            5000,
            {},
            (who) => ban(who),
            { status: 403, code: "", type: "new_api_error", message: "User has been banned" },
        ],
    ];

    test.each(cases)("%s", async (_, quota, token, change, expected) => {
        const who = await spender(quota, token);
        await change(who);
        const before = await stored(who);
        for (const stream of [false, true]) expectError(await who.client.chat({ stream }), expected);
        expect(world.sim.requests).toEqual([]);
        expect(await stored(who)).toEqual(before);
    });

    const changes: [string, (who: Spender) => Promise<unknown>, ExpectedError][] = [
        [
            "a token that is disabled",
            (who) => who.session.data("PUT", "/api/token/?status_only=true", { id: who.token.id, status: 2 }),
            invalid,
        ],
        [
            "a token that is deleted",
            (who) => who.session.data("DELETE", `/api/token/${who.token.id}`),
            invalid,
        ],
        [
            "a user who is banned",
            (who) => ban(who),
            { status: 403, code: "", message: "User has been banned" },
        ],
    ];

    test.each(changes)("%s within a stream pays for it, and gets no other", async (_, change, expected) => {
        const who = await spender(5000);
        const gate = new Gate();
        world.sim.next(faults.gated(world.sim, { 2: gate }));
        const arrived = world.sim.arrivals.take("the request");
        const pending = who.client.chat({ stream: true });
        await arrived;
        await change(who);
        expectError(await who.client.chat(), expected);
        gate.open();
        const answer = await pending;
        expect([answer.content, answer.usage]).toEqual([SIM_TEXT, SIM_USAGE]);
        expect(await world.consumeRow(answer.requestId)).toMatchObject({ quota: BILL });
        const [user] = world.gateway.query("SELECT quota FROM users WHERE id = ?", who.session.userId);
        expect(user).toEqual({ quota: 5000 - BILL });
    });
});
