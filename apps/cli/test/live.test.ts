/** What a run shows on a terminal while it goes on; terminal.test.ts looks at the screen of a real one. */
import { describe, expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { HAS_TERMINAL, runInTerminal } from "./support/run-in-terminal.ts";

const WAITS = 'steps:\n  quick: { run: "echo fast" }\n  slow: { run: "while [ ! -e go ]; do sleep 0.05; done" }\n';

/** What a terminal is sent to take away what stands at its end. */
const CLEAR = "\u001B[0J";

function createWaiting(): Workspace {
  return createWorkspace({ files: { ".workflow-config.yaml": WAITS, ".gitignore": "go\n" } });
}

describe.runIf(HAS_TERMINAL)("on a terminal", () => {
  test("what runs stands below what has happened, and is taken away at the end", async () => {
    using workspace = createWaiting();
    const { shown, exitCode } = await runInTerminal(
      workspace,
      ["run"],
      [{ after: "1 of 2", act: () => workspace.write({ go: "" }) }],
    );
    expect(exitCode).toBe(0);
    expect(shown).toMatch(/ {2}slow {2}\d+s\r\n\[#+-+\] 1 of 2/);
    // The last thing of it is that it goes; behind that stands the summary alone.
    const summary = shown.slice(shown.lastIndexOf(CLEAR) + CLEAR.length);
    expect(summary).toMatch(/slow +passed/);
    expect(summary).not.toContain("of 2");
    expect(shown).not.toContain("start slow");
  });

  test("a terminal that cannot move its cursor is shown lines, as a log is", async () => {
    using workspace = createWaiting();
    workspace.write({ go: "" });
    const { shown } = await runInTerminal(workspace, ["run"], [], { TERM: "dumb" });
    expect(shown).toContain("start slow");
    expect(shown).not.toContain("\u001B");
  });

  test("a signal is told above it, and nothing of it stays", async () => {
    using workspace = createWaiting();
    const { shown, exitCode } = await runInTerminal(workspace, ["run"], [{ after: "1 of 2", text: "\u0003" }]);
    expect(exitCode).toBe(130);
    expect(shown).toContain(`${CLEAR}SIGINT: ending the running steps`);
    expect(shown).toContain("cancelled slow");
  });

  test("of a replay it shows nothing", async () => {
    using workspace = createWaiting();
    workspace.write({ go: "" });
    await runInTerminal(workspace, ["run"], []);
    expect((await runInTerminal(workspace, ["run"], [])).shown).not.toContain("\u001B");
  });

  test("watch hears keys: Enter runs again, q ends it with 0", async () => {
    using workspace = createWaiting();
    workspace.write({ go: "" });
    const { shown, exitCode } = await runInTerminal(
      workspace,
      ["watch"],
      [
        { after: "waiting for a change (Enter", text: "\r" },
        { after: "── run 2", text: "q" },
      ],
    );
    expect(exitCode).toBe(0);
    expect(shown).toMatch(/^passed at \d\d:\d\d:\d\d; waiting/m);
    expect(shown).not.toContain("── run 3");
  });
});
