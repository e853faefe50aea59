// Turns the ranks of the GPT tokenizers (npm package `tiktoken`) into tables that the program reads where they lie: no
// set-up, no copy. For each encoding two files, read by src/dialect/gpt/rank_table.cpp, which describes them and computes
// the same hash. Usage: bun make.ts FOLDER_OF_THE_PACKAGE OUTPUT_FOLDER
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SLOT_BITS = { cl100k_base: 18, o200k_base: 19 }; // at most 40 % of the slots are taken
const RANK_BITS = 18;
const PAIRS = 1 << 16;
const NO_RANK = 0xffffffff;
const MASK = (1n << 64n) - 1n;
const K = [0x9e3779b97f4a7c15n, 0xd6e8feb86659fd93n, 0xa0761d6478bd642fn] as const;

function mix(value: bigint, key: bigint): bigint {
    const product = ((value ^ key) * K[1]) & MASK;
    return product ^ (product >> 32n);
}

/** The same as `hash_of` in src/dialect/gpt/rank_table.cpp. */
function hashOf(bytes: Buffer): bigint {
    const n = bytes.length;
    const length = BigInt(n);
    if (n < 4) return mix(mix(BigInt((bytes[0]! << 16) | (bytes[n >> 1]! << 8) | bytes[n - 1]!), length), K[2]);
    if (n < 8) {
        const both = BigInt(bytes.readUInt32LE(0)) | (BigInt(bytes.readUInt32LE(n - 4)) << 32n);
        return mix(mix(both, length), K[2]);
    }
    let hash = K[0];
    for (let at = 0; at + 8 < n; at += 8) hash = mix(bytes.readBigUInt64LE(at), hash);
    hash = mix(bytes.readBigUInt64LE(n - 8), hash);
    return mix(hash, length ^ K[2]);
}

/** Tokens by rank. A line is `! FIRST_RANK TOKEN TOKEN ...`, tokens in base64. */
function tokensOf(ranks: string): Buffer[] {
    const tokens: Buffer[] = [];
    for (const line of ranks.split("\n").filter(Boolean)) {
        const [mark, first, ...words] = line.split(" ");
        if (mark !== "!" || Number(first) !== tokens.length) throw new Error("the ranks have another form than expected");
        for (const word of words) tokens.push(Buffer.from(word, "base64"));
    }
    return tokens;
}

function indexOf(tokens: Buffer[], slotBits: number): Uint32Array {
    const slots = 1 << slotBits;
    const pairs = 4 + slots + tokens.length + 1;
    const index = new Uint32Array(pairs + PAIRS).fill(NO_RANK, pairs);
    index.set([tokens.length, slotBits, Math.max(...tokens.map((token) => token.length)), 0]);
    let offset = 0;
    tokens.forEach((token, rank) => {
        index[4 + slots + rank] = offset;
        offset += token.length;
        if (token.length === 2) index[pairs + token.readUInt16BE(0)] = rank;
        const hash = hashOf(token);
        let slot = Number(hash & BigInt(slots - 1));
        while (index[4 + slot] !== 0) slot = (slot + 1) & (slots - 1);
        index[4 + slot] = (Number(hash >> BigInt(64 - 32 + RANK_BITS)) << RANK_BITS) | (rank + 1);
    });
    index[4 + slots + tokens.length] = offset;
    return index;
}

/** Whole or not there: another build may be reading. */
function write(file: string, content: Uint8Array): void {
    writeFileSync(`${file}.tmp`, content);
    renameSync(`${file}.tmp`, file);
}

const [packageFolder, output] = process.argv.slice(2);
if (!packageFolder || !output) throw new Error("usage: bun make.ts FOLDER_OF_THE_PACKAGE OUTPUT_FOLDER");
mkdirSync(output, { recursive: true });
for (const [name, slotBits] of Object.entries(SLOT_BITS)) {
    const { bpe_ranks } = (await Bun.file(join(packageFolder, "encoders", `${name}.json`)).json()) as { bpe_ranks: string };
    const tokens = tokensOf(bpe_ranks);
    if (tokens.length < 100_000 || tokens.length >= 1 << RANK_BITS) throw new Error(`${name} has ${tokens.length} tokens`);
    write(join(output, `${name}.bytes`), Buffer.concat(tokens));
    write(join(output, `${name}.index`), new Uint8Array(indexOf(tokens, slotBits).buffer));
}
