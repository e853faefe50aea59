// Whose address counts: the peer's, or the one that a trusted proxy names. Seen through the address list of a token.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Token } from "./admin.ts";
import { ChatClient, expectError } from "./chat_client.ts";
import { Gateway, PATIENCE } from "./gateway.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

const CLIENT = "203.0.113.7";

let world: World;
let token: Token;

beforeAll(async () => {
    world = await startWorld();
    token = await world.admin.createToken({ allow_ips: `${CLIENT}\n2001:db8::/64` });
});

afterAll(() => world.close());

async function allowed(base: string, headers: Record<string, string>): Promise<boolean> {
    const answer = await new ChatClient(base, token.key).chat({}, { headers });
    if (answer.status !== 200) {
        expectError(answer, {
            status: 403,
            code: "access_denied",
            message: "您的 IP 不在令牌允许访问的列表中",
        });
    }
    return answer.status === 200;
}

describe("behind a proxy on this machine", () => {
    test.each([
        ["no header", {}, false],
        ["the client's address", { "X-Forwarded-For": CLIENT }, true],
        ["another address", { "X-Forwarded-For": "203.0.113.8" }, false],
        ["the client, then trusted proxies", { "X-Forwarded-For": `${CLIENT}, 10.0.0.1, 192.168.1.1` }, true],
        ["a lie of the client, then its address", { "X-Forwarded-For": `${CLIENT}, 198.51.100.1` }, false],
        ["blanks and a port-less IPv6 address", { "X-Forwarded-For": "  2001:db8::5 " }, true],
        ["nonsense", { "X-Forwarded-For": "not an address" }, false],
        ["an empty header", { "X-Forwarded-For": "" }, false],
        ["X-Real-IP", { "X-Real-IP": CLIENT }, true],
        ["both, the first wins", { "X-Forwarded-For": "203.0.113.8", "X-Real-IP": CLIENT }, false],
    ] as [string, Record<string, string>, boolean][])("%s", async (_, headers, expected) => {
        expect(await allowed(world.gateway.url, headers)).toBe(expected);
    });
});

test.each([
    ["nobody is trusted", "", { "X-Forwarded-For": CLIENT }, false],
    ["others are trusted", "10.0.0.0/8", { "X-Forwarded-For": CLIENT }, false],
    ["this machine is trusted", "127.0.0.1/32,::1/128", { "X-Forwarded-For": CLIENT }, true],
    ["everyone is trusted, the leftmost counts", "*", { "X-Forwarded-For": `${CLIENT}, 198.51.100.1` }, true],
])("with TRUSTED_PROXIES so that %s", async (_, value, headers, expected) => {
    const gateway = await Gateway.start({ folder: world.gateway.folder, env: { TRUSTED_PROXIES: value } });
    expect(await allowed(gateway.url, headers)).toBe(expected);
    await allowed(gateway.url, headers);
    await gateway.stop();
    // Told once, so that an operator behind a proxy finds out why everybody has the proxy's address.
    expect(gateway.output.match(/TRUSTED_PROXIES/g)?.length ?? 0).toBe(expected ? 0 : 1);
});
