import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStepRepository, type StepRepository } from "../../../test/step-repository.ts";
import { readMarkup } from "../../markup/read-markup.ts";
import { contrastRatio, parseColour, type Colour } from "./judge-contrast.ts";
import { judgeMarkup } from "./judge-markup.ts";
import analyseUse from "./step.ts";

/** `rule:line` of what is found in a file. */
function judge(file: string, text: string): readonly string[] {
  const markup = readMarkup(file, text);
  return markup === undefined
    ? ["not parsed"]
    : judgeMarkup(file, markup).map(({ rule, line }) => `${rule}:${line ?? 0}`);
}
const page = (body: string, head = ""): string =>
  `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;

describe("what is a problem", () => {
  test.each([
    ["<img src='a.png'>", "image-alt:1"],
    ["<a href='/'><i class='icon'></i></a>", "link-name:1"],
    ["<button><svg aria-hidden='true'></svg></button>", "button-name:1"],
    ["<iframe src='/a'></iframe>", "frame-title:1"],
    ["<form><input type='text'></form>", "label:1"],
    ["<form><input id='a'><label for='b'>b</label></form>", "label:1"],
    ["<div role='buton'>a</div>", "aria-role:1"],
    ["<div role='widget'>a</div>", "aria-role:1"],
    ["<div role='checkbox' tabindex='0'>a</div>", "aria-required-attr:1"],
    ["<p aria-labeledby='a'>a</p>", "aria-valid-attr:1"],
    ["<p aria-live='loud'>a</p>", "aria-valid-attr-value:1"],
    ["<p tabindex='3'>a</p>", "tabindex:1"],
    ["<span onclick='go()'>a</span>", "click-only:1"],
    ["<marquee>a</marquee>", "moving-text:1"],
    ["<p style='color: #777; background: #888'>a</p>", "colour-contrast:1"],
    ["<p style='color: #808080; background-color: white; font-size: 12px'>a</p>", "colour-contrast:1"],
    ["<p id='a'></p>\n<p id='a'></p>", "duplicate-id:2"],
    ["<h1>a</h1><h3>b</h3>", "heading-order:1"],
    ["<a href='/x'>click here</a>", "link-words:1"],
    ["<a href='/x'>Log in</a>\n<button>Sign in</button>", "words:2"],
  ])("%s", (body, found) => {
    expect(judge("a.html", page(body))).toEqual([found]);
  });

  test.each([
    ["<html><body></body></html>", "html-lang:1"],
    ["<html lang='english_'><body></body></html>", "html-lang:1"],
    ["<html th:fragment='layout'><head></head><body></body></html>", "html-lang:1"],
    [page("", "<meta name='viewport' content='width=device-width, user-scalable=no'>"), "meta-viewport:1"],
  ])("%s", (text, found) => {
    expect(judge("a.html", text)).toEqual([found]);
  });

  test.each([
    ["a.jsx", "const a = <img src={b} />;", "image-alt:1"],
    ["a.tsx", "const a = <div><span onClick={() => go()}>x</span></div>;", "click-only:1"],
    ["a.tsx", "const a = <b tabIndex={2}>x</b>;", "tabindex:1"],
    ["a.vue", "<template>\n<div @click='go'>x</div>\n</template>", "click-only:2"],
    ["a.svelte", "{#if a}\n<button on:click={go}></button>\n{/if}", "button-name:2"],
  ])("in %s: %s", (file, text, found) => {
    expect(judge(file, text)).toEqual([found]);
  });
});

describe("what is none", () => {
  test.each([
    "<img src='a.png' alt=''>",
    "<img src='a.png' role='presentation'>",
    "<div aria-hidden='true'><img src='a.png'><a href='/'></a></div>",
    "<img id='filled-later'>",
    "<img src='pixel.gif' width='1' height='1'>",
    "<a name='anchor'></a>",
    "<a href='/'><img src='a.png' alt='Home'></a>",
    "<a href='/' aria-label='Home'><i></i></a>",
    "<button><svg><title>Close</title></svg></button>",
    "<button data-i18n='close'></button>",
    "<iframe src='/a' style='display:none'></iframe>",
    "<label>a <input></label>",
    "<input id='a'><label for='a'>a</label>",
    "<input type='submit'><input type='hidden' id='b'>",
    "<form><input placeholder='Search'></form>",
    "<div role='button presentation'>a</div>",
    "<div role='doc-tip'>a</div>",
    "<input type='checkbox' role='switch' aria-label='a'>",
    "<p aria-current='page' aria-description='x'>a</p>",
    "<p tabindex='-1'>a</p>",
    "<div onclick='go()' role='button' tabindex='0'>a</div>",
    "<div onclick='close()' class='modal-backdrop'></div>",
    "<li onclick='go()'><a href='/x'>x</a></li>",
    "<p style='color: white; background: url(a.png)'>a</p>",
    "<p style='color: var(--a); background: white'>a</p>",
    "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>",
    "<svg><g id='a'></g></svg><svg><g id='a'></g></svg>",
  ])("%s", (body) => {
    expect(judge("a.html", page(body))).toEqual([]);
  });

  test.each([
    ["a.html", "<h3>a part of a page</h3><p id='a'></p><p id='a'></p>"],
    ["a.html", "<html lang='{{ lang }}'><img src='{{ x }}' {{ attributes }}></html>"],
    [
      "a.html",
      "<html xmlns:th='x' th:replace='~{layout}'><head></head><body><input th:replace='~{field}'></body></html>",
    ],
    [
      "a.html",
      "<html><body th:fragment='field'><label th:for='a'>a</label><input type='text' th:field='*{a}'></body></html>",
    ],
    ["a.html", "<html layout:decorate='~{layout}'><head></head><body><img src='a' data-th-alt='#{a}'></body></html>"],
    ["a.jsx", "const a = <><img {...all} /><button {...all} /><Image src={b} /><button>{text}</button></>;"],
    ["a.jsx", "const a = <div onClick={(event) => event.stopPropagation()}>x</div>;"],
    ["a.jsx", "const a = <Label>x <input /></Label>; const b = <input />;"],
    ["a.vue", "<template><div @click.self='close'></div><button v-html='x'/><img v-bind='all' src='a'></template>"],
    ["a.svelte", "<button><slot /></button><img {src} {alt} /><a href='/'>{@html x}</a>"],
  ])("in %s: %s", (file, text) => {
    expect(judge(file, text)).toEqual([]);
  });
});

describe("contrastRatio()", () => {
  test("is that of WCAG's examples", () => {
    expect(contrastRatio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(contrastRatio([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });

  test("lies from 1 to 21, whichever colour is first, and colours are read as they are written", () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (one: Colour, other: Colour) => {
        const ratio = contrastRatio(one, other);
        expect(ratio).toBeGreaterThanOrEqual(1);
        expect(ratio).toBeLessThanOrEqual(21.0001);
        expect(contrastRatio(other, one)).toBe(ratio);
        expect(parseColour(`#${one.map((value) => value.toString(16).padStart(2, "0")).join("")}`)).toEqual(one);
        expect(parseColour(`rgb(${one.join(", ")})`)).toEqual(one);
      }),
    );
  });
});

describe("ux_analysis", () => {
  let repository: StepRepository;
  beforeEach(() => {
    repository = createStepRepository({
      "src/a.html": page("\n<img src='a'>".repeat(7)),
      "src/ü b.jsx": "const a = <img src='x' />;",
      "src/broken.jsx": "const = <",
      "test/a.html": "<img src='a'>",
      "binary.html": new Uint8Array(10),
    });
  });
  afterEach(() => repository.close());
  const run = (given: Readonly<Record<string, unknown>> = {}, dueFiles?: readonly string[]) =>
    repository.run("ux_analysis", analyseUse, { with: given, dueFiles });

  test("tells at most five of a kind in a file, and what cannot be parsed; only of files that are due", async () => {
    const result = await run();
    expect(result.findings.map(({ rule, file, line }) => `${rule} ${file ?? ""}:${line ?? 0}`)).toEqual([
      ...[2, 3, 4, 5, 6].map((line) => `image-alt src/a.html:${line}`),
      "image-alt src/ü b.jsx:1",
      "not-parsed src/broken.jsx:0",
    ]);
    expect(result.findings[4]?.message).toContain("(and 2 more of this in the file)");
    expect((await run({}, ["src/ü b.jsx"])).findings).toHaveLength(1);
  });

  test("leaves out rules, and makes warnings errors", async () => {
    expect((await run({ ignore_rules: ["image-alt", "not-parsed"] })).findings).toEqual([]);
    expect((await run({ fail_on: "any" })).findings[0]?.severity).toBe("error");
    await expect(run({ fail_on: "some" })).rejects.toThrow("`fail_on` must be nothing or any");
  });
});
