// Random texts that tokenizers find hard: scripts mixed, emojis, marks, runs of digits, blanks and line breaks, contractions,
// code, names of special tokens, long runs, broken bytes. The same seed gives the same texts.

/** Numbers from 0 (inclusive) to 1 (exclusive); mulberry32. */
export function generator(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const WORDS = (
    "the quick brown fox jumps over lazy dog Hello WORLD HelloWorld helloWORLD iPhone McDonald's ISBN naïve café Straße ŒUVRE " +
    "Привет мир ЁЖИК Здравствуйте ΓΕΙΑ σου κόσμε שלום עולם مرحبا بالعالم नमस्ते दुनिया হ্যালো স্বাগতম வணக்கம் สวัสดีชาวโลก ខ្មែរ မြန်မာ " +
    "你好世界 今天天气很好我们去公园散步吧 繁體中文 こんにちは カタカナ ﾊﾝｶｸ 안녕하세요 세계 ሰላም გამარჯობა Բարեւ ᏣᎳᎩ ǅungla ǈ ǋ ʰʷ ªº ʻokina"
).split(" ");
const CONTRACTIONS = "I'm don't we'll you've they're he'd it's IT'S DON'T WE'LL 'Re x'ſ 's 'S 'T 'd' ' '' 'l 'v a'ld '\u0301s n't'll'S".split(" ");
const EMOJIS = ["😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "1️⃣", "❤️", "☎", "🧑🏿‍🚀", "‍", "️"];
const MARKS = ["\u0301", "\u0308", "\u20dd", "\u093e", "\u0e31", "\u05b0", "\u064b", "\ufe0f", "\u200d", "\u{1e8d0}"];
const BLANKS = [" ", "  ", "\t", "\n", "\r\n", "\r", "\n\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\u0085", "\v", "\f", "   \n", "\n   ", "\u180e", "\ufeff", "\u200b"];
const DIGITS = ["0", "7", "42", "1234567890", "٣٤٥", "१२३४", "Ⅷ", "½", "²", "一二三", "3.14159", "1,000,000", "0x1F", "１２３４"];
const CODE = [
    "for (int i = 0; i < n; ++i) {\n    sum += a[i];\n}\n", "def f(x):\n\treturn x**2  # ok\n", "<div class=\"a\">&nbsp;</div>",
    "https://example.test/a/b?c=d&e=%20#f", "/*///**/", "//\n/", "===>\r\n/\r\n", "{\"a\":[1,2.5e-3,null]}", "SELECT * FROM t WHERE a='b';",
    "\\frac{a}{b}", "a->b::c()", "#!/bin/sh\n", "$HOME/.ssh", "!!!\n\n\n", " ...\n/", "_snake_case", "kebab-case", "CamelCaseHTTPServer",
];
const SPECIAL = ["<|endoftext|>", "<|fim_prefix|>", "<|endofprompt|>", "<|im_start|>", "<|endoftext", "|>"];

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

function anyCharacter(random: Random): string {
    const areas: [number, number][] = [[0, 0x80], [0x80, 0x800], [0x800, 0xd800], [0xe000, 0x10000], [0x10000, 0x20000], [0x1f300, 0x1fb00], [0x20000, 0x110000]];
    const [first, behind] = pick(random, areas);
    return String.fromCodePoint(first + Math.floor(random() * (behind - first)));
}

function longRun(random: Random): string {
    const unit = pick(random, ["a", "A", " ", "\n", "1", "=", "ab", "字", "é", "aB", "/", "\u0301", "-_", "Aa中", ".\n"]);
    return unit.repeat(1 + Math.floor(random() * 200));
}

function part(random: Random): string {
    const kinds = [WORDS, WORDS, WORDS, CONTRACTIONS, EMOJIS, MARKS, BLANKS, BLANKS, DIGITS, CODE, SPECIAL];
    const kind = Math.floor(random() * (kinds.length + 2));
    if (kind === kinds.length) return anyCharacter(random);
    if (kind === kinds.length + 1) return random() < 0.2 ? longRun(random) : anyCharacter(random);
    const text = pick(random, kinds[kind]!);
    const change = random();
    if (change < 0.1) return text.toUpperCase();
    return change < 0.2 ? text.slice(Math.floor(random() * text.length)) : text;
}

/** Some bytes replaced, cut off or put in: mostly no longer UTF-8. */
function broken(random: Random, bytes: Uint8Array): Uint8Array {
    const copy = bytes.slice(0, Math.ceil(random() * bytes.length));
    for (let i = 0; i < copy.length; ++i) {
        if (random() < 0.1) copy[i] = Math.floor(random() * 256);
    }
    return copy;
}

/** One text as bytes; a tenth of them ill-formed. */
export function randomText(random: Random): Uint8Array {
    const joint = pick(random, ["", "", " ", "\n"]);
    const parts = Array.from({ length: 1 + Math.floor(random() * 25) }, () => part(random));
    const bytes = new TextEncoder().encode(parts.join(joint));
    return random() < 0.1 ? broken(random, bytes) : bytes;
}

/** Every code point from `first` on, each beside letters of both cases, a digit, a blank and a line break. */
export function neighbours(first: number, behind: number): string {
    let text = "";
    for (let point = first; point < behind; ++point) {
        if (point >= 0xd800 && point < 0xe000) continue;
        const c = String.fromCodePoint(point);
        text += `a${c}A${c}1${c} ${c}\n`;
    }
    return text;
}
