/** What a person sees and types in a terminal. Steps wait for a file, so that each moment can be looked at. */
import { execFileSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { displayWidth } from "../src/render/display-width.ts";
import { createStepper } from "./support/create-stepper.ts";
import { createTmux, HAS_TMUX, NEEDS_TMUX } from "./support/create-tmux.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { lastRecord, outcomesOf } from "./support/records.ts";

const WAIT = "while [ ! -e go ]; do sleep 0.05; done";
const FOUR = "optimizations: { performance: { max_parallel_jobs: 4 } }\n";
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
});

/** State of a process as `ps` tells it: `T` is stopped. */
function stateOf(pid: number): string {
  return execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).slice(0, 1);
}
