import { endpointParts } from "../adapters/endpoint-parts.ts";
import { isObject, stringifyStable, toStableJson, type UnknownObject } from "../adapters/stable-json.ts";
import type { JsonValue } from "../key/canonical-bytes.ts";
import type { CacheKeyParts } from "../key/create-cache-key.ts";
import { chatDialect } from "./chat-dialect.ts";
import type { Dialect } from "./dialect.ts";
import { responsesDialect } from "./responses-dialect.ts";

// Stored bodies of another make-up must not be found under the keys of this one.
const ADAPTER = "fetch/1";
const DIALECTS: readonly Dialect[] = [chatDialect, responsesDialect];

/** What `fetch` takes first. */
export type FetchInput = Parameters<typeof globalThis.fetch>[0];
/** What `fetch` takes second. */
export type FetchInit = Parameters<typeof globalThis.fetch>[1];

/** A request whose answer can be cached. */
export interface ModelRequest {
  readonly dialect: Dialect;
  readonly address: string;
  readonly body: UnknownObject;
  readonly bodyText: string;
}

/** The headers that a call would send. */
export function readHeaders(input: FetchInput, init: FetchInit): Headers {
  return new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
}

async function readBodyText(input: FetchInput, init: FetchInit): Promise<string | undefined> {
  const body: unknown = init?.body;
  if (typeof body === "string") return body;
  try {
    if (body instanceof Uint8Array || body instanceof ArrayBuffer)
      return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
  // A copy, so that the request stays whole for whoever sends it. Streams can be read only once: they are not touched.
  return isAbsent(body) && input instanceof Request && input.body !== null ? await input.clone().text() : undefined;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** The question in a call of `fetch`, or `undefined` when the call is none: another endpoint or method, a body that is no JSON object with model and prompt. */
export async function readRequest(input: FetchInput, init: FetchInit): Promise<ModelRequest | undefined> {
  const address = input instanceof Request ? input.url : String(input);
  const method = init?.method ?? (input instanceof Request ? input.method : "GET");
  if (method.toUpperCase() !== "POST" || !URL.canParse(address)) return undefined;
  const { pathname } = new URL(address);
  const dialect = DIALECTS.find(({ path }) => pathname.endsWith(path));
  if (dialect === undefined) return undefined;
  const bodyText = await readBodyText(input, init);
  if (bodyText === undefined) return undefined;
  try {
    const body: unknown = JSON.parse(bodyText);
    if (!isObject(body) || typeof body["model"] !== "string" || isAbsent(body[dialect.promptName])) return undefined;
    return { dialect, address, body, bodyText };
  } catch {
    return undefined;
  }
}

/**
 * The key parts of a request: address, model and the whole body. Left out: headers, and `stream` with `stream_options`,
 * which say how the answer is sent.
 */
export function createRequestQuestion(
  { dialect, address, body }: ModelRequest,
  namespace: string | undefined,
): CacheKeyParts {
  const { model, stream: _, stream_options: __, [dialect.promptName]: prompt, ...rest } = body;
  const endpoint = endpointParts(address, dialect.path);
  const parameters: Record<string, JsonValue | undefined> = {
    adapter: ADAPTER,
    endpoint: dialect.path,
    querySha256: endpoint?.querySha256,
    body: toStableJson(rest, "body"),
  };
  return {
    provider: "openai-compatible",
    baseUrl: endpoint?.baseUrl,
    model: String(model),
    parameters,
    prompt: stringifyStable(prompt, dialect.promptName),
    namespace,
  };
}
