import { isJsonText, type UnknownObject } from "../adapters/stable-json.ts";
import { streamThroughCache, type StreamedAnswer } from "../adapters/stream-through-cache.ts";
import type { AiCache, CacheMode, CacheResult } from "../ai-cache.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import { AiCacheError } from "../errors.ts";
import { parseCacheMode } from "../parse-cache-mode.ts";
import {
  createRequestQuestion,
  readHeaders,
  readRequest,
  type FetchInit,
  type FetchInput,
  type ModelRequest,
} from "./read-request.ts";
import { formatServerSentEvent } from "./server-sent-events.ts";
import {
  createBodyCollector,
  findForm,
  readRawBody,
  readWholeBody,
  withoutEncoding,
  type Form,
} from "./stored-body.ts";

// A request header that says what this call may do with the cache: one of the modes. It is not sent.
const MODE_HEADER = "x-ai-cache-mode";
// A request header that says under which label `explain` remembers the question. It is not sent.
const LABEL_HEADER = "x-ai-cache-label";
// A response header that says where the answer came from: `hit`, `coalesced`, `miss` or `bypass`.
const SOURCE_HEADER = "x-ai-cache";

const OWN_HEADERS = [MODE_HEADER, LABEL_HEADER] as const;

/** Options of {@link createCachedFetch}. */
export interface CachedFetchOptions {
  /** What sends requests. @defaultValue the global `fetch`, as it is when a request is sent */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** What requests may do with the cache that carry no `x-ai-cache-mode` header. @defaultValue `"on"` */
  readonly mode?: CacheMode | undefined;
  /** Keeps answers apart that must not meet, such as those of two tenants: headers, and so API keys, are not in the key. */
  readonly namespace?: string | undefined;
  /**
   * Whether a text is what was asked for, given the request's body. Others are neither stored nor served from the cache.
   * Where a request asks for JSON, the text must be JSON in any case.
   */
  readonly isValid?: ((text: string, request: Readonly<Record<string, unknown>>) => boolean) | undefined;
  /** The clock for the `age` header, in milliseconds since the Unix epoch. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined;
}

type Live = Extract<StreamedAnswer<Response, Uint8Array>, { type: "live" }>;

function forward({ head, stream }: Live, source: "miss" | "bypass"): Response {
  const headers = withoutEncoding(head.headers);
  headers.set(SOURCE_HEADER, source);
  const { status, statusText, url } = head;
  const response = new Response(stream, { status, statusText, headers });
  // A constructed response has no address of its own, and SDKs show it in messages.
  Object.defineProperty(response, "url", { value: url });
  return response;
}

// Not an exception: SDKs take those for a lost connection and try again. No answer to try again for either.
function refuseReplay(error: AiCacheError): Response {
  const body = { error: { message: error.message, type: "ai_cache", code: error.code, param: null } };
  const headers = { [SOURCE_HEADER]: "miss", "x-should-retry": "false" };
  return Response.json(body, { status: 412, headers });
}

/**
 * A `fetch` that answers from `cache` what is asked of OpenAI-compatible servers: JSON posted to `…/chat/completions` and
 * `…/responses`. Whatever else passes through untouched. Answers as one document and as a stream of events are shared,
 * each given back in the form asked for. Stored are those with status 200, of the right content type, read to their end,
 * in which every choice stopped by itself and has text. Others are passed through byte by byte, as they come.
 *
 * A request header `x-ai-cache-mode` sets the mode of one request, `x-ai-cache-label` its label for `explain`. In mode
 * `replay` a miss is a response with status 412 and code `AI_CACHE_REPLAY_MISS`.
 *
 * @throws {TypeError} when an option is none of those allowed; the returned function, when the mode header is
 * @example
 * ```ts
 * const client = new OpenAI({ fetch: createCachedFetch(cache) });
 * const provider = createOpenAICompatible({ name, baseURL, fetch: createCachedFetch(cache) });
 * ```
 */
export function createCachedFetch(cache: AiCache, options: CachedFetchOptions = {}): typeof globalThis.fetch {
  const { namespace, isValid } = options;
  const defaultMode = parseCacheMode(options.mode ?? "on", "create cached fetch", "mode");
  const now = options.now ?? ((): number => Date.now());
  const send: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);

  function createCheck({ dialect, body }: ModelRequest, mode: CacheMode): (answer: ModelAnswer) => boolean {
    return (answer) => {
      const whole = readWholeBody(answer, dialect);
      if (whole === undefined) return false;
      // A stream that was not asked for its usage has none to give to those who want it, as long as there is a provider to ask.
      if (mode !== "replay" && dialect.asksForUsage(body) && !whole.isUsageAsked) return false;
      return dialect.judge(whole.body).texts.every((text) => {
        if (dialect.asksForJson(body) && !isJsonText(text)) return false;
        return isValid === undefined || isValid(text, body);
      });
    };
  }

  function serveWhole(body: UnknownObject, request: ModelRequest, headers: Headers): Response {
    const isStream = request.body["stream"] === true;
    headers.set("content-type", isStream ? "text/event-stream; charset=utf-8" : "application/json");
    if (!isStream) return new Response(JSON.stringify(body), { headers });
    const events = request.dialect.replay(body, request.body);
    return new Response(events.map(formatServerSentEvent).join(""), { headers });
  }

  // What another caller got may not be what this one can use: then there is nothing to serve.
  function serve(result: CacheResult, request: ModelRequest): Response | undefined {
    const headers = new Headers({ [SOURCE_HEADER]: result.source === "coalesced" ? "coalesced" : "hit" });
    const whole = readWholeBody(result.answer, request.dialect);
    if (whole !== undefined) {
      const isUsageMissing = request.dialect.asksForUsage(request.body) && !whole.isUsageAsked;
      if (result.source === "coalesced" && isUsageMissing) return undefined;
      const ageMs = Math.max(0, now() - whole.receivedMs);
      headers.set("age", String(Math.floor(ageMs / 1000)));
      return serveWhole(whole.body, request, headers);
    }
    const raw = readRawBody(result.answer);
    if (raw === undefined) return undefined;
    const asked: Form = request.body["stream"] === true ? "events" : "json";
    const given = new Headers(raw.headers.map(([name, value]): [string, string] => [name, value]));
    if (raw.status === 200 && findForm(given) !== asked) return undefined;
    for (const [name, value] of headers) given.set(name, value);
    const bytes = raw.base64 === "" ? null : Buffer.from(raw.base64, "base64");
    return new Response(bytes, { status: raw.status, statusText: raw.statusText, headers: given });
  }

  async function ask(
    input: FetchInput,
    init: FetchInit,
    request: ModelRequest,
    mode: CacheMode,
  ): Promise<Response | undefined> {
    const headers = readHeaders(input, init);
    const label = headers.get(LABEL_HEADER) ?? undefined;
    for (const name of OWN_HEADERS) headers.delete(name);
    const { dialect, body, bodyText } = request;
    const answer = await streamThroughCache<Response, Uint8Array>({
      cache,
      parts: createRequestQuestion(request, namespace),
      mode,
      label,
      signal: init?.signal ?? (input instanceof Request ? input.signal : undefined),
      isValid: createCheck(request, mode),
      open: async (signal) => {
        const head = await send(input, { ...init, headers, body: bodyText, signal });
        return { head, stream: head.body as ReadableStream<Uint8Array> | null };
      },
      createCollector: (response) =>
        createBodyCollector({ dialect, response, isUsageAsked: dialect.asksForUsage(body), now }),
    });
    return answer.type === "live" ? forward(answer, mode === "off" ? "bypass" : "miss") : serve(answer.result, request);
  }

  return async (input, init) => {
    const headers = readHeaders(input, init);
    const asked = headers.get(MODE_HEADER);
    const request = await readRequest(input, init);
    if (request === undefined) {
      const isOwnHeaderGiven = OWN_HEADERS.some((name) => headers.has(name));
      for (const name of OWN_HEADERS) headers.delete(name);
      return await send(input, isOwnHeaderGiven ? { ...init, headers } : init);
    }
    const wanted = asked === null ? defaultMode : parseCacheMode(asked, "send request", MODE_HEADER);
    const mode = request.dialect.hasSideEffect(request.body) ? "off" : wanted;
    try {
      const response = await ask(input, init, request, mode);
      if (response !== undefined) return response;
      // The next answer is made for this request or for one like it; the one after that for this one alone.
      return (await ask(input, init, request, mode)) ?? ((await ask(input, init, request, "off")) as Response);
    } catch (error) {
      if (error instanceof AiCacheError && error.code === "AI_CACHE_REPLAY_MISS") return refuseReplay(error);
      throw error;
    }
  };
}
