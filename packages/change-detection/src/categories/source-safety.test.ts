import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { categorise } from "./categorise.ts";

/**
 * Extensions of programs, styles and templates, written down here and not taken from the rules: a program that is taken for docs
 * or assets makes steps be skipped.
 */
const SOURCE_EXTENSIONS = (
  "js mjs cjs jsx ts mts cts tsx vue svelte astro coffee css scss sass less html htm ejs hbs pug graphql py pyi pyx ipynb go rs java kt kts " +
  "scala groovy clj cljs cljc jsp cs fs vb razor cshtml xaml c h cc hh cpp hpp cxx hxx m mm cu s asm l y proto thrift glsl frag vert wgsl sv " +
  "swift storyboard xib rb erb haml php twig ex exs eex heex erl hrl gleam hs lhs ml mli elm purs rkt scm lisp el dart zig nim d hx pl pm lua " +
  "tl sh bash zsh fish ps1 bat awk tcl vim r jl tf nix jsonnet rego bicep sol vy cairo move gd gdshader shader sql prisma xsl po f90 v vhd"
).split(" ");

/** Names that mean prose, licences, pictures or settings when they end in something else. */
const STEMS =
  "readme README LICENSE license CHANGELOG changelog NEWS news HISTORY INSTALL install notice NOTICE copying COPYING authors TODO todo security SUPPORT guide index logo icon manual man help credits main a.b".split(
    " ",
  );

const FOLDERS =
  "docs doc documentation man manual wiki src lib app assets images img public static fonts media content blog posts _posts licenses LICENSES notes guides api examples scripts tools vendor third_party templates prompts res drawable dist .vitepress theme sig keys data model models a".split(
    " ",
  );

/** The listed exceptions: what they call docs is prose with a program's ending. */
const isException = (path: string): boolean =>
  // The settings of Sphinx
  /(?:^|\/)(?:docs?|documentation)\/(?:.*\/)?conf\.py$/.test(path) ||
  // A licence saved from a web page
  /(?:^|\/)license\.html?$/i.test(path) ||
  // A page of a manual
  (/\.html?$/.test(path) && /(?:^|\/)(?:docs?|documentation|man|manual|wiki)\//.test(path));

describe("a file with the extension of a program", () => {
  test("is never docs, assets or other, whatever it is called and wherever it lies, but for the listed exceptions", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...FOLDERS), { maxLength: 4 }),
        fc.constantFrom(...STEMS),
        fc.constantFrom(...SOURCE_EXTENSIONS),
        (folders, stem, extension) => {
          const path = [...folders, `${stem}.${extension}`].join("/");
          const { category, rule } = categorise(path);
          if (!isException(path)) expect(["docs", "assets", "other"], `${path}: ${rule}`).not.toContain(category);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test.each(SOURCE_EXTENSIONS)(".%s is code under a plain name", (extension) => {
    expect(categorise(`src/thing/widget.${extension}`).category).toBe("code");
    expect(categorise(`docs/${extension.startsWith("htm") ? "templates/" : ""}widget.${extension}`).category).toBe(
      "code",
    );
  });

  test("a program without extension that deals with prose is code, prose without extension is docs", () => {
    for (const folder of ["bin", "scripts", "script", "tools", "hack", "libexec"]) {
      for (const name of "license licenses check-license license-check changelog readme readme-gen authors changes install release news notice todo".split(
        " ",
      )) {
        expect(categorise(`${folder}/${name}`).category, `${folder}/${name}`).toBe("code");
      }
      for (const name of ["LICENSE", "README", "COPYING", "LICENSE-MIT", "ChangeLog"]) {
        expect(categorise(`${folder}/${name}`).category, `${folder}/${name}`).toBe("docs");
      }
    }
    for (const path of [
      "license",
      "readme",
      "changelog",
      "pkg/authors",
      "a/copying",
      "MIT-LICENSE",
      "INSTALL",
      "a/NEWS",
    ]) {
      expect(categorise(path).category, path).toBe("docs");
    }
  });

  test("the exceptions are docs", () => {
    expect(categorise("docs/source/conf.py")).toMatchObject({ category: "docs", rule: "python/sphinx-settings" });
    expect(categorise("src/decNumber/ICU-license.html")).toMatchObject({ category: "docs", rule: "docs/licence" });
    expect(categorise("docs/javadoc/index-all.html")).toMatchObject({
      category: "docs",
      rule: "docs/page",
    });
    expect(categorise("doc/syntax.html")).toMatchObject({ category: "docs", rule: "docs/page" });
    expect(categorise("src/conf.py").category).toBe("code");
    for (const path of [
      "src/javadoc/templates/page.html",
      "docs/_includes/head.html",
      "docs/public/index.html",
      "docs/examples/map.html",
      "docs/_part.html",
      "docs/nav.component.html",
      "app/templates/license.html",
      "src/components/notice.html",
      "src/Button.stories.mdx",
      "data/templates/default.textile",
    ]) {
      expect(categorise(path).category, path).toBe("code");
    }
  });
});
