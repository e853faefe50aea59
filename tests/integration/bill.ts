// The bill of a chat request in ratio mode by the formula of the billing chapter, in exact integer arithmetic: one rounding,
// half away from zero, at least 1 when the ratios are not zero, 0 when no tokens were used.

export interface Ratios {
    model: number;
    completion: number;
    group?: number;
    cache?: number;
}

export interface Tokens {
    prompt: number;
    completion: number;
    cached?: number;
}

const SCALE = 1_000_000n;

function scaled(ratio: number): bigint {
    const [whole, fraction = ""] = String(ratio).split(".");
    if (fraction.length > 6 || /e/i.test(String(ratio)))
        throw new Error(`${ratio} has more than six decimals`);
    return BigInt(whole!) * SCALE + BigInt(fraction.padEnd(6, "0"));
}

export function quotaOf(tokens: Tokens, ratios: Ratios): number {
    if (tokens.prompt + tokens.completion === 0) return 0;
    const cached = BigInt(tokens.cached ?? 0);
    const units =
        (BigInt(tokens.prompt) - cached) * SCALE +
        cached * scaled(ratios.cache ?? 1) +
        BigInt(tokens.completion) * scaled(ratios.completion);
    const factor = scaled(ratios.model) * scaled(ratios.group ?? 1);
    if (factor === 0n) return 0;
    const quota = (2n * units * factor + SCALE ** 3n) / (2n * SCALE ** 3n);
    return Math.max(1, Number(quota));
}
