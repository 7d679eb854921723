import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { categorise } from "./categorise.ts";
import type { Category } from "../change.ts";

interface Labelled {
  readonly path: string;
  readonly label: Category;
  readonly accept: readonly string[];
}

/** Parts are `== name`, lines are `label|also right path`; the rest is comments and names of repositories. */
function readParts(): ReadonlyMap<string, readonly Labelled[]> {
  const parts = new Map<string, Labelled[]>();
  let part: Labelled[] = [];
  for (const line of readFileSync(new URL("labelled-paths.txt", import.meta.url), "utf8").split("\n")) {
    if (line.startsWith("== ")) parts.set(line.slice(3), (part = []));
    const found = /^(?<labels>[a-z|]+) (?<path>.+)$/.exec(line)?.groups;
    if (found === undefined) continue;
    const [label, ...accept] = (found["labels"] ?? "").split("|");
    part.push({ path: found["path"] ?? "", label: label as Category, accept });
  }
  return parts;
}

/** Paths that rules over paths alone get wrong, with the answer they get. */
const KNOWN_MISSES: Readonly<Record<string, Category>> = {
  "lib/plug/adapters/test/conn.ex": "tests",
  ".github/coverage-trend.csv": "config",
  ORIGINATOR: "code",
  "dev-resources/test.pem": "other",
  "installer/ELIXIR_REQUIREMENT": "code",
  "babel.babel": "code",
  "test-infra/image-builder/roles/kubevirt-images/defaults/main.yml": "tests",
  "karma.worker.js": "code",
  "src/ClientApp/Resources/Raw/AboutAssets.txt": "code",
  "src/HybridApp/Resources/Raw/AboutAssets.txt": "code",
  "caddytest/integration/caddyfile_adapt/acme_server_custom_challenges.caddyfiletest": "code",
  "caddytest/integration/caddyfile_adapt/directive_as_site_address.caddyfiletest": "code",
  "caddytest/integration/caddyfile_adapt/import_block_snippet_non_replaced_block_from_separate_file.caddyfiletest":
    "code",
  "caddytest/integration/caddyfile_adapt/reverse_proxy_load_balance.caddyfiletest": "code",
  "docs/src/static/diagrams.key/Metadata/DocumentIdentifier": "code",
  "docs/common/rule.ldoc": "code",
  "doc/design/depopts-and-features": "code",
  "doc/pages/index.menu": "code",
};

const parts = readParts();

describe("categorise() on labelled paths of public repositories", () => {
  test("there are enough of them, and each part is read", () => {
    expect([...parts.keys()]).toEqual([
      "development",
      "second development",
      "conventions",
      "held out",
      "last held out",
      "blind development",
      "blind held out",
      "second blind held out",
      "third blind held out",
    ]);
    expect([...parts.values()].flat().length).toBeGreaterThan(3400);
  });

  test.each([...parts])("%s: only the known misses are not right at all", (_, labelled) => {
    const misses = labelled.flatMap(({ path, label, accept }) => {
      const { category } = categorise(path);
      return category === label || accept.includes(category) ? [] : [[path, category]];
    });
    expect(Object.fromEntries(misses)).toEqual(
      Object.fromEntries(Object.entries(KNOWN_MISSES).filter(([miss]) => labelled.some(({ path }) => path === miss))),
    );
  });

  test.each([...parts])("%s: the first choice of a reader is met as often as it should", (name, labelled) => {
    const strict = labelled.filter(({ path, label }) => categorise(path).category === label).length;
    expect(strict / labelled.length).toBeGreaterThanOrEqual(name.includes("blind") ? 0.92 : 0.9);
  });

  test.each([...parts])("%s: no code is called docs or assets where that is not right as well", (_, labelled) => {
    const worst = labelled.filter(({ path, label, accept }) => {
      const { category } = categorise(path);
      return label === "code" && (category === "docs" || category === "assets") && !accept.includes(category);
    });
    expect(worst).toEqual([]);
  });
});
