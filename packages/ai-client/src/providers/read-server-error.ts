/** What a server says about a request it did not answer. */
export interface ServerError {
  /** Codes and types it names, in lower case: `rate_limit_exceeded`, `overloaded_error`. */
  readonly names: readonly string[];
  /** An HTTP status it names in its body. */
  readonly status?: number | undefined;
  /** Its own words. They may repeat the prompt or a part of the key. */
  readonly words?: string | undefined;
  /** How long it asks to wait, in milliseconds, where the body and not a header says so. */
  readonly retryAfterMs?: number | undefined;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

// google.rpc.RetryInfo in the details of an error: { "@type": "…RetryInfo", "retryDelay": "17.5s" }.
function readRetryDelayMs(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as unknown[]) {
    const match = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(asText(asRecord(detail)?.["retryDelay"]) ?? "");
    if (match !== null) return Math.ceil(Number(match[1]) * 1000);
  }
  return undefined;
}

/**
 * What a body says of an error, in the shapes of OpenAI (`{ error: { message, type, code } }`), Anthropic
 * (`{ type: "error", error: { type, message } }`), Google (`{ error: { code, status, message, details } }`, also in a list),
 * FastAPI (`{ detail }`) and servers that put it on top (`{ message, code }`, `{ error: "words" }`).
 *
 * @returns `undefined` when `body` speaks of no error
 */
export function readServerError(body: unknown): ServerError | undefined {
  const top = asRecord(Array.isArray(body) ? (body as unknown[])[0] : body);
  if (top === undefined) return undefined;
  const inner = asRecord(top["error"]);
  const isError =
    (top["error"] !== undefined && top["error"] !== null) ||
    top["detail"] !== undefined ||
    top["object"] === "error" ||
    (top["choices"] === undefined && asText(top["message"]) !== undefined);
  if (!isError) return undefined;
  const source = inner ?? top;
  const detail = Array.isArray(top["detail"]) ? asRecord((top["detail"] as unknown[])[0])?.["msg"] : top["detail"];
  const words = asText(source["message"]) ?? asText(top["error"]) ?? asText(detail);
  const { code, type, status, details } = source;
  const names = [code, type, status].flatMap((name) => (typeof name === "string" ? [name.toLowerCase()] : []));
  const named = [code, status].map(Number).find((number) => Number.isInteger(number) && number >= 400 && number <= 599);
  const retryAfterMs = readRetryDelayMs(details);
  return {
    names,
    ...(named !== undefined && { status: named }),
    ...(words !== undefined && { words }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
