/** Completion in real shells; one that is not installed is left out. */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { BIN, runCli } from "./support/run-cli.ts";

const CONFIG = `stages: [{ id: core }]
steps:
  lint: { run: "true", stage: core }
  "lint:deep": { run: "true" }
  test: { run: "true" }
`;

/** A workspace with the program as \`aiw\` in a folder of its own, as it is installed. */
function createInstalled(): Workspace & { readonly bin: string } {
  const workspace = createWorkspace({ files: { ".workflow-config.yaml": CONFIG, "docs/a.md": "a\n" } });
  const bin = workspace.file("../bin");
  spawnSync("mkdir", ["-p", bin]);
  symlinkSync(BIN, path.join(bin, "aiw"));
  return Object.assign(workspace, { bin });
}

function run(
  shell: string,
  script: string,
  { bin, repository }: { readonly bin: string; readonly repository: string },
): string {
  const file = path.join(bin, `script.${shell}`);
  writeFileSync(file, script);
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: bin, TERM: "dumb" };
  const { stdout, stderr } = spawnSync(shell, [file], { cwd: repository, env, encoding: "utf8", timeout: 60_000 });
  return stdout + stderr;
}

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

describe("completion", () => {
  test.runIf(has("bash"))(
    "in bash names commands, flags, steps and stages, also behind characters that split words",
    () => {
      using workspace = createInstalled();
      const complete = (line: string): readonly string[] =>
        run(
          "bash",
          `eval "$(aiw completion bash)"
COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(aiw); COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
compopt() { echo "files"; }
_ai_workflow; printf '%s\\n' "\${COMPREPLY[@]}"
`,
          workspace,
        )
          .trim()
          .split("\n");
      expect(complete("aiw appr")).toEqual(["approve"]);
      expect(complete("aiw run --output-l")).toEqual(["--output-logs"]);
      expect(complete("aiw run te")).toEqual(["test"]);
      expect(complete("aiw run lint:")).toEqual(["deep"]);
      expect(complete("aiw run --output-logs=f")).toEqual(["full"]);
      expect(complete("aiw approve ")).toEqual(["core"]);
      expect(complete("aiw run --target ")).toEqual(["files"]);
    },
  );

  test.runIf(has("zsh"))("in zsh asks for the words before the cursor", () => {
    using workspace = createInstalled();
    const told = run(
      "zsh",
      `compdef() { print "defined $*"; }
eval "$(aiw completion zsh)"
compadd() { print -l -- "\${(@P)2}"; }
_files() { print files; }
words=(aiw run te); CURRENT=3; _ai_workflow
words=(aiw run --target ""); CURRENT=4; _ai_workflow
`,
      workspace,
    );
    expect(told).toBe("defined _ai_workflow ai-workflow aiw\ntest\nfiles\n");
  });

  test.runIf(has("fish"))("in fish completes by its own machinery", () => {
    using workspace = createInstalled();
    const told = run(
      "fish",
      'aiw completion fish | source\ncomplete --do-complete "aiw run te"\ncomplete --do-complete "aiw run --target do"\n',
      workspace,
    );
    expect(told).toBe("test\ndocs/\n");
  });

  test("is silent where there is no configuration or a broken one, and refuses other shells", async () => {
    using workspace = createWorkspace();
    expect(await runCli(workspace, ["complete", "--", "run", ""])).toMatchObject({
      stdout: "",
      stderr: "",
      exitCode: 0,
    });
    workspace.write({ ".workflow-config.yaml": "steps: [" });
    expect(await runCli(workspace, ["complete", "--", "approve", ""])).toMatchObject({
      stdout: "",
      stderr: "",
      exitCode: 0,
    });
    expect(await runCli(workspace, ["completion", "csh"])).toMatchObject({ stdout: "", exitCode: 2 });
  });
});
