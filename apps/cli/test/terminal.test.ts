/** What a person sees and types in a terminal. Steps wait for a file, so that each moment can be looked at. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { displayWidth } from "../src/render/display-width.ts";
import { createStepper } from "./support/create-stepper.ts";
import { createTmux, HAS_TMUX, NEEDS_TMUX } from "./support/create-tmux.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";

const WAIT = "while [ ! -e go ]; do sleep 0.05; done";
const FOUR = "optimizations: { performance: { max_parallel_jobs: 4 } }\n";
const LIBRARY = { "package.json": '{"name":"a","exports":"./index.js"}\n', "index.js": "export {};\n" };
/** Where a run starts to tell of colours. */
const ESCAPE = "\u001B";

/** `fast` passes at once, three others wait for the file `go`. */
function createWaiting(): Workspace {
  const steps = ["one", "two", "a_step_with_a_rather_long_name"].map((id) => `  ${id}: { run: "${WAIT}" }\n`).join("");
  return createWorkspace({
    files: {
      ".workflow-config.yaml": `${FOUR}steps:\n  fast: { run: "echo done" }\n${steps}`,
      ".gitignore": "go\n",
    },
  });
}

/** The lines below what has happened: the running steps, then how far the run is. */
function liveLines(screen: readonly string[]): readonly string[] {
  const end = screen.findLastIndex((line) => /\d+ of \d+ · /.test(line));
  const from = screen.findLastIndex((line, index) => index < end && !line.startsWith("  "));
  return end === -1 ? [] : screen.slice(from + 1, end + 1);
}

const counted = (screen: readonly string[], what: RegExp): number => screen.filter((line) => what.test(line)).length;

describe.runIf(HAS_TMUX)(NEEDS_TMUX, () => {
  test("a run keeps to a terminal that is made narrower, lower and larger again, and leaves it clean", async () => {
    using workspace = createWaiting();
    using terminal = createTmux(workspace, { columns: 90, rows: 24 });
    terminal.enter("aiw run; echo exit $?");
    const wide = await terminal.until((screen) => liveLines(screen).length === 4);
    expect(liveLines(wide).map((line) => line.replace(/\d+s/, "0s"))).toEqual([
      "  one                             0s",
      "  two                             0s",
      "  a_step_with_a_rather_long_name  0s",
      "[######------------------] 1 of 4 · 0s",
    ]);
    for (const [columns, rows, lines] of [
      [40, 24, 4],
      [20, 24, 4],
      [20, 5, 2],
      [20, 24, 4],
      [90, 24, 4],
    ] as const) {
      terminal.resize(columns, rows);
      const shown = await terminal.until((screen) => {
        const live = liveLines(screen);
        const isBarShown = live.at(-1)?.startsWith("[") === true;
        return (
          live.length === lines && isBarShown === columns >= 60 && live.every((one) => displayWidth(one) < columns)
        );
      });
      // Nothing of what stood there before is left.
      expect(counted(shown, / of 4 · /), `${columns} x ${rows}`).toBe(1);
      expect(counted(shown, /^ {2}one/), `${columns} x ${rows}`).toBe(rows === 5 ? 0 : 1);
      expect(terminal.cursor().isShown).toBe(true);
    }
    workspace.write({ go: "" });
    const ended = await terminal.until(/exit 0/);
    expect(counted(ended, / of 4 · |^ {2}(?:one|two|a_step)/)).toBe(0);
    expect(terminal.cursor()).toEqual({ isShown: true, column: 2 });
  });

  test("names of wide letters and letters with accents stand in columns, cut and uncut", async () => {
    using workspace = createWaiting();
    const units = ["größe-日本語-テスト", "한국어", "cafe\u0301", "plain"];
    workspace.commit({
      ...Object.fromEntries(units.map((unit) => [`pkg/${unit}/a.txt`, "a\n"])),
      ".workflow-config.yaml": `${FOUR}units: ["pkg/*"]\nsteps:\n  build: { run: "while [ ! -e ../../go ]; do sleep 0.05; done", for_each: unit }\n`,
    });
    using terminal = createTmux(workspace, { columns: 90, rows: 30 });
    terminal.enter("aiw run; echo exit $?");
    const columnsOf = (screen: readonly string[], what: RegExp): readonly number[] =>
      screen.flatMap((line) => {
        const at = line.search(what);
        return line.includes("build@") && at > 0 ? [displayWidth(line.slice(0, at))] : [];
      });
    const live = liveLines(await terminal.until((screen) => liveLines(screen).length === 5));
    expect(new Set(columnsOf(live, /\d+s$/))).toEqual(new Set([2 + "build@pkg/".length + 19 + 2]));
    terminal.resize(40, 30);
    const narrow = await terminal.until((screen) => liveLines(screen).at(-1)?.startsWith("0 of 4") === true);
    expect(narrow.join("\n")).toContain("  build@pkg/größe-日…  ");
    expect(new Set(columnsOf(liveLines(narrow), /\d+s$/)).size).toBe(1);
    terminal.resize(120, 30);
    workspace.write({ go: "" });
    const ended = await terminal.until(/exit 0/);
    const table = ended.slice(ended.findLastIndex((line) => line.startsWith("step ")) + 1);
    expect(new Set(columnsOf(table, /passed/))).toEqual(new Set(["build@pkg/".length + 19 + 2]));
    expect(columnsOf(table, /passed/)).toHaveLength(4);
  });

  test("Ctrl-C ends the steps and tells what became of them, a second one leaves at once; the terminal is clean", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    const step = (id: string, stubborn: boolean): string =>
      `  ${id}: { run: ${JSON.stringify(stepper.command(id, { stubborn }))}, cache: false }\n`;
    workspace.commit({ ".workflow-config.yaml": `steps:\n${step("polite", false)}${step("stubborn", true)}` });
    using terminal = createTmux(workspace);
    terminal.enter("aiw run polite; echo exit $?");
    const polite = await stepper.next("polite");
    await terminal.until(/0 of 1/);
    terminal.press("C-c");
    const ended = await terminal.until(/exit 130/);
    await polite.gone;
    expect(counted(ended, /^SIGINT: ending the running steps; again to leave at once$/)).toBe(1);
    expect(counted(ended, /^cancelled polite /)).toBe(1);
    expect(counted(ended, /of 1 · /)).toBe(0);
    expect(outcomesOf(lastRecord(workspace))).toMatchObject({ polite: "cancelled" });

    terminal.enter("aiw run stubborn; echo left $?");
    const stubborn = await stepper.next("stubborn");
    await terminal.until(/0 of 1/);
    terminal.press("C-c");
    await terminal.until((screen) => counted(screen, /^SIGINT: ending/) === 2);
    terminal.press("C-c");
    const left = await terminal.until(/left 130/);
    await stubborn.gone;
    expect(counted(left, /of 1 · /)).toBe(0);
    expect(terminal.cursor()).toEqual({ isShown: true, column: 2 });
  });

  test("Ctrl-Z stops the steps with the run, and leaves the terminal to the shell; fg shows it again", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      ".workflow-config.yaml": `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n`,
    });
    using terminal = createTmux(workspace);
    terminal.enter("aiw run; echo exit $?");
    const long = await stepper.next("long");
    await terminal.until(/0 of 1/);
    const isStopped = (): boolean => stateOf(long.pid) === "T";
    expect(isStopped()).toBe(false);
    terminal.press("C-z");
    const stopped = await terminal.until(/Stopped/);
    expect(counted(stopped, /of 1 · |^ {2}long/)).toBe(0);
    await vi.waitUntil(isStopped, { timeout: 30_000 });
    terminal.enter("bg");
    await vi.waitUntil(() => !isStopped(), { timeout: 30_000 });
    // In the background it draws nothing between what the shell and others print.
    terminal.enter("for i in 1 2 3 4 5; do sleep 0.1; echo other $i; done");
    expect(counted(await terminal.until(/^other 5$/m), /^other \d$/)).toBe(5);
    terminal.enter("fg");
    const shown = await terminal.until(/0 of 1 · /);
    expect(counted(shown, /^other \d$/)).toBe(5);
    expect(counted(shown, /of 1 · /)).toBe(1);
    long.exit(0);
    expect((await terminal.until(/passed in /)).join("\n")).toMatch(/^long +passed /m);
    expect(terminal.cursor().isShown).toBe(true);
  });

  test("a stage that waits for a person is asked about below the summary, and goes on where the answer is yes", async () => {
    using workspace = createWorkspace({
      files: {
        ".workflow-config.yaml": `stages: [{ id: core }, { id: release, trigger: manual }]
steps:
  test: { run: "true", stage: core }
  publish: { run: "echo out", stage: release }
`,
      },
    });
    using terminal = createTmux(workspace);
    terminal.enter("aiw run; echo exit $?");
    const asked = await terminal.until(/start it now\?/);
    expect(asked.at(-1)).toBe("stage release waits for a person: start it now? [y/N]");
    expect(counted(asked, /of \d · /)).toBe(0);
    terminal.enter("y");
    expect((await terminal.until(/exit 0/)).join("\n")).toMatch(/^publish +passed /m);
    terminal.enter("aiw run --force; echo again $?");
    await terminal.until((screen) => counted(screen, /start it now\?/) === 2);
    terminal.press("C-c");
    await terminal.until(/again \d/);
    expect(terminal.cursor()).toEqual({ isShown: true, column: 2 });
  });

  test("init asks what it cannot know: keys edit the answer alone, a wrong one is asked again, Enter takes what is in brackets", async () => {
    using workspace = createWorkspace({ files: LIBRARY });
    using terminal = createTmux(workspace, { columns: 90, rows: 40 });
    terminal.enter("aiw init; echo exit $?");
    await terminal.until(/\[nodejs_library\]$/);
    terminal.enter("perl");
    await terminal.until(/^"perl" is none of the answers: documentation, /m);
    terminal.enter("nodejs");
    await terminal.until(/^"nodejs" may be nodejs_library, nodejs_cli or nodejs_api\n\[nodejs_library\]$/m);
    terminal.type("pyx");
    await terminal.until(/\] pyx$/);
    terminal.press("Left", "Left", "Left", "Right", "Right", "DC");
    const edited = await terminal.until(/^\[nodejs_library\] py$/m);
    expect(counted(edited, /^What is this project\? /)).toBe(1);
    terminal.press("Enter");
    await terminal.until(/^Which steps\? .* \[full\]$/m);
    terminal.press("Enter");
    await terminal.until(/hook of git\? \(yes, no\) \[no\]$/);
    terminal.enter("Y");
    await terminal.until(/GitHub Actions\? \(yes, no\) \[no\]$/);
    terminal.press("Enter");
    const written = await terminal.until(/^exit 0$/m);
    expect(
      counted(written, /^wrote \.workflow-config\.yaml$|^installed .*\/pre-commit$|^next: `ai-workflow run`/),
    ).toBe(3);
    expect(workspace.read(".workflow-config.yaml")).toContain("  kind: python_app\n");
    // Nobody is asked in vain.
    terminal.enter("aiw init; echo again $?");
    const refused = await terminal.until(/^again 2$/m);
    expect(counted(refused, /^What is this project\? /)).toBe(1);
    expect(counted(refused, /--force/)).toBe(1);
  });

  test.each([
    ["C-c", 90],
    ["C-d", 34],
  ])("%s at a question of init in %d columns leaves nothing written, and a clean terminal", async (key, columns) => {
    using workspace = createWorkspace({ files: LIBRARY });
    using terminal = createTmux(workspace, { columns, rows: 40 });
    terminal.enter("aiw init; echo exit $?");
    const asked = await terminal.until(/\[nodejs_library\]$/);
    // Broken between words, so that a line never fills the terminal.
    const question = asked.slice(asked.findLastIndex((line) => line.startsWith("What is")));
    expect(question.length).toBeGreaterThan(1);
    expect(question.every((line) => displayWidth(line) < columns)).toBe(true);
    terminal.press("Enter");
    await terminal.until(/\[full\]$/);
    terminal.press("Enter");
    await terminal.until(/\(yes, no\)\s+\[no\]$/);
    terminal.enter("yes");
    await terminal.until(/Actions\? \(yes, no\)\s+\[no\]$/);
    terminal.press(key);
    const ended = await terminal.until(/^exit 130$/m);
    expect(ended.join("")).toContain("ai-workflow: cancelled; nothing was written");
    expect(terminal.cursor()).toEqual({ isShown: true, column: 2 });
    expect(workspace.git("status", "--porcelain", "--ignored")).toBe("");
    expect(readdirSync(workspace.file(".git/hooks")).filter((name) => !name.endsWith(".sample"))).toEqual([]);
  });

  test("Ctrl-Z at a question gives the shell its terminal, and fg shows the question again with what was typed", async () => {
    using workspace = createWorkspace({
      files: {
        ...LIBRARY,
        "run.yaml": `stages: [{ id: core }, { id: release, trigger: manual }]
steps:
  test: { run: "true", stage: core }
  publish: { run: "echo out", stage: release }
`,
      },
    });
    using terminal = createTmux(workspace, { columns: 90, rows: 60 });
    terminal.enter("aiw init");
    await terminal.until(/\[nodejs_library\]$/);
    terminal.type("pyt");
    await terminal.until(/\] pyt$/);
    terminal.press("C-z");
    await terminal.until(/Stopped/);
    terminal.enter("fg");
    const again = await terminal.until(
      (screen) =>
        screen.at(-1)?.endsWith("[nodejs_library] pyt") === true && screen.some((line) => line === "aiw init"),
    );
    expect(counted(again, /^What is this project\? /)).toBe(2);
    terminal.enter("h");
    await terminal.until(/\[full\]$/);
    terminal.press("C-c");
    await terminal.until(/nothing was written/);

    workspace.commit({ ".workflow-config.yaml": workspace.read("run.yaml") });
    terminal.enter("clear");
    terminal.enter("aiw run");
    await terminal.until(/start it now\? \[y\/N\]$/);
    terminal.press("C-z");
    await terminal.until(/Stopped/);
    terminal.enter("fg");
    await terminal.until((screen) => counted(screen, /start it now\?/) === 2);
    terminal.enter("y");
    await terminal.until(/^publish +passed /m);
  });

  test.each([
    ["", true, true],
    ["NO_COLOR=1", false, true],
    ["TERM=dumb", false, false],
    ["TERM=dumb FORCE_COLOR=1", true, false],
    ["FORCE_COLOR=0", false, true],
  ])("with %j there are colours: %s, and what runs is shown in place: %s", async (variables, isColoured, isLive) => {
    using workspace = createWaiting();
    using terminal = createTmux(workspace, { columns: 120, rows: 40 });
    terminal.enter(`${variables} aiw run; echo exit $?`);
    const running = await terminal.until(isLive ? / 1 of 4 · / : /start a_step/);
    expect(counted(running, /^start one$/)).toBe(isLive ? 0 : 1);
    workspace.write({ go: "" });
    await terminal.until(/exit 0/);
    expect(terminal.everything().includes(ESCAPE)).toBe(isColoured);
  });

  test("what goes to a file or a pipe is without escape sequences while the terminal shows what runs; FORCE_COLOR asks for them", async () => {
    using workspace = createWaiting();
    using terminal = createTmux(workspace);
    terminal.enter("aiw run | cat > ../out; echo exit $?");
    await terminal.until(/ 1 of 4 · /);
    workspace.write({ go: "" });
    const shown = await terminal.until(/exit 0/);
    expect(counted(shown, /^step +outcome|of 4 · /)).toBe(0);
    expect(counted(shown, /^passed one /)).toBe(1);
    const out = workspace.read("../out");
    expect(out).toMatch(/^one +passed /m);
    expect(out).not.toContain(ESCAPE);
    terminal.enter("FORCE_COLOR=1 aiw run > ../out; echo again $?");
    await terminal.until(/again 0/);
    expect(workspace.read("../out")).toContain(`${ESCAPE}[`);
    // And the other way round.
    terminal.enter("aiw run --force 2> ../err; echo third $?");
    expect(counted(await terminal.until(/third 0/), /^one +passed /)).toBe(1);
    expect(workspace.read("../err")).not.toContain(ESCAPE);
    expect(workspace.read("../err")).toMatch(/^start one$/m);
  });

  test("watch says how the last run ended and hears keys; q ends it, and the terminal is as it was", async () => {
    using workspace = createWorkspace({
      files: {
        ".workflow-config.yaml": `steps:
  good: { run: "cat src/a.txt", inputs: ["src/**"] }
  bad: { run: "grep -q right src/a.txt", inputs: ["src/**"] }
`,
        "src/a.txt": "right\n",
      },
    });
    using terminal = createTmux(workspace, { columns: 120, rows: 200 });
    const rested = (count: number): Promise<readonly string[]> =>
      terminal.until((screen) => counted(screen, /^(?:passed|failed) at \d\d:\d\d:\d\d; waiting/) === count);
    const hint = "(Enter runs again, f runs everything, q ends)";
    terminal.enter("aiw watch; echo exit $?");
    expect((await rested(1)).at(-1)).toMatch(/^passed at /);
    expect(terminal.screen().at(-1)).toContain(hint);
    workspace.write({ "src/a.txt": "wrong\n" });
    expect((await rested(2)).at(-1)).toMatch(/^failed at /);
    // What failed runs again, what passed is replayed.
    terminal.press("Enter");
    const again = (await rested(3)).join("\n");
    expect(again).toMatch(/^── run 3$(?:\n.*)*\ngood +replayed .*(?:\n.*)*\nbad +failed /m);
    terminal.press("f");
    expect((await rested(4)).join("\n")).toMatch(/^── run 4$(?:\n.*)*\ngood +passed .* forced$/m);
    // A configuration that is broken is told and waited for.
    const config = workspace.read(".workflow-config.yaml");
    workspace.write({ ".workflow-config.yaml": "steps: 3\n" });
    const broken = await terminal.until(/waiting for that to be mended\nwaiting for a change/);
    expect(broken.join("\n")).toContain("ENGINE_CONFIG_INVALID");
    workspace.write({ ".workflow-config.yaml": config });
    await rested(5);
    // Other keys do nothing, and keys are heard again after a stop.
    terminal.press("x", "Up");
    terminal.press("C-z");
    await terminal.until(/Stopped/);
    terminal.enter("fg");
    await terminal.until((screen) => screen.at(-1) === "aiw watch; echo exit $?" || screen.at(-1) === "aiw watch");
    terminal.press("r");
    expect((await rested(6)).join("\n")).not.toContain("── run 8");
    terminal.press("q");
    await terminal.until(/^\$$/m);
    terminal.enter("stty -a | tr ' ;' '\\n\\n' | grep -cx -e icanon -e echo -e isig");
    await terminal.until(/^3$/m);
  });

  test("a run of a watch is ended by a key for another one without a summary, and Ctrl-C ends both", async () => {
    using workspace = createWorkspace();
    using stepper = await createStepper(workspace);
    workspace.commit({
      ".workflow-config.yaml": `steps:\n  long: { run: ${JSON.stringify(stepper.command("long"))} }\n`,
    });
    using terminal = createTmux(workspace);
    terminal.enter("aiw watch; echo exit $?");
    const first = await stepper.next("long");
    await terminal.until(/0 of 1 · /);
    terminal.press("r");
    await first.gone;
    const second = await stepper.next("long");
    const shown = await terminal.until(/── run 2[^]*0 of 1 · /);
    expect(counted(shown, /^ending this run for another one$/)).toBe(1);
    expect(counted(shown, /^step +outcome/)).toBe(0);
    terminal.press("C-c");
    await terminal.until(/exit 130/);
    await second.gone;
    expect(terminal.cursor()).toEqual({ isShown: true, column: 2 });
  });

  test("a watch in the background hears no keys and is not stopped for that", async () => {
    using workspace = createWorkspace({ files: { ".workflow-config.yaml": 'steps:\n  a: { run: "true" }\n' } });
    using terminal = createTmux(workspace, { rows: 40 });
    terminal.enter("aiw watch &");
    const told = await terminal.until(/waiting for a change/);
    expect(told.join("\n")).not.toContain("Enter runs again");
    terminal.enter("echo typed; jobs");
    expect((await terminal.until(/^typed\n\[1\]/m)).join("\n")).toMatch(/^\[1\]\+ +Running +aiw watch &$/m);
    terminal.enter("kill -INT %1; wait; echo over");
    await terminal.until(/^over$/m);
  });
});

/** State of a process as `ps` tells it: `T` is stopped. */
function stateOf(pid: number): string {
  return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).slice(0, 1);
}
