import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const readme = readFileSync(path.join(root, "README.md"), "utf8");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "readme tour "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The blocks of one language, in order. */
function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1] ?? "");
}

/** Each command of a console block with the output shown behind it. */
function commands(block: string): readonly { readonly command: string; readonly output: string }[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...output] = part.split("\n");
      return { command, output: output.join("\n") };
    });
}

/** Times, run ids and the column widths that follow from them differ from run to run; everything else must not. */
function steady(text: string): string {
  return text.replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, "<run>").replace(/ *\d+(\.\d+)?(ms|s)\b/g, " <time>");
}

test("the tour of the README shows what really happens", () => {
  const [config = ""] = blocks("yaml");
  const bin = path.join(folder, "bin");
  const repository = path.join(folder, "repository");
  mkdirSync(bin);
  mkdirSync(repository);
  symlinkSync(path.join(root, "apps/cli/dist/bin.js"), path.join(bin, "ai-workflow"));
  const environment = {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Tour",
    GIT_AUTHOR_EMAIL: "tour@example.org",
    GIT_COMMITTER_NAME: "Tour",
    GIT_COMMITTER_EMAIL: "tour@example.org",
    MAX_PARALLEL_JOBS: undefined,
    NO_COLOR: "1",
  };
  writeFileSync(path.join(repository, ".workflow-config.yaml"), config);
  writeFileSync(path.join(repository, "README.md"), "# Tour\n");
  writeFileSync(path.join(repository, "app.sh"), "echo hello\n");
  execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: repository, env: environment });

  const consoles = blocks("console");
  expect(consoles.length).toBeGreaterThan(2);
  for (const { command, output } of consoles.flatMap(commands)) {
    // Failing is part of the tour, so exit codes are left to the outputs.
    const shown = execFileSync("sh", ["-c", `${command} || true`], {
      cwd: repository,
      env: environment,
      encoding: "utf8",
    });
    expect(steady(shown), command).toBe(steady(output));
  }
});
