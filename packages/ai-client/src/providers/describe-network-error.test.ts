import { expect, test } from "vitest";
import { describeNetworkError } from "./describe-network-error.ts";

function caused(code: string): Error {
  const cause = Object.assign(new Error("secret host and port"), { code });
  return new Error("Cannot connect", { cause: new TypeError("fetch failed", { cause }) });
}

test.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "EPIPE", "UND_ERR_SOCKET", "HPE_INVALID_CONSTANT"])(
  "describeNetworkError() takes %s for trouble that may pass",
  (code) => {
    expect(describeNetworkError(caused(code))).toEqual({
      status: "failed",
      reason: "unreachable",
      message: `The connection to the server failed (${code})`,
      retryable: true,
    });
  },
);

test.each(["DEPTH_ZERO_SELF_SIGNED_CERT", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"])(
  "describeNetworkError() takes %s for trouble that stays",
  (code) => {
    expect(describeNetworkError(caused(code))).toMatchObject({ reason: "unreachable", retryable: false });
  },
);

test("describeNetworkError() takes the silence that Node itself ends for a time limit", () => {
  expect(describeNetworkError(caused("UND_ERR_HEADERS_TIMEOUT"))).toMatchObject({ reason: "timed-out" });
});

test("describeNetworkError() tells other errors apart", () => {
  expect(describeNetworkError(new TypeError("terminated"))).toMatchObject({ reason: "unreachable", retryable: true });
  expect(describeNetworkError(new TypeError("x is not a function"))).toBeUndefined();
  expect(describeNetworkError(undefined)).toBeUndefined();
  const circle: { cause?: unknown } = {};
  circle.cause = circle;
  expect(describeNetworkError(circle)).toBeUndefined();
});
