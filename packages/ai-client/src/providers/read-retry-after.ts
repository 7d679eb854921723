/** Headers of a response, with names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string>>;

function toWaitMs(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? Math.ceil(value) : undefined;
}

/**
 * How long a response asks to wait, in milliseconds: from `retry-after-ms` (milliseconds, as OpenAI and Azure send it), else
 * from `retry-after` (seconds or an HTTP date, RFC 9110 section 10.2.3). A date counts from the response's own `date`, so
 * that the clocks of the two machines need not agree, else from `nowMs`. A date that has passed means no wait.
 *
 * @returns `undefined` when the response does not say so, or says nonsense
 */
export function readRetryAfterMs(headers: ResponseHeaders, nowMs: number): number | undefined {
  const milliseconds = headers["retry-after-ms"]?.trim() ?? "";
  if (milliseconds !== "") {
    const waitMs = toWaitMs(Number(milliseconds));
    if (waitMs !== undefined) return waitMs;
  }
  const value = headers["retry-after"]?.trim() ?? "";
  if (value === "") return undefined;
  const seconds = Number(value);
  if (!Number.isNaN(seconds)) return toWaitMs(seconds * 1000);
  const untilMs = Date.parse(value);
  if (Number.isNaN(untilMs)) return undefined;
  const sentMs = Date.parse(headers["date"] ?? "");
  return Math.max(0, untilMs - (Number.isNaN(sentMs) ? nowMs : sentMs));
}
