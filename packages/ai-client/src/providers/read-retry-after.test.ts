import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readRetryAfterMs } from "./read-retry-after.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

test.each([
  ["seconds", { "retry-after": "90" }, 90_000],
  ["parts of a second", { "retry-after": "1.5" }, 1500],
  ["no wait", { "retry-after": "0" }, 0],
  ["milliseconds", { "retry-after-ms": "250.2" }, 251],
  ["milliseconds before seconds", { "retry-after-ms": "250", "retry-after": "1" }, 250],
  ["seconds where the milliseconds are nonsense", { "retry-after-ms": "soon", "retry-after": "1" }, 1000],
  ["a date", { "retry-after": "Sun, 01 Mar 2026 12:02:00 GMT" }, 120_000],
  ["a date that has passed", { "retry-after": "Sun, 01 Mar 2026 11:00:00 GMT" }, 0],
  [
    "a date by the server's clock",
    { "retry-after": "Sun, 01 Mar 2026 08:00:30 GMT", date: "Sun, 01 Mar 2026 08:00:00 GMT" },
    30_000,
  ],
  ["nothing", {}, undefined],
  ["an empty header", { "retry-after": " " }, undefined],
  ["nonsense", { "retry-after": "later" }, undefined],
  ["a negative wait", { "retry-after": "-5" }, undefined],
  ["an endless wait", { "retry-after": "Infinity" }, undefined],
] as const)("readRetryAfterMs() reads %s", (_, headers, expected) => {
  expect(readRetryAfterMs(headers, NOW_MS)).toBe(expected);
});

test("readRetryAfterMs() gives a wait or nothing, whatever a server sends", () => {
  const header = fc.option(
    fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
    ),
    { nil: undefined },
  );
  fc.assert(
    fc.property(header, header, header, (seconds, milliseconds, date) => {
      const headers = Object.fromEntries(
        Object.entries({ "retry-after": seconds, "retry-after-ms": milliseconds, date }).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      );
      const waitMs = readRetryAfterMs(headers, NOW_MS);
      expect(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true);
    }),
  );
});
