import { isObject, type UnknownObject } from "../adapters/stable-json.ts";
import type { StreamCollector } from "../adapters/stream-through-cache.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import type { JsonValue } from "../key/canonical-bytes.ts";
import type { Dialect } from "./dialect.ts";
import { notWhole } from "./dialect.ts";
import { parseServerSentEvents } from "./server-sent-events.ts";

/** The two forms of an answer: one JSON document or a stream of events. */
export type Form = "json" | "events";

/** A whole answer, in the form of the JSON document. */
export interface WholeBody {
  readonly type: "whole";
  readonly body: UnknownObject;
  /** Whether the provider was asked to tell the usage. */
  readonly isUsageAsked: boolean;
  /** When it came, in milliseconds since the Unix epoch. */
  readonly receivedMs: number;
}

/** A response that is no whole answer, as it was; handed to those who waited for it, never stored. */
export interface RawBody {
  readonly type: "raw";
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly base64: string;
}

/** How much of one response is collected, in bytes. No answer of a model comes near; a stream without end must not fill memory. */
export const MAX_RESPONSE_BYTES: number = 64 * 1024 * 1024;

/** The form that a response has by its content type, or `undefined` for another. */
export function findForm(headers: Headers): Form | undefined {
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type === "text/event-stream") return "events";
  return type === "application/json" || type?.endsWith("+json") === true ? "json" : undefined;
}

/** Headers for a body that `fetch` has decoded already. */
export function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  if (copy.has("content-encoding")) copy.delete("content-length");
  copy.delete("content-encoding");
  return copy;
}

function parseBody(form: Form, bytes: Uint8Array, dialect: Dialect): UnknownObject | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (form === "events") return dialect.assemble(parseServerSentEvents(text));
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What {@link createBodyCollector} needs. */
export interface BodyCollectorOptions {
  readonly dialect: Dialect;
  readonly response: Response;
  readonly isUsageAsked: boolean;
  readonly now: () => number;
}

/** Collects the bytes of one response and judges at its end whether they are a whole answer. */
export function createBodyCollector(options: BodyCollectorOptions): StreamCollector<Uint8Array> {
  const { dialect, response, isUsageAsked, now } = options;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  return {
    add(chunk): Uint8Array {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > MAX_RESPONSE_BYTES) {
        throw new RangeError(`Cannot read model answer: it is longer than ${MAX_RESPONSE_BYTES} bytes`);
      }
      // A copy: the bytes themselves go to the caller, who may do with them what it likes.
      chunks.push(chunk.slice());
      return chunk;
    },
    finish(): ModelAnswer {
      const bytes = Buffer.concat(chunks);
      const form = response.status === 200 ? findForm(response.headers) : undefined;
      const body = form && parseBody(form, bytes, dialect);
      const { finishReason, texts, usage } = body === undefined ? notWhole("incomplete") : dialect.judge(body);
      if (body !== undefined && finishReason === "stop") {
        // With one choice empty the answer is as good as empty.
        const text = texts.some((one) => one.trim() === "") ? "" : texts.join("\n\n");
        const whole = { type: "whole", body: body as JsonValue, isUsageAsked, receivedMs: Math.floor(now()) };
        return { finishReason, text, usage, details: whole };
      }
      const { status, statusText } = response;
      const headers = [...withoutEncoding(response.headers)];
      return {
        finishReason,
        text: "",
        details: { type: "raw", status, statusText, headers, base64: bytes.toString("base64") },
      };
    },
  };
}

/** The whole answer under a key, or `undefined`: cache files are not trusted. */
export function readWholeBody({ details }: ModelAnswer, dialect: Dialect): WholeBody | undefined {
  const given: unknown = details;
  if (!isObject(given) || given["type"] !== "whole" || !isObject(given["body"])) return undefined;
  const { body, isUsageAsked, receivedMs } = given;
  if (typeof isUsageAsked !== "boolean" || !Number.isSafeInteger(receivedMs)) return undefined;
  if (dialect.judge(body).finishReason !== "stop") return undefined;
  return { type: "whole", body, isUsageAsked, receivedMs: Number(receivedMs) };
}

/** The response that another caller got, or `undefined`. */
export function readRawBody({ details }: ModelAnswer): RawBody | undefined {
  const given: unknown = details;
  // Made by `createBodyCollector` in this process: what is not whole is never stored.
  return isObject(given) && given["type"] === "raw" ? (given as unknown as RawBody) : undefined;
}
