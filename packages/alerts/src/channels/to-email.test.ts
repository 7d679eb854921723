import { describe, expect, test } from "vitest";
import { hostileMessages, mixedMessage } from "../../test/examples.ts";
import { toEmail } from "./to-email.ts";

describe("toEmail()", () => {
  test("is a subject and plain text", () => {
    expect(toEmail(mixedMessage)).toEqual({
      subject: "[shop] 1 alert, 1 resolved",
      text: `ALERT: lint has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs (since 9f8e7d6)
RESOLVED: The run is back to 6 min 52 s, the threshold is 5 min 0 s

workflow: shop
run: run-7
commit: 0a1b2c3
branch: main
machine: linux-x64-8
report: https://ci.example/shop/7?tab=a&x=1
time: 2026-11-25T12:00:00.000Z
`,
    });
  });

  test.each(hostileMessages)("has a subject of one line for %j", (_name, about) => {
    const { subject, text } = toEmail(about);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(text.split("\n").filter((line) => line.startsWith("ALERT: "))).toHaveLength(1);
    expect(text).not.toMatch(/^Bcc/m);
  });
});
