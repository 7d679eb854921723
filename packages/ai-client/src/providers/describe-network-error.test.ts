import { expect, test } from "vitest";
import { describeAddress, describeNetworkError } from "./describe-network-error.ts";

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
      message: expect.stringContaining(`The connection to the server failed (${code})`) as string,
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

test("describeNetworkError() names host and port, and nothing else of the address", () => {
  const address = describeAddress("https://user:hidden@models.example/v1/hidden?key=hidden");
  expect(address).toBe("models.example:443");
  expect(describeNetworkError(caused("ENOTFOUND"), address)?.message).toBe(
    "The connection to models.example:443 failed (ENOTFOUND); is the name right?",
  );
  expect(describeNetworkError(caused("ECONNREFUSED"), describeAddress("http://[::1]:11434/v1"))?.message).toBe(
    "The connection to [::1]:11434 failed (ECONNREFUSED); is it running?",
  );
  expect(describeNetworkError(new TypeError("fetch failed"), "a:1")?.message).toBe("The connection to a:1 failed");
  expect(describeAddress("no address")).toBeUndefined();
  expect(describeAddress(undefined)).toBeUndefined();
});
