import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "../scripts/workspace.mjs";

/** A command of a console block with the output shown behind it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

/** The blocks of one language, in order. */
export function blocksOf(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1] ?? "");
}

/** Each command of a console block. */
export function commandsOf(block: string): readonly ShownCommand[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...output] = part.split("\n");
      return { command, output: output.join("\n") };
    });
}

/** Times, run ids and the column widths that follow from them differ from run to run; everything else must not. */
export function steady(text: string): string {
  return text
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, "<run>")
    .replace(/^saved .*$/gm, (line) => line.replace(/^.*?;/, "saved <times>;"))
    .replace(/ *\d+(\.\d+)?(ms|s)\b/g, " <time>");
}

/** What of this process's environment would change what a run says: where it thinks that it is, and whom it may ask. */
const NOT_FOR_READERS = /^(?:CI|GITHUB_.*|GITLAB_.*|AI_.*|.*_API_KEY|MAX_PARALLEL_JOBS|OTEL_.*|WORKFLOW_.*)$/;

/** Runs commands in a folder with the built command line tool on the path, as a reader of a README would. */
export function createReadersShell(folder: string): (command: string, directory: string) => string {
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(path.join(root, "apps/cli/dist/bin.js"), path.join(bin, "ai-workflow"));
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_FOR_READERS.test(name))),
    PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Tour",
    GIT_AUTHOR_EMAIL: "tour@example.org",
    GIT_COMMITTER_NAME: "Tour",
    GIT_COMMITTER_EMAIL: "tour@example.org",
    NO_COLOR: "1",
  };
  // Failing is part of what is shown, so exit codes are left to the outputs.
  return (command, directory) =>
    execFileSync("sh", ["-c", `${command}\ntrue`], { cwd: directory, env: environment, encoding: "utf8" });
}
