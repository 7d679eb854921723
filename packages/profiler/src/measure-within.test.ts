import { expect, test } from "vitest";
import { measureWithin } from "./measure-within.ts";

/** A span that says how it was ended. */
function createSpan(): { readonly ends: unknown[]; end(attributes?: object): void } {
  const ends: unknown[] = [];
  return { ends, end: (attributes) => void ends.push(attributes) };
}

test("measureWithin() ends the span with the work, and gives back what that gives", async () => {
  const span = createSpan();
  expect(measureWithin(span, (given) => given === span)).toBe(true);
  expect(span.ends).toEqual([undefined]);
  let resolve: (value: number) => void = () => {};
  const later = new Promise<number>((settle) => (resolve = settle));
  const result = measureWithin(span, () => later);
  expect(span.ends).toHaveLength(1);
  resolve(3);
  expect(await result).toBe(3);
  expect(span.ends).toHaveLength(2);
});

test("measureWithin() marks the span of work that fails, and passes on what it threw", async () => {
  const span = createSpan();
  const error = new Error("x");
  const fail = (): never => {
    throw error;
  };
  expect(() => measureWithin(span, fail)).toThrow(error);
  await expect(measureWithin(span, () => Promise.reject(error))).rejects.toBe(error);
  expect(span.ends).toEqual([{ error: true }, { error: true }]);
});
