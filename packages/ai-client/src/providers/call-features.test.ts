import * as fc from "fast-check";
import { expect, test } from "vitest";
import { giveWay, type CallFeatures, type Refusal } from "./call-features.ts";

const ALL: CallFeatures = { sendsSchema: true, usesCompletionTokens: false };
const WANTS_COMPLETION_TOKENS = "Unsupported parameter: use 'max_completion_tokens' instead";

test("giveWay() renames the token limit before it leaves out the schema, and only where the server names the other one", () => {
  const renamed = giveWay(ALL, { status: 400, body: WANTS_COMPLETION_TOKENS }, true);
  expect(renamed).toEqual({ sendsSchema: true, usesCompletionTokens: true });
  expect(giveWay(ALL, { status: 400, body: WANTS_COMPLETION_TOKENS }, false)?.sendsSchema).toBe(false);
  expect(giveWay(ALL, { status: 422, body: "no" }, true)).toEqual({ sendsSchema: false, usesCompletionTokens: false });
});

test.each([undefined, 401, 403, 404, 429, 500])("giveWay() does not ask again after status %s", (status) => {
  const refusal = status === undefined ? undefined : { status, body: WANTS_COMPLETION_TOKENS };
  expect(giveWay(ALL, refusal, true)).toBeUndefined();
});

test("giveWay() ends after two steps at most, whatever the server says each time", () => {
  const refusal = fc.record<Refusal>({
    status: fc.constantFrom(400, 422),
    body: fc.constantFrom("", WANTS_COMPLETION_TOKENS),
  });
  const features = fc.record<CallFeatures>({ sendsSchema: fc.boolean(), usesCompletionTokens: fc.boolean() });
  fc.assert(
    fc.property(features, fc.boolean(), fc.infiniteStream(refusal), (first, hasTokenLimit, refusals) => {
      let stepCount = 0;
      for (let next = giveWay(first, refusals.next().value, hasTokenLimit); next !== undefined;) {
        stepCount += 1;
        expect(stepCount).toBeLessThanOrEqual(2);
        next = giveWay(next, refusals.next().value, hasTokenLimit);
      }
    }),
  );
});
