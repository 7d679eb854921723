import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { readMarkup } from "../../markup/read-markup.ts";
import { judgePageLoad } from "./judge-page-load.ts";
import analyseFrontend from "./step.ts";

function judge(file: string, text: string): readonly string[] {
  const markup = readMarkup(file, text);
  return markup === undefined
    ? ["not parsed"]
    : judgePageLoad(file, markup).map(({ rule, line }) => `${rule}:${line ?? 0}`);
}
const META =
  '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="description" content="a">';
const HEAD = `${META}<title>a</title>`;
const page = (head: string, body = ""): string =>
  `<!doctype html>\n<html><head>${head}</head>\n<body>${body}</body></html>`;

describe("judgePageLoad()", () => {
  test.each([
    [page(META), ["document-title:2"]],
    [page(`${META}<title></title>`), ["document-title:2"]],
    [page(HEAD.replace("charset", "data-x")), ["charset:2"]],
    [page(HEAD.replace("viewport", "view")), ["viewport:2"]],
    [page(HEAD.replace("description", "other")), ["description:2"]],
    [page(HEAD).replace("<!doctype html>", ""), ["doctype:2"]],
    [page(`${HEAD}<script src="a.js"></script>`), ["blocking-script:2"]],
    [page(HEAD, '<img src="a.png"><img src="b.png">'), ["image-size:3"]],
    [page(HEAD, '<b onmouseover="a()">a</b>'), ["inline-handler:3"]],
    [page(HEAD, '<script src="http://cdn.org/a.js"></script>'), ["mixed-content:3"]],
  ])("%s", (text, found) => {
    expect(judge("a.html", text)).toEqual(found);
  });

  test.each([
    [
      "a.html",
      page(`${HEAD}<script src="a.js" defer></script><script type="module" src="b.js"></script><script>1</script>`),
    ],
    [
      "a.html",
      page(HEAD, '<img src="a" width="1" height="2"><img src="b" style="width: 3px"><a href="http://a.org">a</a>'),
    ],
    [
      "a.html",
      page(HEAD, '<script src="http://localhost:3000/a.js"></script><img src="http://a.org/a.png" width="1">'),
    ],
    ["a.html", page(`${META}<title></title><script>document.title = "a"</script>`)],
    ["a.html", '<html><head><meta http-equiv="refresh" content="0; url=/x"></head></html>'],
    ["a.html", "<html><head>{% block head %}{% endblock %}</head></html>"],
    ["emails/welcome.html", "<html><head></head><body></body></html>"],
    ["part.html", "<p>a part</p>"],
    ["a.jsx", "const a = <img src={b} onClick={c} />;"],
  ])("has nothing to say of %s: %s", (file, text) => {
    expect(judge(file, text)).toEqual([]);
  });
});

describe("frontend_analysis", () => {
  let repository: StepRepository;
  beforeEach(() => {
    repository = createStepRepository({
      "public/app.bundle.js": "a".repeat(3 * 1024),
      "src/app.js": "a".repeat(3 * 1024),
      "vendor/dist/app.js": "a".repeat(3 * 1024),
      "site/a.html": page(META),
    });
  });
  afterEach(() => repository.close());
  const run = (given: Readonly<Record<string, unknown>> = {}, dueFiles?: readonly string[]) =>
    repository.run("frontend_analysis", analyseFrontend, { with: given, dueFiles });

  test("tells of built files that are committed and large, not of sources and what others built", async () => {
    expect(linesOf((await run({ max_bundle_kb: 2 })).findings)).toEqual([
      "warning document-title site/a.html:2 the page has no title for tabs, bookmarks and search results",
      "warning large-bundle public/app.bundle.js 3 KiB that a bundler wrote are committed, and every visitor loads them",
    ]);
    expect((await run()).findings).toHaveLength(1);
  });

  test("looks at what is due alone, and leaves out rules", async () => {
    expect((await run({ max_bundle_kb: 2 }, ["src/app.js"])).findings).toEqual([]);
    expect((await run({ ignore_rules: ["document-title"] })).findings).toEqual([]);
  });
});
