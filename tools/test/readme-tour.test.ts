import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../scripts/workspace.mjs";
import { blocksOf, commandsOf, createReadersShell, steady } from "../readme-session.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "readme tour "));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the tour of the README shows what really happens", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const [config = ""] = blocksOf(readme, "yaml");
  const repository = path.join(folder, "repository");
  mkdirSync(repository);
  const run = createReadersShell(folder);
  writeFileSync(path.join(repository, ".workflow-config.yaml"), config);
  writeFileSync(path.join(repository, "README.md"), "# Tour\n");
  writeFileSync(path.join(repository, "app.sh"), "echo hello\n");
  run("git init --quiet --initial-branch=main", repository);

  const consoles = blocksOf(readme, "console");
  expect(consoles.length).toBeGreaterThan(2);
  for (const { command, output } of consoles.flatMap(commandsOf)) {
    expect(steady(run(command, repository)), command).toBe(steady(output));
  }
});

test("the session of the built-in steps shows what really happens (UPDATE_README=1 writes it)", () => {
  const file = path.join(root, "packages/steps/README.md");
  const readme = readFileSync(file, "utf8");
  const [session = ""] = /^## A session\n.*?(?=^## analyze$)/ms.exec(readme) ?? [];
  const [making = ""] = blocksOf(session, "sh");
  const run = createReadersShell(folder);
  run(making, folder);
  const repository = path.join(folder, "greet");

  const consoles = blocksOf(session, "console");
  expect(consoles.length).toBeGreaterThan(2);
  let written = session;
  for (const block of consoles) {
    const shown = commandsOf(block).map(({ command, output }) => ({
      command,
      output,
      real: run(command, repository),
    }));
    const real = shown.map((one) => `$ ${one.command}\n${one.real}`).join("");
    written = written.replace(`\`\`\`console\n${block}`, () => `\`\`\`console\n${real}`);
    if (process.env["UPDATE_README"] === "1") continue;
    for (const one of shown) expect(steady(one.real), one.command).toBe(steady(one.output));
  }
  if (process.env["UPDATE_README"] === "1")
    writeFileSync(
      file,
      readme.replace(session, () => written),
    );
});
