// Texts that mean something to a database, to HTTP or to a page, in every kind of field that people fill in and search by: they
// come back as they went in, find nothing but themselves, and change nothing else.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";

import type { Admin } from "./admin.ts";
import { PATIENCE } from "./gateway.ts";
import { addPerson } from "./people.ts";
import { startWorld, type World } from "./world.ts";

setDefaultTimeout(PATIENCE);

/** Of at most 20 characters, the least that a field takes. */
const CORPUS = [
    "' OR 1=1 --",
    "'; DROP TABLE logs--",
    '"; DELETE FROM users',
    "') UNION SELECT 1 --",
    "`x`; SELECT 1",
    "\\' OR ''='",
    "\\",
    "%_!\\%",
    ":name0 ? $1 @a",
    "$$; SELECT pg_sleep",
    "1/**/OR/**/1",
    "a\r\nX-Bad: 1",
    "a\nSet-Cookie: b=c",
    "\u001b[2J\u0007",
    "<script>1</script>",
    "{{.Name}} ${7*7} %n",
    "\u202eright to left",
    "😀\u0301é\uffff",
];

let world: World;
let ann: Admin;

beforeAll(async () => {
    world = await startWorld();
    ann = await addPerson(world.admin, "ann");
});

afterAll(() => world.close());

/** An answer that must succeed, and has no header that came out of a text. */
async function data(who: Admin, method: string, path: string, body?: unknown): Promise<any> {
    const answer = await who.call(method, path, body === undefined ? {} : { body });
    expect([answer.status, answer.json?.success], answer.text).toEqual([200, true]);
    expect(answer.headers.get("x-bad")).toBeNull();
    expect(answer.headers.getSetCookie().filter((line) => line.startsWith("b="))).toEqual([]);
    return answer.json.data;
}

/** How many rows the tables have that a statement inside of a text would touch. */
function counts(): unknown {
    return world.gateway.query(
        `SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM channels) AS channels,
                (SELECT count(*) FROM options) AS options, (SELECT count(*) FROM logs WHERE type = 2) AS logs`,
    );
}

const query = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe("what looks like SQL, a header or a template", () => {
    test.each(CORPUS)("is stored as it is: %j", async (text) => {
        const before = counts();
        const admin = world.admin;
        const token = await ann.createToken({ name: text });
        expect((await data(ann, "GET", `/api/token/${token.id}`)).name).toBe(text);
        expect(
            (await data(ann, "GET", `/api/token/search?${query({ keyword: token.name })}`)).items,
        ).toBeArray();
        await data(ann, "DELETE", `/api/token/${token.id}`);

        const person = { id: ann.userId, username: "ann", display_name: text, remark: text, group: "default" };
        await data(admin, "PUT", "/api/user/", person);
        expect(await data(admin, "GET", `/api/user/${ann.userId}`)).toMatchObject({
            display_name: text,
            remark: text,
        });

        const channel = { id: world.channelId, name: text, tag: text, remark: text };
        await data(admin, "PUT", "/api/channel/", channel);
        expect(await data(admin, "GET", `/api/channel/${world.channelId}`)).toMatchObject(channel);
        const found = await data(admin, "GET", `/api/channel/search?${query({ keyword: text })}`);
        expect(found.items.map((item: { id: number }) => item.id)).toEqual([world.channelId]);
        expect(counts()).toEqual(before);
    });

    test.each(CORPUS)("is an option's value: %j", async (text) => {
        await data(world.admin, "PUT", "/api/option/", { key: "Notice", value: text });
        await data(world.admin, "PUT", "/api/option/", { key: "SystemName", value: text });
        expect(await data(world.admin, "GET", "/api/notice")).toBe(text);
        expect((await data(world.admin, "GET", "/api/status")).system_name).toBe(text);
    });

    test.each(CORPUS)("finds nothing in the log and among users: %j", async (text) => {
        for (const field of ["username", "token_name", "group", "request_id"]) {
            const page = await data(world.admin, "GET", `/api/log/?${query({ [field]: text })}`);
            expect(page).toMatchObject({ total: 0, items: [] });
            await data(ann, "GET", `/api/log/self?${query({ [field]: text })}`);
            const sum = await data(world.admin, "GET", `/api/log/stat?${query({ [field]: text })}`);
            // Sums do not ask for the request.
            if (field !== "request_id") expect(sum.quota).toBe(0);
        }
        const users = await data(world.admin, "GET", `/api/user/search?${query({ keyword: "x", group: text })}`);
        expect(users.items).toEqual([]);
        expect(await data(world.admin, "GET", `/api/data/?${query({ username: text })}`)).toEqual([]);
    });
});
