// The tokenizers of GPT models (src/dialect/gpt) give the same token ids as the official implementation, tiktoken (its Rust core,
// as WebAssembly), on random texts of many languages, on every code point, and on long texts.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { dirname, join } from "node:path";
import { get_encoding, type Tiktoken, type TiktokenEncoding } from "tiktoken";

import { generator, neighbours, randomText } from "./texts.ts";

setDefaultTimeout(600_000); // sanitizers make the program ten times slower

const TOOL = join(dirname(process.env.OPUSCLAW_BIN ?? "../build/debug/opusclaw"), "tests", "token_ids");
const ENCODINGS: TiktokenEncoding[] = ["cl100k_base", "o200k_base"];
const TEXTS = 12_000;
const SEED = 20_240_513;
const POINTS = 64; // in one text

/** What our program makes of the texts: the ids of each, by blanks. */
function ourIds(encoding: TiktokenEncoding, texts: Uint8Array[]): string[] {
    const input = texts.map((text) => `${encoding} ${Buffer.from(text).toString("hex")}\n`).join("");
    const run = Bun.spawnSync([TOOL], { stdin: Buffer.from(input), stderr: "inherit" });
    expect(run.exitCode).toBe(0);
    const lines = run.stdout.toString().split("\n");
    expect(lines.pop()).toBe("");
    return lines;
}

function officialIds(official: Tiktoken, text: Uint8Array): string {
    return official.encode_ordinary(new TextDecoder("utf-8", { ignoreBOM: true }).decode(text)).join(" ");
}

function expectEqual(encoding: TiktokenEncoding, official: Tiktoken, texts: Uint8Array[]): void {
    const ours = ourIds(encoding, texts);
    expect(ours).toHaveLength(texts.length);
    texts.forEach((text, at) => {
        const theirs = officialIds(official, text);
        // The text goes with the comparison, so that a difference shows what it is about.
        if (ours[at] !== theirs) expect(`${JSON.stringify(Buffer.from(text).toString())}: ${ours[at]}`).toBe(theirs);
    });
}

describe.each(ENCODINGS)("%s, as tiktoken:", (encoding) => {
    let official: Tiktoken;

    beforeAll(() => {
        official = get_encoding(encoding);
    });

    afterAll(() => official.free());

    test(`${TEXTS} random texts`, () => {
        const random = generator(SEED);
        expectEqual(encoding, official, Array.from({ length: TEXTS }, () => randomText(random)));
    });

    test("every code point beside letters, digits and blanks", () => {
        const texts: Uint8Array[] = [];
        for (const [from, to] of [[0, 0x20000], [0x2a600, 0x2f000], [0xe0000, 0xe0400]] as const) {
            for (let first = from; first < to; first += POINTS) {
                texts.push(new TextEncoder().encode(neighbours(first, first + POINTS)));
            }
        }
        expectEqual(encoding, official, texts);
    });

    test("long texts without a blank", () => {
        const random = generator(SEED + 1);
        const letters = Array.from({ length: 4_000 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join("");
        const texts = [letters, "a".repeat(4_000), "汉字".repeat(1_500), "=".repeat(3_999), `${" ".repeat(3_999)}x`];
        expectEqual(encoding, official, texts.map((text) => new TextEncoder().encode(text)));
    });
});
