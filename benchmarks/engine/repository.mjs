import { execFileSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Before the commit, so that git need not read a file again that was written in the second of its index. */
const WRITTEN_AT = new Date("2026-01-01T00:00:00Z");
const IGNORED = ["node_modules", ".turbo", ".nx", ".wireit", ".workflow", "dist"];

/**
 * Makes a git repository with one folder a step, `packages/<step>`, of two source files, and what the program needs to run them.
 * @param {{ directory: string, subject: import("./subjects.mjs").Subject, steps: readonly import("./workflows.mjs").Step[],
 *   environment: Record<string, string>, moreFiles?: number }} options `moreFiles` files that no step reads.
 */
export function createRepository({ directory, subject, steps, environment, moreFiles = 0 }) {
  const write = (name, content) => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
    utimesSync(file, WRITTEN_AT, WRITTEN_AT);
  };
  for (const [number, { id }] of steps.entries()) {
    write(`packages/${id}/src/index.js`, `export const value = ${number};\n`);
    write(`packages/${id}/src/other.js`, `export const other = ${number};\n`);
  }
  for (let number = 0; number < moreFiles; number += 1) {
    write(`more/folder-${Math.floor(number / 100)}/file-${number}.txt`, `${number}\n`);
  }
  write(".gitignore", `${IGNORED.join("\n")}\n`);
  for (const [name, content] of Object.entries(subject.files(steps))) write(name, content);

  const git = (...args) => execFileSync("git", args, { cwd: directory, env: environment, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "commit", "--quiet", "-m", "All files");
  subject.link?.(directory);
}
