import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProcess } from "../scripts/run-process.mjs";
import { listPublishablePackages } from "../scripts/workspace.mjs";
import { readFencedBlocks } from "./fenced-blocks.ts";

/** One runnable example of a document. */
export interface Example {
  readonly line: number;
  readonly source: string;
  /** What it must print exactly, where the document shows it. */
  readonly expected: string | undefined;
}

/**
 * The `js` blocks of a document, each with the `text` block right behind it as its output.
 *
 * @throws {Error} when a `js` block carries anything behind `js`: there is no way to keep an example from being run.
 */
export function readExamples(markdown: string): Example[] {
  const blocks = readFencedBlocks(markdown);
  return blocks.flatMap((block, index) => {
    const [language, ...rest] = block.info.split(/\s+/);
    if (language !== "js" && language !== "javascript" && language !== "mjs") return [];
    if (block.info !== "js") {
      throw new Error(
        `The block at line ${block.line} is "${[language, ...rest].join(" ")}"; examples are plain "js" and all are run`,
      );
    }
    const next = blocks[index + 1];
    const expected = next?.info === "text" && next.followsBlock ? next.text : undefined;
    return [{ line: block.line, source: block.text, expected }];
  });
}

/** Whatever the settings of the machine say. */
const GIT_SETTINGS = ["user.name=Example", "user.email=example@example.com", "commit.gpgSign=false"].flatMap((one) => [
  "-c",
  one,
]);

/** Makes a git repository with one commit, in which the packages of this workspace can be imported by name. */
function makeExampleFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "example-"));
  writeFileSync(join(directory, ".gitignore"), "node_modules/\n");
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "--all"],
    ["commit", "--quiet", "--message", "first"],
  ]) {
    execFileSync("git", [...GIT_SETTINGS, ...args], { cwd: directory });
  }
  for (const { manifest, directory: target } of listPublishablePackages()) {
    const link = join(directory, "node_modules", ...manifest.name.split("/"));
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, "junction");
  }
  return directory;
}

/** Runs an example as an ESM file in a repository of its own; resolves to undefined or to what is wrong with it. */
export async function runExample(example: Example): Promise<string | undefined> {
  const directory = makeExampleFolder();
  try {
    const file = join(directory, "example.mjs");
    writeFileSync(file, example.source);
    const env: Record<string, string | undefined> = { ...process.env, NO_COLOR: "1" };
    delete env["NODE_OPTIONS"];
    delete env["NODE_PATH"];
    delete env["FORCE_COLOR"];
    const { code, output, stdout } = await runProcess(process.execPath, [file], { cwd: directory, env });
    if (code !== 0) return `it ended with exit code ${code}:\n${output}`;
    if (example.expected !== undefined && stdout !== example.expected) {
      return `it printed\n${stdout}\nwhere the document shows\n${example.expected}`;
    }
    return undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
