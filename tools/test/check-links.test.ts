import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import checkLinks from "../check-links.mjs";
import type { ModuleStepFinding } from "../module-step.mjs";

const folders: string[] = [];

async function check(tree: Record<string, string>, files: readonly string[]): Promise<readonly ModuleStepFinding[]> {
  const directory = await mkdtemp(join(tmpdir(), "links-"));
  folders.push(directory);
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const { findings } = await checkLinks({ step: "links", directory, files, with: {} });
  return findings;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe("checkLinks()", () => {
  test("finds nothing when every link, image and fragment leads somewhere", async () => {
    const findings = await check(
      {
        "README.md":
          "# Title\n\n[a](docs/guide.md#second-part) [b](#title) [c](src/x.js#L3) [d](docs/) [e](docs#a-readme) ![f](logo.svg) <https://example.org> [g](mailto:x@example.org) [top](#readme)\n",
        "docs/guide.md": "# Guide\n\n## Second *part*\n\n[back](../README.md#title)\n",
        "docs/README.md": "# A readme\n",
        "src/x.js": "1;\n",
        "logo.svg": "<svg/>",
      },
      ["README.md", "docs/guide.md", "docs/README.md", "src/x.js"],
    );
    expect(findings).toEqual([]);
  });

  test("names file, line and column of a missing file and of missing headings here and elsewhere", async () => {
    const findings = await check(
      {
        "README.md":
          "# Title\n\nSee [a](docs/gone.md).\n\n[b](#nowhere) and [c](docs/guide.md#nothing)\n\n![d](gone.png)\n",
        "docs/guide.md": "# Guide\n",
      },
      ["README.md", "docs/guide.md"],
    );
    expect(findings.map(({ rule, file, line, column }) => `${rule} ${file}:${line}:${column}`).toSorted()).toEqual([
      "missing-file README.md:3:5",
      "missing-file README.md:7:1",
      "missing-heading README.md:5:1",
      "missing-heading-in-file README.md:5:19",
    ]);
    expect(findings.every(({ severity }) => severity === "error")).toBe(true);
    expect(findings.map(({ message }) => message).join("\n")).toContain("docs/gone.md");
  });

  test("reads headings of a file that is not among the inputs, but reports only on inputs", async () => {
    const findings = await check(
      {
        "a.md": "[good](b.md#there) [bad](b.md#not-there)\n",
        "b.md": "# There\n\n[broken, but not asked for](gone.md)\n",
      },
      ["a.md"],
    );
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual(["missing-heading-in-file a.md"]);
  });

  test("reports a link whose escapes are malformed instead of failing", async () => {
    const findings = await check({ "a.md": "[bad](%E0%A4%A.md)\n" }, ["a.md"]);
    expect(findings).toMatchObject([{ rule: "unreadable-link", severity: "error", file: "a.md" }]);
  });

  test("ignores an input that no longer exists", async () => {
    expect(await check({}, ["gone.md"])).toEqual([]);
  });
});
