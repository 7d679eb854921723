import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanContent, conversionOf } from "./clean-content.ts";
import { openAttributes } from "./read-attributes.ts";
import { readConfig } from "./read-config.ts";

let folder: string;
const environment = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { cwd: folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "clean-content-"));
  git("init", "-q");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const attribute = fc.constantFrom(
  "text",
  "-text",
  "!text",
  "text=auto",
  "text=input",
  "text=other",
  "crlf",
  "-crlf",
  "crlf=input",
  "eol=lf",
  "eol=crlf",
  "eol=x",
  "ident",
  "-ident",
  "binary",
  "-binary",
  "m",
  "-m",
  "!m",
  "filter=none",
  "working-tree-encoding=UTF-8",
);
const pattern = fc.constantFrom("*", "f", "/f", "*.txt", "g", "f/", "!f", '"f"', "[f]", "**/f", "d/f");
const line = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(pattern, fc.array(attribute, { maxLength: 3 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("[attr]m"), fc.array(attribute, { maxLength: 3 })) },
);
const attributesFile = fc
  .array(line, { maxLength: 5 })
  .map((lines) => lines.map(([start, words]) => `${start} ${words.join(" ")}\n`).join(""));
const piece = fc.constantFrom(
  "a",
  "line\r\n",
  "line\n",
  "\r\n",
  "\r",
  "\n",
  "\0",
  "\u0001",
  "\u001a",
  "\t",
  "é",
  "x".repeat(130),
  "$Id$",
  "$Id: abc $",
  "$Id: a\n$",
  "$Id:$",
  "$Id:",
  "$",
  "$Id: x $ $Id: y $\n",
);
const content = fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.from(pieces.join(""), "latin1"));

describe("cleanContent() under conversionOf()", () => {
  test("stores what git add stores, under any attributes, whatever was stored before", async () => {
    await fc.assert(
      fc.asyncProperty(
        attributesFile,
        fc.constantFrom("false", "input", "true"),
        content,
        fc.option(content, { nil: undefined }),
        async (attributes, autoCrlf, after, before) => {
          rmSync(path.join(folder, ".git", "index"), { force: true });
          rmSync(path.join(folder, ".gitattributes"), { force: true });
          const file = path.join(folder, "f");
          git("config", "core.autocrlf", "false");
          if (before !== undefined) {
            writeFileSync(file, before);
            git("add", "f");
          }
          git("config", "core.autocrlf", autoCrlf);
          writeFileSync(path.join(folder, ".gitattributes"), attributes);
          writeFileSync(file, after);
          if (before !== undefined && before.equals(after)) return;
          git("-c", "core.safecrlf=false", "add", "f");
          const [, expected] = git("ls-files", "-s", "f").split(" ");

          const gitDir = path.join(folder, ".git");
          const config = readConfig({ environment, gitDir, commonDir: gitDir });
          const attributesOf = openAttributes({
            root: folder,
            commonDir: gitDir,
            config,
            environment,
            ignoreCase: false,
            readIndexed: async () => undefined,
          });
          const conversion = conversionOf(await attributesOf("f"), {
            autoCrlf: autoCrlf !== "false",
            hasFilter: () => false,
          });
          if ("unsupported" in conversion) throw new Error(conversion.unsupported);
          const stored = await cleanContent(after, conversion, async () => before);
          const id = createHash("sha1").update(`blob ${stored.length}\0`).update(stored).digest("hex");
          expect(id).toBe(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("names what only git can do", () => {
    const settings = { autoCrlf: false, hasFilter: (name: string) => name === "lfs" };
    expect(conversionOf(new Map([["filter", "lfs"]]), settings)).toEqual({ unsupported: 'its filter "lfs"' });
    expect(conversionOf(new Map([["filter", "other"]]), settings)).toEqual({ lineEndings: "keep", hasIdent: false });
    expect(conversionOf(new Map([["working-tree-encoding", "UTF-16"]]), settings)).toEqual({
      unsupported: 'its working-tree-encoding "UTF-16"',
    });
    expect(conversionOf(new Map([["working-tree-encoding", true]]), settings)).toHaveProperty("unsupported");
    expect(conversionOf(new Map([["working-tree-encoding", undefined]]), settings)).not.toHaveProperty("unsupported");
  });
});
