import { expect, test } from "vitest";
import { describeHttpFailure, type CallSubject } from "./describe-http-failure.ts";
import type { ServerError } from "./read-server-error.ts";

const SUBJECT: CallSubject = { model: "m-1", apiKeyVariable: "MY_KEY", hasKey: true, secrets: [], texts: [] };

function describe(status: number, error?: ServerError, subject: CallSubject = SUBJECT): unknown {
  return describeHttpFailure({ status, headers: { "retry-after": "7" }, error }, subject, 0);
}

test.each([
  [400, "refused", false],
  [401, "refused", false],
  [402, "refused", false],
  [403, "refused", false],
  [404, "refused", false],
  [408, "unreachable", true],
  [409, "unreachable", true],
  [413, "refused", false],
  [422, "refused", false],
  [425, "unreachable", true],
  [429, "rate-limited", true],
  [500, "unreachable", true],
  [501, "refused", false],
  [502, "unreachable", true],
  [503, "unreachable", true],
  [504, "unreachable", true],
  [529, "unreachable", true],
  [301, "refused", false],
])("describeHttpFailure() takes status %i for %s", (status, reason, retryable) => {
  const described = describe(status);
  expect(described).toMatchObject({ reason, retryable });
  expect(described).toEqual(expect.objectContaining(retryable ? { retryAfterMs: 7000 } : {}));
  expect(described).toEqual(retryable ? expect.anything() : expect.not.objectContaining({ retryAfterMs: 7000 }));
});

test("describeHttpFailure() says which variable to look at, and nothing of what the server says about the key", () => {
  const error: ServerError = { names: ["invalid_api_key"], words: "Incorrect key: abcd1234" };
  const message = "The server does not accept the API key (401); check the environment variable MY_KEY";
  expect(describe(401, error)).toMatchObject({ message });
  expect(describe(401, error, { ...SUBJECT, hasKey: false })).toMatchObject({
    message: "The server wants an API key (401); set the environment variable MY_KEY",
  });
  expect(describe(403, error)).not.toMatchObject({ message: expect.stringContaining("abcd1234") as string });
});

test("describeHttpFailure() says which model is not there", () => {
  expect(describe(404, { names: [], words: "No such model" })).toMatchObject({
    message:
      'There is no model "m-1", or nothing at this address (404); check the model and the base URL: No such model',
  });
});

test("describeHttpFailure() does not wait for money", () => {
  expect(describe(429, { names: ["insufficient_quota"] })).toMatchObject({ reason: "refused", retryable: false });
});

test.each([
  ["rate_limit_error", "rate-limited", true],
  ["overloaded_error", "unreachable", true],
  ["authentication_error", "refused", false],
  ["invalid_request_error", "refused", false],
])("describeHttpFailure() believes the name %s inside of status 200 and 500", (name, reason, retryable) => {
  expect(describe(200, { names: [name] })).toMatchObject({ reason, retryable });
  expect(describe(500, { names: [name] })).toMatchObject({ reason, retryable });
});

test("describeHttpFailure() leaves alone what names no error", () => {
  expect(describe(200)).toBeUndefined();
  expect(describe(200, { names: ["oddity"], words: "?" })).toBeUndefined();
  expect(describe(200, { names: [], status: 503 })).toMatchObject({ reason: "unreachable" });
});
