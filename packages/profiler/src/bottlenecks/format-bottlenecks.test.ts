import { describe, expect, test } from "vitest";
import { ran, runOf, waited } from "../../test/build-run.ts";
import { exampleRunRecord } from "../../test/example-run-record.ts";
import { analyse } from "./analyse.ts";
import { formatBottlenecks } from "./format-bottlenecks.ts";

describe("formatBottlenecks()", () => {
  test("says what the time was made of, then what can be done about it", () => {
    expect(formatBottlenecks(analyse(exampleRunRecord)))
      .toBe(`13.0 s = 0.1 s before the first step + 12.4 s on the critical path (code_review) + 0.0 s waiting + 0.5 s after the last step

1. 1.1 of 2 slots that could be used were at work on average
   - cause: the critical path of 1 step is long, and code_review is the part of it that matters most, with 12.4 s
   - remedy: split code_review into steps that run at the same time, shorten it, or drop needs that are none
   - gain: 6.2 s if code_review took half as long
2. code_review: 9.0 s of 12.4 s went into ai_call
   - cause: it waits for a model to answer
   - remedy: let the cache answer what was asked before, ask about changed files only, split long questions, or take a faster model
   - gain: 4.5 s if ai_call took half as long

Gains are of the whole run, each on its own: they do not add up.
`);
  });

  test("a run without a bottleneck gets one calm sentence", () => {
    expect(formatBottlenecks(analyse(runOf([ran("a", 0, 5), ran("b", 0, 5), ran("c", 0, 5)])))).toBe(
      "5.0 s = 0.0 s before the first step + 5.0 s on the critical path (c) + 0.0 s waiting + 0.0 s after the last step\n\nNo bottleneck is worth a change.\n",
    );
  });

  test("names stay on their line, whatever they hold", () => {
    const id = "evil\n2. \u001B[31mfake\u2028\u202E\uD800";
    const always = { decision: { action: "run", reason: "always", explanation: "" } } as const;
    const record = runOf([
      ran("base", 0, 5),
      ran(id, 5, 20, { ...always, attempts: 2, durationMs: 1000, waits: [waited("group", id, 0, 5)] }),
    ]);
    const text = formatBottlenecks(analyse(record));
    expect(text.split("\n").filter((line) => /^\d+\. /u.test(line))).toHaveLength(analyse(record).bottlenecks.length);
    expect(text).toContain("evil\\u000a2. \\u001b[31mfake\\u2028\\u202e\\ud800");
    for (const hostile of ["\u001B", "\u2028", "\u202E", "\uD800"]) expect(text).not.toContain(hostile);
  });

  test("lists ten at most, says how many are left, and that gains do not add up", () => {
    const steps = Array.from({ length: 14 }, (_, index) =>
      ran(`s${index}`, 10 * index, 10, {
        attempts: 2,
        durationMs: 1000,
        waits: index === 0 ? [] : [waited("need", `s${index - 1}`, 0, 10 * index)],
      }),
    );
    const text = formatBottlenecks(analyse(runOf(steps), [], { minGainShare: 0 }));
    expect(text).toContain("(s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> s6 -> ... -> s13)");
    expect(text).toContain("\n10. ");
    expect(text).not.toContain("\n11. ");
    expect(text).toMatch(
      /\n\n\d more with smaller gains or none known are not listed\.\nGains are of the whole run, each on its own: they do not add up\.\n$/u,
    );
  });

  test("where no gain is known it says so", () => {
    const record = runOf([ran("a", 0, 5), ran("b", 5, 5, { waits: [waited("group", "port", 0, 5)] })]);
    expect(formatBottlenecks(analyse(record))).toContain("   - gain: not known\n");
  });
});
