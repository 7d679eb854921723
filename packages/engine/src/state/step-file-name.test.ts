import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stepFileName } from "./step-file-name.ts";

test.each([
  ["lint", "lint"],
  ["test:unit", "test%3Aunit"],
  ["build@@shop/ui", "build@@shop%2Fui"],
  ["build@../../x", "build@..%2F..%2Fx"],
])("%s is kept in %s", (id, name) => {
  expect(stepFileName(id)).toBe(name);
});

test("a long id is cut between characters, and stays different from others that begin alike", () => {
  const ids = ["a", "b"].map((end) => `build@${"ü".repeat(200)}${end}`);
  const [first = "", second = ""] = ids.map((id) => stepFileName(id));
  expect(first).not.toBe(second);
  expect(first).toMatch(/^build@ü+~[0-9a-f]{32}$/);
});

test("every id has a name of its own that fits into a folder", () => {
  const id = fc
    .array(fc.constantFrom("a", ":", "/", "%25", "@", "ü", "日本".repeat(40)), { minLength: 1, maxLength: 12 })
    .map((parts) => `s${parts.join("")}`);
  fc.assert(
    fc.property(fc.uniqueArray(id), (ids) => {
      const names = ids.map((one) => stepFileName(one));
      expect(new Set(names).size).toBe(ids.length);
      for (const name of names) {
        expect(name).not.toMatch(/[/:]/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
      }
    }),
  );
});
