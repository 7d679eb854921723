import { describe, expect, test } from "vitest";
import { hostileMessages, mixedMessage } from "../../test/examples.ts";
import { toJobSummary } from "./to-job-summary.ts";

describe("toJobSummary()", () => {
  test("is a section with a table", () => {
    expect(toJobSummary(mixedMessage)).toBe(`### 1 alert, 1 resolved

Workflow <code>shop</code>

| | what | how |
|---|---|---|
| 🔴 alert | <code>lint</code> | has become slower: 10.2 s before, 14.9 s (+46 %) over the last 5 runs <code>since 9f8e7d6</code> |
| 🟢 resolved | <code>The run</code> | is back to 6 min 52 s, the threshold is 5 min 0 s |

run <code>run&#45;7</code> · commit <code>0a1b2c3</code> · branch <code>main</code> · machine <code>linux&#45;x64&#45;8</code> · [report](<https://ci.example/shop/7?tab=a&x=1>)
`);
  });

  test.each(hostileMessages)("leaves no mark of %j that Markdown or HTML could read", (_name, about) => {
    const markdown = toJobSummary(about);
    expect(markdown.split("\n").filter((line) => line.startsWith("| 🔴"))).toHaveLength(1);
    for (const [, inside = ""] of markdown.matchAll(/<code>([^\n]*?)<\/code>/g))
      expect(inside.replace(/&#\d+;/g, "")).not.toMatch(/[!-/:-@[-`{-~\n]/);
    expect(markdown.replace(/<code>[^\n]*?<\/code>/g, "")).not.toMatch(/[<>@`[\]]/);
  });
});
