// What Vertex AI refuses of requests to Google's own models beyond what Gemini's own API does: it knows no ids of functions' calls and
// results, no model but that of the path, and no content without a role.
import { checkGenerate, parseBody } from "./gemini_checks.ts";
import { MESSAGES } from "./gemini.ts";
import { badPayload, invalid, type Refusal } from "./gemini_objects.ts";
import type { RecordedRequest } from "./request_reader.ts";

type Fields = Record<string, any>;

/** What the path asks of a model; undefined: it is none of Google's. */
export function googleAction(request: RecordedRequest): string | undefined {
    return /\/publishers\/google\/models\/[^/:]+:(\w+)$/.exec(request.path)?.[1];
}

export function checkGoogle(request: RecordedRequest): Refusal | undefined {
    const action = googleAction(request) ?? "";
    if (!["generateContent", "streamGenerateContent", "countTokens", "predict"].includes(action)) {
        return { code: 404, message: "Method not found.", status: "NOT_FOUND" };
    }
    const parsed = parseBody(request, MESSAGES[action]!);
    if ("code" in parsed) return parsed as Refusal;
    const { body } = parsed as { body: Fields };
    if (body.model !== undefined) return invalid(`Invalid resource field value in the request: ${body.model}`);
    const problem = checkContents(body.contents ?? []);
    return problem ?? (action.endsWith("enerateContent") ? checkGenerate(body) : undefined);
}

function checkContents(contents: Fields[]): Refusal | undefined {
    for (const [index, content] of contents.entries()) {
        if (!["user", "model"].includes(content.role)) return invalid("Please use a valid role: user, model.");
        for (const [at, part] of (content.parts ?? []).entries()) {
            const member = part.functionCall?.id !== undefined ? "function_call" : "function_response";
            if ((part.functionCall ?? part.functionResponse)?.id === undefined) continue;
            const place = `contents[${index}].parts[${at}].${member}`;
            return badPayload(`Invalid JSON payload received. Unknown name "id" at '${place}': Cannot find field.`);
        }
    }
    return undefined;
}
