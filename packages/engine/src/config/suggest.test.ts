import fc from "fast-check";
import { expect, test } from "vitest";
import { suggest } from "./suggest.ts";

test.each([
  ["lnit", ["test", "lint"], "lint"],
  ["tiemout", ["timeout", "inputs"], "timeout"],
  ["LINT", ["lint"], "lint"],
  ["tst", ["test", "build"], "test"],
  ["", ["ab"], "ab"],
])("suggest(%j) among %j gives %j", (name, known, expected) => {
  expect(suggest(name, known)).toBe(expected);
});

test.each([
  ["deploy", ["lint", "test"]],
  ["a", []],
  ["documentation", ["dependencies"]],
  ["abc", ["xyz"]],
])("suggest(%j) among %j gives nothing: none is near", (name, known) => {
  expect(suggest(name, known)).toBeUndefined();
});

test("the nearest of several wins, the first of equally near ones", () => {
  expect(suggest("build", ["built!", "builds", "guild"])).toBe("builds");
});

test("swapping two neighbouring letters of a known name still finds it", () => {
  const name = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(
      name,
      fc.nat(),
      fc.array(fc.stringMatching(/^[A-Z0-9]{20,30}$/), { maxLength: 5 }),
      (known, at, others) => {
        const index = at % (known.length - 1);
        const swapped = known.slice(0, index) + known.charAt(index + 1) + known.charAt(index) + known.slice(index + 2);
        expect(suggest(swapped, [...others, known])).toBe(known);
      },
    ),
  );
});

test("a suggestion is always one of the known names, and a known name suggests itself", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 12 }),
      fc.array(fc.string({ maxLength: 12 }), { maxLength: 6 }),
      (name, known) => {
        const found = suggest(name, known);
        if (found !== undefined) expect(known).toContain(found);
        if (known.includes(name)) expect(found?.toLowerCase()).toBe(name.toLowerCase());
      },
    ),
  );
});

test("an abbreviation and what is abbreviated are meant where only one name begins so", () => {
  expect(suggest("environment", ["run", "env", "inputs"])).toBe("env");
  expect(suggest("dir", ["directory", "inputs"])).toBe("directory");
  expect(suggest("documentation", ["documentation_updates", "documentation_optimization"])).toBeUndefined();
  expect(suggest("en", ["environment"])).toBeUndefined();
});
