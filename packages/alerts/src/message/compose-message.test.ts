import { describe, expect, test } from "vitest";
import { context, degraded, HOSTILE_NAMES, messageAbout, slowRun } from "../../test/examples.ts";
import { composeMessage, MAX_LINES } from "./compose-message.ts";

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
