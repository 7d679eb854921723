/** docs/terminal.md shows what really stands on the screen (UPDATE_TERMINAL=1 writes it). */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTmux, HAS_TMUX, NEEDS_TMUX, type Tmux } from "./support/create-tmux.ts";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { runCli } from "./support/run-cli.ts";

const PAGE = new URL("../../../docs/terminal.md", import.meta.url);
const page = readFileSync(PAGE, "utf8");
const [, config = ""] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? [];

/** What differs from run to run and from machine to machine: times with the columns that follow from them, run ids, bars. */
function steady(picture: string): string {
  return picture
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, "<run>")
    .replace(/\d\d:\d\d:\d\d/g, "<time of day>")
    .replace(/^saved .*$/gm, "saved <times>")
    .replace(/^at a time: .*$/gm, "at a time: <times>")
    .replace(/, late|, at most [\d.]+(?:ms|s)/g, "")
    .replace(/\[#*-*\]/g, "<bar>")
    .replace(/\| *[#=]+ *\|/g, (bar) => (bar.includes("#") ? "|#|" : "|=|"))
    .replace(/ *\d+(\.\d+)?(ms|s)\b( left| late)?/g, " <time>");
}

/** Of what a run rests on most is the machine's; its lines have one shape, and some are the same everywhere. */
function steadyExamination(picture: string): string {
  const lines = picture.split("\n").slice(1);
  for (const line of lines) expect(line).toMatch(/^(?:(?:ok|advice|warning|error|problem) +| {9})\S/);
  return lines
    .map((line) => /Node\.js|steps in \.workflow-config\.yaml|\.workflow can be written/.exec(line)?.[0])
    .filter((line) => line !== undefined)
    .join("\n");
}

/** A picture below a heading: what is done for it, and what of it must not change. */
interface Scene {
  readonly heading: string;
  readonly take: (workspace: Workspace, terminal: Tmux) => Promise<readonly string[]>;
  readonly steady?: (picture: string) => string;
  /** @defaultValue 110 */
  readonly columns?: number;
}

/** A command with all that it prints. */
const whole =
  (command: string): Scene["take"] =>
  async (_workspace, terminal) => {
    terminal.enter(command);
    const lines = await terminal.until(/\n\$$/);
    return lines.slice(0, -1);
  };

/** In the order of the page, for each goes on from the one before. */
const SCENES: readonly Scene[] = [
  {
    heading: "A run while it goes on",
    async take(workspace, terminal) {
      workspace.write({ "src/test.sh": "while [ -e hold ]; do sleep 0.05; done\n", hold: "" });
      terminal.enter("ai-workflow run");
      const lines = await terminal.until(/^passed types [^]*2 of 4 · /m);
      workspace.write({ "src/test.sh": "true\n" });
      terminal.press("C-c");
      await terminal.until(/\n\$$/);
      return lines;
    },
  },
  {
    heading: "A run that failed",
    take: async (workspace, terminal) => {
      workspace.write({ "src/test.sh": "echo 'not ok 3 - the total of an empty cart'\nexit 1\n" });
      return whole("ai-workflow run --continue")(workspace, terminal);
    },
  },
  { heading: "What a run would do", take: whole("ai-workflow plan") },
  { heading: "What waits for what", take: whole("ai-workflow graph") },
  { heading: "The last run, again", take: whole("ai-workflow status") },
  {
    heading: "A watch",
    async take(workspace, terminal) {
      terminal.enter("ai-workflow watch");
      await terminal.until(/^failed at /m);
      workspace.write({ "src/test.sh": "echo 'ok 3 - the total of an empty cart'\n" });
      const lines = await terminal.until(/^passed at /m);
      terminal.press("q");
      // The first run is much like the one above.
      const second = lines.findIndex((line) => line.startsWith("── run 2"));
      return [...lines.slice(0, 2), ...lines.slice(second)];
    },
  },
  { heading: "What runs rest on", take: whole("ai-workflow doctor"), steady: steadyExamination, columns: 180 },
];

describe.runIf(HAS_TMUX)(`docs/terminal.md ${NEEDS_TMUX}`, () => {
  let workspace: Workspace | undefined;
  let written = page;

  beforeAll(async () => {
    workspace = createWorkspace({
      name: "shop",
      files: {
        ".workflow-config.yaml": config,
        ".gitignore": "hold\n",
        "src/test.sh": "true\n",
        "src/cart.sh": "# TODO\n",
      },
    });
    await runCli(workspace, ["run"]);
  });

  afterAll(() => {
    workspace?.[Symbol.dispose]();
    if (process.env["UPDATE_TERMINAL"] === "1") writeFileSync(PAGE, written);
  });

  test("shows these pictures and no others", () => {
    const headings = [...page.matchAll(/^## (.*)\n(?:(?!^## )[^])*?^```console$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(SCENES.map(({ heading }) => heading));
  });

  test.each(SCENES)("$heading", async ({ heading, take, steady: mask = steady, columns = 110 }) => {
    if (workspace === undefined) throw new Error("there is no workspace");
    using terminal = createTmux(workspace, { columns, rows: 60, env: { NO_COLOR: "1" } });
    await terminal.until(/^\$$/);
    const real = (await take(workspace, terminal)).join("\n").replaceAll(workspace.path, "~");
    const [, before = "", shown = ""] =
      new RegExp(`(^## ${heading}\\n(?:(?!^## )[^])*?^\`\`\`console\\n)((?:(?!^\`\`\`)[^])*)^\`\`\`$`, "m").exec(
        page,
      ) ?? [];
    if (process.env["UPDATE_TERMINAL"] === "1") written = written.replace(before + shown, () => `${before}${real}\n`);
    else expect(mask(real)).toBe(mask(shown.trimEnd()));
  });
});
