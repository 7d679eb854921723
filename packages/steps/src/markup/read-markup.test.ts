import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementsOf, textOf } from "./element.ts";
import { hasTemplateMarks, maskExpressions } from "./mask-expressions.ts";
import { isJudgedMarkup, readMarkup } from "./read-markup.ts";

/** `tag:line` of every element, below its parents. */
function tagsOf(file: string, text: string): readonly string[] {
  return [...elementsOf(readMarkup(file, text)?.roots ?? [])].map(
    ([{ tag, line }, around]) => `${[...around.map((one) => one.tag), tag].join(">")}:${line}`,
  );
}

describe("readMarkup()", () => {
  test("reads HTML as browsers do, without what they add and without what waits in a template", () => {
    expect(tagsOf("a.html", "<!doctype html>\n<p>a\n<table><tr><td><img></table><template><b></b></template>")).toEqual(
      ["p:2", "table:3", "table>tr:3", "table>tr>td:3", "table>tr>td>img:3", "template:3"],
    );
    expect(readMarkup("a.html", "<p>part</p>")).toMatchObject({ isPage: false, isTemplate: false });
  });

  test("reads templates of Vue and Svelte, where any element may close itself and expressions hold anything", () => {
    const vue =
      '<script>\nconst a = "<b>";\n</script>\n<template>\n  <my-box :a="1 > 2" @click.stop="x"/>\n  <div @click="y">{{ a < b }}</div>\n</template>\n';
    expect(tagsOf("a.vue", vue)).toEqual(["my-box:5", "div:6"]);
    const [box, div] = [...elementsOf(readMarkup("a.vue", vue)?.roots ?? [])].map(([element]) => element);
    expect([...(box?.attributes.keys() ?? [])]).toEqual(["a", "handler-click"]);
    expect(div).toMatchObject({ children: [{ kind: "dynamic" }] });
    expect(tagsOf("a.svelte", "<Box {...all} on:click={() => a > '}' && b} />\n<p>{#if a}<b>x</b>{/if}</p>")).toEqual([
      "Box:1",
      "p:2",
      "p>b:2",
    ]);
    expect(tagsOf("a.vue", '<template lang="pug">\np a\n</template>')).toEqual([]);
  });

  test("reads JSX and TSX, also in expressions, and says so where it cannot", () => {
    const text = `const A = ({ a }: { a: boolean }) => (\n  <>\n    {a && <img {...p} alt={"x"} tabIndex={-1} />}\n    <Box.Item><b>{"t"}</b></Box.Item>\n  </>\n);\n`;
    expect(tagsOf("a.tsx", text)).toEqual(
      ["Box.Item:4", "Box.Item>b:4", "img:3"].toSorted((one, other) => Number(one.slice(-1)) - Number(other.slice(-1))),
    );
    const image = [...elementsOf(readMarkup("a.tsx", text)?.roots ?? [])].find(([{ tag }]) => tag === "img")?.[0];
    expect(image).toMatchObject({ hasSpread: true });
    expect(image === undefined ? [] : [textOf(image, "alt"), textOf(image, "tabindex")]).toEqual(["x", "-1"]);
    expect(readMarkup("a.jsx", "const = <")).toBeUndefined();
  });

  test("leaves alone what programs made and what is there for tests", () => {
    expect(readMarkup("a.html", '<html><head><meta name="generator" content="Hugo">')).toBeUndefined();
    expect(
      ["src/a.vue", "dist/a.html", "a.test.tsx", "x/__tests__/a.jsx", "testing/a.html", "a.stories.tsx"].map((file) =>
        isJudgedMarkup(file),
      ),
    ).toEqual([true, false, false, false, true, false]);
  });

  test("never throws, whatever it is given, and tells lines that are there", () => {
    const part = fc.constantFrom(
      "<div",
      "<img ",
      ">",
      "</div>",
      "{{",
      "}}",
      "{",
      "}",
      "<%",
      "%>",
      '"',
      "'",
      "=",
      "\n",
      "alt",
      "<template>",
      "</template>",
      "<A />",
      "=>",
      "`",
      "${",
      "<script>",
      "<!--",
      "\0",
    );
    const text = fc
      .array(fc.oneof(part, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.constantFrom("a.html", "a.vue", "a.svelte", "a.jsx", "a.tsx"), (given, file) => {
        for (const [{ line }] of elementsOf(readMarkup(file, given)?.roots ?? [])) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(given.split(/\r\n|\r|\n|\u2028|\u2029/).length);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("goes as deep as files go", () => {
    const deep = `${"<div>".repeat(20_000)}x`;
    expect([...elementsOf(readMarkup("a.svelte", deep)?.roots ?? [])].length).toBeGreaterThan(100);
    expect(() => readMarkup("a.jsx", `a = ${"<div>".repeat(3000)}${"</div>".repeat(3000)}`)).not.toThrow();
  });
});

test("maskExpressions() keeps length and lines, and leaves what is no expression", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, single) => {
      const masked = maskExpressions(`${text}{{ a\n}}`, { single });
      expect(masked.length).toBe(text.length + 7);
      expect(masked.split("\n").length).toBe(text.split("\n").length + 1);
    }),
  );
  expect(maskExpressions("<a href='{{ x }}'>b</a>", { single: false })).toBe("<a href='{{___}}'>b</a>");
  expect(hasTemplateMarks("<p>{a}</p>")).toBe(false);
});

test("readMarkup() gives up on elements nested more deeply than browsers show", () => {
  expect(readMarkup("a.html", `${"<div>".repeat(500)}x`)).toBeDefined();
  expect(readMarkup("a.html", "<div>".repeat(100_000))).toBeUndefined();
  expect(readMarkup("a.html", "<li><p>x".repeat(5000))).toBeDefined();
});
