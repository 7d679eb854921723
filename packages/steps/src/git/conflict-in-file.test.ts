import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conflictInFile } from "./conflict-in-file.ts";
import { findConflictMarkers } from "./find-conflict-markers.ts";

const CONFLICT = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> topic\n";
const ABOUT = "Resolve the conflict in your editor:\n";

describe("conflictInFile()", () => {
  test.each([
    ["a.js", `a\n${CONFLICT}`, 2],
    ["a.js", "<<<<<<< HEAD\r\na\r\n=======\r\n>>>>>>> b\r\n", 1],
    ["a.js", "<<<<<<< HEAD\n||||||| parent of 1a2b3c4 (x)\n=======\n>>>>>>> b\n", 1],
    // Renamed on one side, or a conflict in a common ancestor.
    ["a.css", "<<<<<<<< HEAD:a.css\n========\n>>>>>>>> 1a2b3c4 (x):b.css\n", 1],
    // A heading between two markers.
    ["a.md", "<<<<<<< HEAD\nHeading\n-------\n=======\n\nOther\n=======\n\n>>>>>>> dev\n", 1],
    ["a.js", "<<<<<<< HEAD\n<<<<<<< HEAD\n=======\n>>>>>>> dev\n", 2],
    // A block of code that git has put a conflict into, and a text of several lines.
    ["README.md", `# A\n\n\`\`\`sh\n${CONFLICT}\`\`\`\n`, 4],
    ["a.js", `f(\`\n${CONFLICT}\`)\n`, 2],
    // It speaks of conflicts, but the conflict is not what it shows.
    ["README.md", `${ABOUT}\n\`\`\`\n${CONFLICT}\`\`\`\n\n${CONFLICT}`, 11],
    ["test/a.test.js", CONFLICT, 1],
  ])("%s %j is unresolved", (file, text, line) => {
    expect(conflictInFile(file, text)).toEqual({ line, kind: "unresolved" });
  });

  test.each([
    ["HISTORY.md", "a\n>>>>>>> master\n", 2],
    ["a.ts", "<<<<<<< HEAD\na\n", 1],
    ["a.ts", "||||||| parent of f59ea5f4 (feat: x)\n", 1],
    ["a.ts", "<<<<<<< Updated upstream\n>>>>>>> Stashed changes\n", 1],
  ])("%s %j was left behind", (file, text, line) => {
    expect(conflictInFile(file, text)).toEqual({ line, kind: "left-behind" });
  });

  test.each([
    ["docs/merging.md", `${ABOUT}\n\`\`\`\n${CONFLICT}\`\`\`\n`],
    ["docs/merging.html", `<p>${ABOUT}<pre>\n${CONFLICT}</pre>\n`],
    ["docs/merging.adoc", `${ABOUT}\n----\n${CONFLICT}----\n`],
    ["src/parser.ts", `parse(\`\n${CONFLICT}\`); // a conflict\n`],
    ["src/parser.py", `parse("""\n${CONFLICT}""")  # a conflict\n`],
    ["test/parser.js", `const conflict = [\n${CONFLICT}];\n`],
    ["test/fixtures/a.txt", CONFLICT],
  ])("%s %j is shown", (file, text) => {
    expect(conflictInFile(file, text)?.kind).toBe("shown");
  });

  test.each([
    ["a.rst", "Title\n=======\n"],
    ["a.md", "    <<<<<<< HEAD\n    =======\n    >>>>>>> a\n"],
    ["a.md", ">>>>>>> quoted by seven\n>>>>>>> and again\n"],
    ["letter.txt", ">>>>>>> master\n"],
    ["a.txt", "<<<<<<< \n"],
    ["a.c", "<<<<<<<<<<<<<<\n=======\n>>>>>>>\n"],
    ["a.js", '"<<<<<<< HEAD"\n'],
  ])("%s %j is no conflict", (file, text) => {
    expect(conflictInFile(file, text)).toBeUndefined();
  });

  test("finds a conflict wherever it stands", () => {
    const line = fc.string().filter((text) => !/^[<=>|]{7}|\n/.test(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const text = [...before, ...CONFLICT.split("\n").slice(0, -1), ...after].join("\n");
        expect(conflictInFile("a.txt", text)).toEqual({ line: before.length + 1, kind: "unresolved" });
      }),
    );
  });

  test("takes any lines, and tells of them in their order", () => {
    const line = fc.constantFrom(
      "<<<<<<< HEAD",
      "||||||| base",
      "=======",
      ">>>>>>> main",
      "<<<<<<<< HEAD",
      "a",
      "```",
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const found = findConflictMarkers(lines).map((one) => one.line);
        expect(found).toEqual(found.toSorted((one, other) => one - other));
        for (const file of ["a.md", "a.ts", "a.py", "a.adoc", "a.html"]) conflictInFile(file, lines.join("\n"));
      }),
    );
  });
});
