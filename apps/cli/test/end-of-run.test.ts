/** What the end of a run tells, also with `--quiet` and later. */
import { describe, expect, test } from "vitest";
import { createWorkspace } from "./support/create-workspace.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";
/** The first step fails with twelve lines; the second one prints as many as it is told. */
const TWO = (lines: number): string =>
  `steps:
  bad: { run: "seq -f 'bad %g' 12; exit 3" }
  loud: { run: "seq -f 'loud %g' ${lines}", needs: [wait] }
  wait: { run: "sleep 0.3" }
`;
/** As many findings of one rule as it is told. */
const finds = (count: number, severity = "error"): Readonly<Record<string, string>> => ({
  [CONFIG]: "steps: { look: { module: look.mjs } }\n",
  "look.mjs": `export default () => ({ outcome: "failed", findings: Array.from({ length: ${count} }, (_, at) => (
  { rule: "r", severity: "${severity}", message: "number " + at, file: "a.txt", line: at + 1 })) });
`,
});

describe("the last lines of a step that failed", () => {
  test("are told again at the end where their place is out of sight, and only there", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO(60) } });
    const args = ["run", "--continue=always", "--output-logs", "full"];
    const { stdout } = await runCli(workspace, args);
    const [, tail = ""] =
      /^--- bad: the end of \.workflow\/logs\/\S+\/steps\/bad\.log\n([^]*?)\n---$/m.exec(stdout) ?? [];
    expect(tail.split("\n")).toEqual(Array.from({ length: 10 }, (_, at) => `bad ${at + 3}`));
    expect(stdout).not.toContain("--- loud");
    using short = createWorkspace({ files: { [CONFIG]: TWO(3) } });
    expect((await runCli(short, args)).stdout).not.toContain("the end of");
    // Whoever wants no output is told none at the end.
    expect((await runCli(workspace, ["run", "--force", "--output-logs", "none"])).stdout).not.toContain("bad 12");
  });

  test("are told by `status`, where nothing of them was printed before", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: TWO(3) } });
    await runCli(workspace, ["run", "--continue=always"]);
    expect((await runCli(workspace, ["status"])).stdout).toMatch(/^--- bad: the end of .*\nbad 3\n[^]*bad 12\n---$/m);
  });
});

describe("findings", () => {
  test("of which only some are told say where all are, and `report` tells them", async () => {
    using workspace = createWorkspace({ files: finds(60) });
    const { stdout } = await runCli(workspace, ["run"]);
    expect(stdout).toMatch(/^ {2}and 50 more of look\/r: a\.txt \(50\)\nall findings: ai-workflow report$/m);
    const report = await runCli(workspace, ["report"]);
    expect(report.stdout.match(/^a\.txt:\d+: error number \d+ \(look\/r\)$/gm)).toHaveLength(60);
    expect(report.stdout).not.toContain("all findings:");
  });

  test("that are few are all told", async () => {
    using workspace = createWorkspace({ files: finds(3) });
    expect((await runCli(workspace, ["run"])).stdout).not.toContain("all findings:");
  });
});

describe("--quiet", () => {
  const EDITS = 'steps:\n  edits: { run: "echo x > made.txt", inputs: [a.txt] }\n';

  test("says nothing of a run that passes, whatever there would be to note", async () => {
    using workspace = createWorkspace({ files: { [CONFIG]: EDITS, "a.txt": "1\n" } });
    expect((await runCli(workspace, ["run"])).stderr).toContain("note: ");
    expect(await runCli(workspace, ["run", "--quiet", "--force"])).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    using warns = createWorkspace({ files: finds(2, "warning") });
    warns.write({ "look.mjs": warns.read("look.mjs").replace('outcome: "failed", ', "") });
    expect(await runCli(warns, ["run", "--quiet"])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("says of one that fails what failed, what was found, and what there is to note, each once", async () => {
    const files = finds(2, "warning");
    using workspace = createWorkspace({
      files: {
        ...files,
        [CONFIG]: `${EDITS}  look: { module: look.mjs }\n  after: { run: "true", needs: [look] }\n`,
        "a.txt": "1\n",
      },
    });
    const { exitCode, stdout, stderr } = await runCli(workspace, ["run", "--quiet", "--continue=always"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^note: "made\.txt" changed while steps ran[^\n]*\n$/);
    expect(stdout).toMatch(
      /^look +failed [^\n]*\n\na\.txt:1: warning number 0 \(look\/r\)\na\.txt:2: warning number 1 \(look\/r\)\n\nfailed in [^\n]*\n$/,
    );
  });

  test("of findings that only inform says nothing", async () => {
    using workspace = createWorkspace({ files: finds(2, "info") });
    expect((await runCli(workspace, ["run", "--quiet"])).stdout).not.toContain("number");
  });
});
