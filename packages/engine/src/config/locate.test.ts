import fc from "fast-check";
import { expect, test } from "vitest";
import { locate, type DocumentPath } from "./locate.ts";

const text = [
  "project: { name: 'my service' }", // 1
  "stages: [{ id: one }, { id: two, trigger: manual }]", // 2
  "steps:", // 3
  "  lint:", // 4
  "    run: eslint .", // 5
  "    needs:", // 6
  "      - a", // 7
  "      -   b", // 8
  "  'te st': &anchored", // 9
  "    run: |", // 10
  "      make", // 11
  "    description: >-", // 12
  "      folded", // 13
  "  again: *anchored", // 14
  '  "12": { inputs: [ "x", "y" ] }', // 15
  "", // 16
].join("\n");

test.each<[DocumentPath, "key" | "value", string]>([
  [[], "value", "1:1"],
  [["project"], "key", "1:1"],
  [["project"], "value", "1:10"],
  [["project", "name"], "key", "1:12"],
  [["project", "name"], "value", "1:18"],
  [["stages"], "value", "2:9"],
  [["stages", 0], "value", "2:10"],
  [["stages", 1, "id"], "value", "2:29"],
  [["stages", 1, "trigger"], "key", "2:34"],
  [["steps"], "key", "3:1"],
  [["steps", "lint"], "key", "4:3"],
  [["steps", "lint", "run"], "key", "5:5"],
  [["steps", "lint", "run"], "value", "5:10"],
  [["steps", "lint", "needs", 0], "value", "7:9"],
  [["steps", "lint", "needs", 1], "value", "8:11"],
  [["steps", "te st"], "key", "9:3"],
  [["steps", "te st", "run"], "value", "10:10"],
  [["steps", "te st", "description"], "value", "12:18"],
  [["steps", "12"], "key", "15:3"],
  [["steps", 12], "key", "15:3"],
  [["steps", "12", "inputs", 1], "value", "15:26"],
])("%j, its %s, stands at %s", (path, what, expected) => {
  const { line, column } = locate(text, path, { key: what === "key" });
  expect(`${line}:${column}`).toBe(expected);
});

test.each<[string, DocumentPath, string]>([
  ["a missing key gives its parent", ["steps", "lint", "timeout"], "4:3"],
  ["a missing branch gives the nearest parent", ["steps", "nobody", "run"], "3:1"],
  ["an index behind the end gives the list", ["steps", "lint", "needs", 7], "6:5"],
  ["nothing is found behind an alias", ["steps", "again", "run"], "14:3"],
  ["nothing is found inside a scalar", ["steps", "lint", "run", 0], "5:5"],
  ["nothing at all gives the beginning", ["nowhere"], "1:1"],
])("%s", (_, path, expected) => {
  const { line, column } = locate(text, path, { key: false });
  expect(`${line}:${column}`).toBe(expected);
});

test("a byte order mark takes no column, a carriage return no line", () => {
  expect(locate("\uFEFFa: 1\r\nb: 2\r\n", ["a"], { key: true })).toEqual({ line: 1, column: 1 });
  expect(locate("\uFEFFa: 1\r\nb: 2\r\n", ["b"], { key: false })).toEqual({ line: 2, column: 4 });
});

test("every scalar of a random document stands where locate() says, in block and in flow style", () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  fc.assert(
    fc.property(fc.dictionary(word, fc.dictionary(word, word, { minKeys: 1 }), { minKeys: 1 }), (document) => {
      const block = Object.entries(document)
        .map(
          ([key, inner]) =>
            `${key}:\n${Object.entries(inner)
              .map(([name, value]) => `  ${name}: "${value}"\n`)
              .join("")}`,
        )
        .join("");
      for (const yaml of [block, JSON.stringify(document)]) {
        for (const [key, inner] of Object.entries(document)) {
          for (const [name, value] of Object.entries(inner)) {
            const { line, column } = locate(yaml, [key, name], { key: false });
            expect(yaml.split("\n")[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^"${value}"`));
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});
