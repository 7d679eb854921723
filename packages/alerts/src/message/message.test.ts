import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { context, degraded, HOSTILE_NAMES, messageAbout, slowRun } from "../../test/examples.ts";
import { composeMessage, MAX_LINES } from "./compose-message.ts";
import { describeAlert } from "./describe-alert.ts";
import { fitLines } from "./fit-lines.ts";
import { formatDuration } from "./format-duration.ts";
import { plainText } from "./plain-text.ts";

describe("plainText()", () => {
  test.each([
    ["a\r\nb\tc", "a b c"],
    ["\u001B[31mred\u001B[0m", "red"],
    ["\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007", "link"],
    ["\u202Eabc\u2066\u200B", "abc"],
    ["\uD800x", "\uFFFDx"],
    ["\0\u0085\u2028x\u0007", "x"],
    ["naïve 漢字 👩‍", "naïve 漢字 👩"],
  ])("makes %j into %j", (text, expected) => {
    expect(plainText(text, 50)).toBe(expected);
  });

  test("is one bounded, well-formed line that does not change when it is made again", () => {
    const part = fc.oneof(fc.constantFrom("\u001B[1m", "\n", "👍", "\u202E", "\uD83D", "a", " "), fc.string());
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 2, max: 40 }), (parts, maxLength) => {
        const line = plainText(parts.join(""), maxLength);
        expect(line.length).toBeLessThanOrEqual(maxLength);
        // oxlint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/);
        expect(line).not.toMatch(/\p{Surrogate}/u);
        expect(plainText(line, maxLength)).toBe(line);
      }),
    );
  });

  test("looks at a bounded part of a text without end", () => {
    expect(plainText("\n".repeat(10_000_000), 10)).toBe("…");
    expect(plainText(`${"\u001B[".repeat(5_000_000)}`, 10).length).toBeLessThanOrEqual(10);
  });
});

describe("formatDuration()", () => {
  test.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [999.5, "1.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min 0 s"],
    [412_000, "6 min 52 s"],
    [3_599_499, "59 min 59 s"],
    [3_599_500, "1 h 0 min"],
    [7_500_000, "2 h 5 min"],
  ])("says %d ms as %s", (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});

describe("describeAlert()", () => {
  test("says what was measured, before and after", () => {
    expect(describeAlert(slowRun)).toBe("took 6 min 52 s, the threshold is 5 min 0 s");
    expect(describeAlert({ ...slowRun, status: "resolved" })).toBe("is back to 6 min 52 s, the threshold is 5 min 0 s");
    expect(describeAlert(degraded)).toBe("has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs");
    const evidence = { kind: "degradation", beforeMs: 0, afterMs: 3, windowCount: 1, thresholdShare: 0.1 } as const;
    expect(describeAlert({ ...degraded, status: "resolved", evidence })).toBe(
      "is no longer slower than it was: 0 ms before, 3 ms in the last run",
    );
  });
});

describe("fitLines()", () => {
  test("keeps whole lines and counts the others", () => {
    expect(fitLines(["aaaa", "bbbb"], 9, 0)).toBe("aaaa\nbbbb");
    expect(fitLines(["a".repeat(20), "b".repeat(20), "c".repeat(20)], 60, 2)).toBe(
      `${"a".repeat(20)}\n${"b".repeat(20)}\n… and 3 more`,
    );
    expect(fitLines(["a".repeat(99)], 20, 0)).toBe("… and 1 more");
  });
});

describe("composeMessage()", () => {
  test("tells what fires before what is over, of which run, and nothing of nothing", () => {
    const resolved = { ...slowRun, status: "resolved" } as const;
    const message = composeMessage({ fire: [degraded], resolved: [resolved] }, context);
    expect(message).toMatchObject({
      title: "1 alert, 1 resolved",
      workflow: "shop",
      details: [
        { label: "run", value: "run-7" },
        { label: "commit", value: "0a1b2c3" },
        { label: "branch", value: "main" },
        { label: "machine", value: "linux-x64-8" },
      ],
      lines: [
        { subject: "lint", notes: ["since 9f8e7d6"] },
        { subject: "The run", notes: [] },
      ],
      omittedCount: 0,
    });
    expect(composeMessage({ fire: [], resolved: [resolved, resolved] }, context)?.title).toBe("2 alerts resolved");
    expect(composeMessage({ fire: [], resolved: [] }, context)).toBeUndefined();
  });

  test("names the rule where its id says more than its kind", () => {
    const message = composeMessage({ fire: [{ ...slowRun, rule: "very\nslow" }], resolved: [] }, context);
    expect(message?.lines[0]?.notes).toEqual(["rule very slow"]);
  });

  test.each(["javascript:alert(1)", "file:///etc/passwd", "https://user:password@ci.example/", "not a url", ""])(
    "leaves out a report at %j",
    (reportUrl) => {
      expect(messageAbout(["x"], { reportUrl })).not.toHaveProperty("reportUrl");
    },
  );

  test("leaves no mark in the address of the report that could end a link", () => {
    const reportUrl = "https://ci.example/a|b>c)d(e'f*g\"h`i[j]\\k?x=<y>|z";
    expect(messageAbout(["x"], { reportUrl }).reportUrl).toMatch(/^https:\/\/ci\.example\/[A-Za-z0-9%/?=]+$/);
  });

  test("counts alerts above the limit", () => {
    const message = messageAbout(Array.from({ length: 33 }, (_, index) => `step ${index}`));
    expect(message.lines).toHaveLength(MAX_LINES);
    expect(message.omittedCount).toBe(13);
  });

  test("holds single bounded lines, whatever steps, branches and commits are called", () => {
    for (const name of HOSTILE_NAMES) {
      const message = messageAbout([name], { workflow: name, runId: name, branch: name, commit: name, machine: name });
      const texts = [message.workflow, message.runId, ...message.details.map(({ value }) => value)];
      for (const text of [...texts, ...message.lines.map(({ subject }) => subject)]) {
        expect(text.length).toBeLessThanOrEqual(120);
        // oxlint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E\u2066]/);
      }
      expect(message.lines[0]?.subject).not.toBe("");
      expect(message.workflow).not.toBe("");
    }
  });

  test("refuses an impossible time", () => {
    expect(() => messageAbout(["x"], { atMs: Number.NaN })).toThrow(RangeError);
  });
});
