import type { SpanAttributes } from "./span.ts";

/**
 * Runs `work` and ends the span when it has ended, for a promise when that settles. What throws or rejects gives the span the attribute
 * `error: true`, and passes through.
 */
export function measureWithin<SpanType extends { end(attributes?: SpanAttributes): unknown }, T>(
  span: SpanType,
  work: (span: SpanType) => T,
): T {
  let result: T;
  try {
    result = work(span);
  } catch (error) {
    span.end({ error: true });
    throw error;
  }
  if (!isPromiseLike(result)) {
    span.end();
    return result;
  }
  return result.then(
    (value) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      span.end({ error: true });
      throw error;
    },
  ) as T;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
