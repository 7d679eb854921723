/** The span of another process that a run is part of. */
export interface TraceParent {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Whether the trace is recorded. */
  readonly sampled: boolean;
}

const FORMAT =
  /^(?<version>[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/u;

/**
 * Reads the value of `traceparent` (in the environment: `TRACEPARENT`), or gives `undefined` where it is not one: then it counts as absent.
 * Later versions may have more fields, which are left alone.
 *
 * Source: "Trace Context", W3C Recommendation, section 3.2.
 */
export function parseTraceParent(value: string): TraceParent | undefined {
  const { version, traceId, spanId, flags, rest } = FORMAT.exec(value.trim())?.groups ?? {};
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/u.test(traceId) || /^0+$/u.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
