/** Completion in real shells; one that is not installed is left out. */
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createTmux, HAS_TMUX, NEEDS_TMUX } from "./support/create-tmux.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord } from "./support/records.ts";
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

/** How to start each shell without the configuration of whoever tests, and what a user puts into it. */
const SHELLS = [
  ["bash", "bash --norc --noprofile -i", 'eval "$(aiw completion bash)"'],
  ["zsh", "zsh -f -i", 'PS1="$ "; autoload -Uz compinit; compinit -u; eval "$(aiw completion zsh)"'],
  [
    "fish",
    "fish --no-config -i",
    "function fish_prompt; echo '> '; end; set -g fish_autosuggestion_enabled 0; aiw completion fish | source",
  ],
] as const;

describe.runIf(HAS_TMUX)(`completion ${NEEDS_TMUX}`, () => {
  test.each(SHELLS.filter(([shell]) => has(shell)))("%s completes what is typed", async (_shell, command, setUp) => {
    using workspace = createWorkspace({
      files: {
        ".workflow-config.yaml": CONFIG.replace(
          "stages: [{ id: core }]",
          "stages: [{ id: core }, { id: release, trigger: manual }]",
        ),
        "docs/a.md": "a\n",
      },
    });
    await runCli(workspace, ["run"]);
    const { runId } = lastRecord(workspace);
    using terminal = createTmux(workspace, { shell: command, columns: 120, rows: 60 });
    terminal.enter(`${setUp}; echo set up`);
    await terminal.until(/^set up$/m);
    for (const [typed, becomes] of [
      ["aiw appr", "aiw approve "],
      ["aiw run te", "aiw run test "],
      ["aiw run lint:", "aiw run lint:deep "],
      ["aiw run test lint:d", "aiw run test lint:deep "],
      ["aiw approve co", "aiw approve core "],
      ["aiw run --pipeline docs", "aiw run --pipeline docs-only "],
      ["aiw run --output-logs=e", "aiw run --output-logs=errors-only "],
      ["aiw run --steps test,lint:", "aiw run --steps test,lint:deep "],
      [`aiw report --from ${runId.slice(0, -3)}`, `aiw report --from ${runId} `],
      ["aiw run --target do", "aiw run --target docs/"],
      ["aiw cache ver", "aiw cache verify "],
    ] as const) {
      terminal.press("C-u");
      terminal.type(typed);
      await terminal.until((screen) => screen.at(-1)?.trimEnd().endsWith(typed) === true);
      terminal.press("Tab");
      // What is typed next stands behind what was completed, with the space that a word of its own has.
      terminal.type("!");
      await terminal.until((screen) => screen.at(-1)?.trimEnd().endsWith(`${becomes}!`) === true);
    }
  });

  test.each(SHELLS.filter(([shell]) => shell !== "bash" && has(shell)))(
    "%s tells what commands and flags do",
    async (_shell, command, setUp) => {
      using workspace = createWorkspace({ files: { ".workflow-config.yaml": CONFIG } });
      using terminal = createTmux(workspace, { shell: command, columns: 160, rows: 60 });
      terminal.enter(`${setUp}; echo set up`);
      await terminal.until(/^set up$/m);
      terminal.type("aiw ");
      terminal.press("Tab");
      expect((await terminal.until(/doctor +\S/)).join("\n")).toMatch(/history +(?:-- |\()/);
      terminal.press("C-c");
      terminal.type("aiw run --sh");
      terminal.press("Tab");
      expect((await terminal.until(/--shadow +\S/)).join("\n")).toMatch(/--shard +(?:-- |\()/);
    },
  );
});

test.runIf(has("bash"))("a shell waits for a word little longer than for Node itself", () => {
  using workspace = createInstalled();
  /** CPU time of a command in milliseconds: the least of three, which others disturb least. */
  const cpuMs = (...args: readonly string[]): number => {
    const one = (): number => {
      const { stdout } = spawnSync("bash", ["-c", '"$@" > /dev/null; times', "bash", process.execPath, ...args], {
        cwd: workspace.repository,
        env: workspace.environment,
        encoding: "utf8",
      });
      const times = [...(stdout.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
      expect(times).toHaveLength(2);
      return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000, 0);
    };
    return Math.min(one(), one(), one());
  };
  // What was compiled is kept by the first one.
  cpuMs(BIN, "complete", "--", "run", "te");
  expect(cpuMs(BIN, "complete", "--", "run", "te")).toBeLessThan(3 * cpuMs("--eval", "0"));
});
