import { describe, expect, test } from "vitest";
import { describeReason, reasonChain, type AffectedReason } from "./reason.ts";

const first: AffectedReason = {
  cause: { kind: "file", path: "packages/ui/src/button.ts" },
  unit: "js:packages/ui",
  name: "@shop/ui",
  length: 1,
};
const second: AffectedReason = {
  ...first,
  unit: "js:apps/web",
  name: "web",
  length: 2,
  dependency: { kind: "dev", manifest: "apps/web/package.json" },
  previous: first,
};

describe("describeReason()", () => {
  test("gives the chain on one line and tells the kind of an edge where it is not the usual one", () => {
    expect(describeReason(second)).toBe("packages/ui/src/button.ts -> @shop/ui -> web (dev)");
    expect(reasonChain(second).map(({ unit }) => unit)).toEqual(["js:packages/ui", "js:apps/web"]);
  });

  test.each<[AffectedReason["cause"], string]>([
    [
      { kind: "lock", path: "Cargo.lock", what: "serde 1.0.1 -> 1.0.2" },
      "Cargo.lock (serde 1.0.1 -> 1.0.2) -> @shop/ui",
    ],
    [{ kind: "unknown", what: "it is not known what changed" }, "it is not known what changed -> @shop/ui"],
    [{ kind: "file", path: "a\nb\u001b[31m\u202e" }, String.raw`"a\nb\u001b[31m\u202e" -> @shop/ui`],
  ])("puts %j into words that stay on their line", (cause, words) => {
    expect(describeReason({ ...first, cause })).toBe(words);
  });
});
