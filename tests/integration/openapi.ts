// docs/openapi.yaml as tests use it: its operations, and whether a request or an answer is what it says. Which calls are made is in
// openapi_calls.ts.
import { join } from "node:path";

import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";

export interface Operation {
    /** `GET /api/user/{id}` */
    name: string;
    method: string;
    path: string;
    id: string;
    /** Who may call it; as the route tables name it. */
    access: string;
    /** The names of the schemes of each alternative. */
    security: string[][];
    /** With references followed; `in` is `path` or `query`. */
    parameters: { in: string; name: string }[];
    takesBody: boolean;
    statuses: string[];
}

const METHODS = ["get", "post", "put", "delete"];
const JSON_TYPE = "application/json";

function pointer(...parts: string[]): string {
    const escaped = parts.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"));
    return `/${escaped.map(encodeURIComponent).join("/")}`;
}

/** Every `$ref` below `value`. */
export function* references(value: unknown): Generator<string> {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inside] of Object.entries(value)) {
        if (name === "$ref") yield String(inside);
        else yield* references(inside);
    }
}

export class ApiDocument {
    readonly operations: Operation[] = [];
    readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
    readonly #compiled = new Map<string, ValidateFunction>();

    constructor(readonly root: any) {
        this.#ajv.addSchema({ ...root, $id: "openapi" });
        for (const [path, item] of Object.entries<any>(root.paths)) {
            const methods = METHODS.filter((method) => item[method] !== undefined);
            this.operations.push(...methods.map((method) => this.#operation(path, method)));
        }
    }

    static async load(): Promise<ApiDocument> {
        const file = join(import.meta.dir, "../../docs/openapi.yaml");
        return new ApiDocument(Bun.YAML.parse(await Bun.file(file).text()));
    }

    find(name: string): Operation {
        const found = this.operations.find((operation) => operation.name === name);
        if (found === undefined) throw new Error(`${name} is not documented`);
        return found;
    }

    /** What a `$ref` stands for; undefined when there is no such thing. */
    resolve(reference: string): any {
        const parts = reference.replace(/^#\//, "").split("/");
        return parts.reduce((value, part) => value?.[part], this.root);
    }

    /** Why a body is no request of the operation; empty when it is one. */
    bodyProblem(operation: Operation, body: unknown): string {
        const place = ["paths", operation.path, operation.method.toLowerCase(), "requestBody", "content"];
        return this.#problem(pointer(...place, JSON_TYPE, "schema"), body);
    }

    /** Why an answer is none of the operation; empty when it is one. `json` undefined: no JSON. */
    answerProblem(operation: Operation, status: number, json: unknown, type = JSON_TYPE): string {
        const key = [String(status), "default"].find((code) => operation.statuses.includes(code));
        if (key === undefined) return `status ${status} is not documented`;
        let place = ["paths", operation.path, operation.method.toLowerCase(), "responses", key];
        let response = this.#at(place);
        if (response.$ref !== undefined) {
            place = response.$ref.replace(/^#\//, "").split("/");
            response = this.resolve(response.$ref);
        }
        if (response.content?.[type] === undefined)
            return json === undefined && response.content === undefined ? "" : `${type} is not documented`;
        return this.#problem(pointer(...place, "content", type, "schema"), json);
    }

    #at(place: string[]): any {
        return place.reduce((value, part) => value?.[part], this.root);
    }

    #operation(path: string, method: string): Operation {
        const item = this.root.paths[path][method];
        const whole = (one: any) => (one.$ref === undefined ? one : this.resolve(one.$ref));
        return {
            name: `${method.toUpperCase()} ${path}`,
            method: method.toUpperCase(),
            path,
            id: item.operationId,
            access: item["x-access"],
            security: item.security.map((one: object) => Object.keys(one)),
            parameters: (item.parameters ?? []).map(whole),
            takesBody: item.requestBody !== undefined,
            statuses: Object.keys(item.responses),
        };
    }

    #problem(place: string, value: unknown): string {
        let validate = this.#compiled.get(place);
        if (validate === undefined) {
            validate = this.#ajv.compile({ $ref: `openapi#${place}` });
            this.#compiled.set(place, validate);
        }
        if (validate(value)) return "";
        return this.#ajv.errorsText(validate.errors, { separator: "\n" }) + extras(validate);
    }
}

/** The names of members that are too many, which the text of an error leaves out. */
function extras(validate: ValidateFunction): string {
    const names = (validate.errors ?? []).flatMap((error) => [
        error.params.unevaluatedProperty ?? error.params.additionalProperty ?? [],
    ]);
    return names.length === 0 ? "" : `\nnot named: ${names.flat().join(", ")}`;
}

/** The rows of the route tables: `GET /api/user/{id}` to who may call it. */
export async function routeTables(): Promise<Map<string, string>> {
    const folder = join(import.meta.dir, "../../src/api");
    const row =
        /Route\{(?:\.method = )?Method::(\w+),\s*(?:\.path = )?"([^"]+)",\s*(?:\.access = )?Access::(\w+)/g;
    const rows = new Map<string, string>();
    for await (const file of new Bun.Glob("*.cpp").scan(folder)) {
        const text = await Bun.file(join(folder, file)).text();
        for (const [, method, path, access] of text.matchAll(row)) {
            rows.set(`${method!.toUpperCase()} ${path!.replace(/:(\w+)/g, "{$1}")}`, access!);
        }
    }
    return rows;
}
