import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDocument } from "./is-document.ts";
import { parseDocument } from "./parse-document.ts";

describe("parseDocument()", () => {
  test("gives headings the anchors that GitHub gives them", () => {
    const { headings, anchors } = parseDocument(
      "# Hello, *World*!\n\n## API: `run()` & more\n\n## Same\n\n## Same\n\nÜber uns\n---\n\n## ![logo](a.png) Start\n\n## Own {#mine}\n",
    );
    expect(headings.map(({ slug, line }) => [slug, line])).toEqual([
      ["hello-world", 1],
      ["api-run--more", 3],
      ["same", 5],
      ["same-1", 7],
      ["über-uns", 9],
      ["-start", 12],
      ["own", 14],
    ]);
    expect(anchors).toContain("mine");
    const behindAnchor = parseDocument('## <a id="x"></a> Two words\n');
    expect([...behindAnchor.anchors].toSorted()).toEqual(["-two-words", "two-words", "x"]);
  });

  test("finds links of every form with their lines, and none in code or comments", () => {
    const { links, anchors } = parseDocument(
      `---
title: x
---

[a](a.md#b "t") ![i](<i j.png>) [r][ref] <https://x.example/>

[ref]: r.md

\`[c](c.md)\`

    [d](d.md)

<p>
<a id="top" name='old' href="e.md">
<img
 src=f.png></p>
<!-- <a href="g.md"> -->
`,
    );
    expect(links.map(({ kind, url, line }) => `${line} ${kind} ${url}`)).toEqual([
      "5 link a.md#b",
      "5 image i j.png",
      "5 link https://x.example/",
      "7 link r.md",
      "14 link e.md",
      "15 image f.png",
    ]);
    expect([...anchors]).toEqual(["top", "old"]);
  });

  test("tells labels that nothing defines, and those that only look like labels are none", () => {
    const { undefinedLabels, redefinedLabels } = parseDocument(
      "[the docs][docs] and [ok][is there]\n[two][second line]\n\nlist[ii][jj] [10][20] \\[not this][that] `[in][code]` [note][^12]\n\n[is there]: a.md\n[is there]: b.md\n",
    );
    expect(undefinedLabels).toEqual([
      { label: "docs", line: 1 },
      { label: "second line", line: 2 },
    ]);
    expect(redefinedLabels).toEqual([{ label: "is there", line: 7, firstLine: 6 }]);
  });

  test("reads code with its language", () => {
    const { samples } = parseDocument("```JSON title=x\n{}\n```\n\n~~~\nx\n~~~\n\n- ```js{1,2}\n  a\n  ```\n");
    expect(samples).toEqual([
      { language: "json", code: "{}", line: 1 },
      { language: undefined, code: "x", line: 5 },
      { language: "js", code: "a", line: 9 },
    ]);
  });

  test("reads anything, with lines that are there", () => {
    const piece = fc.constantFrom(
      "# ",
      "[a]",
      "(b)",
      "```\n",
      "<a href=x>",
      "\n",
      "> ",
      "- ",
      "|",
      "\\",
      "![",
      "][",
      "]: c\n",
      "---\n",
      "ü",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const { links, headings, samples, undefinedLabels } = parseDocument(text);
        const count = text.split("\n").length;
        for (const { line } of [...links, ...headings, ...samples, ...undefinedLabels]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(count);
        }
      }),
    );
  });
});

test("isDocument() leaves samples and others' texts out", () => {
  const names = [
    "README.md",
    "docs/A.MARKDOWN",
    "test/fixtures/a.md",
    "vendor/x/a.md",
    "a.txt",
    "pkg/node_modules/a/b.md",
  ];
  expect(names.filter((name) => isDocument(name))).toEqual(["README.md", "docs/A.MARKDOWN"]);
});
