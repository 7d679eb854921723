/** A run that is killed at any of its writes, and the runs after it. */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { RunRecord } from "@ai-workflow/profiler";
import { expect, test } from "vitest";
import { createRepository, ENVIRONMENT, type Repository } from "./create-repository.ts";
import { createEngineHost, type EngineHost, type Kill } from "./engine-host.ts";

const OPTIONS = {
  environment: { ...ENVIRONMENT, WORKFLOW_MONITOR_RESOURCES: "false" },
  maxParallel: 2,
  onFailure: "always",
} as const;

/** Each step counts its runs outside of the repository. */
const FILES = {
  ".workflow-config.yaml": `optimizations: { ml_optimize: false }
steps:
  lib: { run: 'echo lib >> ../count; mkdir -p out/lib; cat src/*.ts > out/lib/all; chmod +x out/lib/all; ln -sfn all out/lib/link', inputs: [src/**], outputs: [out/lib/] }
  app: { run: 'echo app >> ../count; mkdir -p out/app; sort -r out/lib/all > out/app/sorted', uses: [lib], inputs: [docs/**], outputs: [out/app/] }
  kept: { run: 'echo kept >> ../count', inputs: [docs/**] }
  uncached: { run: 'echo uncached >> ../count', cache: false, needs: [kept] }
  always: { run: 'echo always >> ../count', when: { always: true }, needs: [uncached] }
  broken: { run: 'echo broken >> ../count; exit 1', inputs: [docs/**], needs: [kept] }
  last: { run: 'echo last >> ../count', inputs: [src/**], needs: [lib, always] }
`,
  ".gitignore": "out/\n",
  "src/a.ts": "a\n",
  "src/b.ts": "b\n",
  "docs/x.md": "x\n",
};
const STEPS = ["lib", "app", "kept", "uncached", "always", "broken", "last"];

/** How often each step has run. */
function countRuns(repository: Repository): ReadonlyMap<string, number> {
  const counts = new Map(STEPS.map((id) => [id, 0]));
  const file = repository.file("../count");
  if (!existsSync(file)) return counts;
  for (const id of readFileSync(file, "utf8").trim().split("\n")) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Whether a process works in a folder; where the system does not tell, none does. */
function isAnythingIn(folder: string): boolean {
  if (!existsSync("/proc")) return false;
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(path.join("/proc", name, "cwd")) === folder;
    } catch {
      // It is gone, a zombie, or somebody else's.
      return false;
    }
  });
}

/** What is under the outputs of the steps. */
function readOutputs(repository: Repository): readonly string[] {
  return filesUnder(repository.file("out")).map((file) => {
    const place = repository.file(path.join("out", file));
    try {
      return `${file} -> ${readlinkSync(place)}`;
    } catch {
      return `${file} ${(statSync(place).mode & 0o111) !== 0} ${readFileSync(place, "utf8")}`;
    }
  });
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Steps that had passed for good when a run was killed: stored, or written down in its journal and without outputs. */
function passedForGood(repository: Repository): ReadonlySet<string> {
  const state = repository.file(".workflow");
  const passed = new Set<string>();
  for (const file of filesUnder(state)) {
    if (/^results\/.*[0-9a-f]\.json$/.test(file)) {
      const { success } = JSON.parse(readFileSync(path.join(state, file), "utf8")) as { success: { stepId: string } };
      passed.add(success.stepId);
    } else if (file.endsWith("journal.jsonl")) {
      // The last line may be cut off.
      for (const line of readFileSync(path.join(state, file), "utf8").split("\n").slice(1, -1)) {
        const { ended } = JSON.parse(line) as { ended?: { id: string; outcome: string } };
        if (ended?.outcome === "passed" && !["lib", "app"].includes(ended.id)) passed.add(ended.id);
      }
    }
  }
  return passed;
}

function outcomesOf(record: RunRecord): Readonly<Record<string, string>> {
  const green = new Set(["passed", "replayed", "skipped"]);
  return Object.fromEntries(record.steps.map(({ id, outcome }) => [id, green.has(outcome) ? "green" : outcome]));
}

const WANTED = { ...Object.fromEntries(STEPS.map((id) => [id, "green"])), broken: "failed" };
const OUTPUTS = ["app/sorted false b\na\n", "lib/all true a\nb\n", "lib/link -> all"];

/** Kills a run, goes on with it, and looks at what is there then. False where the run ended before the kill. */
async function killAndGoOn(host: EngineHost, kill: Kill): Promise<boolean> {
  using repository = createRepository(FILES);
  const { killed } = await host.run(repository.path, OPTIONS, kill);
  // A step that had just been started counts its run although the engine is gone.
  while (isAnythingIn(repository.path)) await setImmediate();
  const before = countRuns(repository);
  const forGood = killed ? passedForGood(repository) : new Set<string>();

  const next = await host.run(repository.path, OPTIONS);
  if (next.killed) throw new Error("nobody killed it");
  expect(outcomesOf(next.record)).toEqual(WANTED);
  expect(next.record.status).toBe("failed");
  expect(readOutputs(repository)).toEqual(OUTPUTS);
  const after = countRuns(repository);
  if (killed)
    for (const id of forGood) expect([id, after.get(id)], `kept steps run once`).toEqual([id, before.get(id)]);
  for (const [id, count] of after) expect([id, count <= (before.get(id) ?? 0) + 1]).toEqual([id, true]);

  // What was proved by then stays so, and what a kill left behind is gone.
  const last = await host.run(repository.path, OPTIONS);
  if (last.killed) throw new Error("nobody killed it");
  expect(outcomesOf(last.record)).toEqual(WANTED);
  expect(readOutputs(repository)).toEqual(OUTPUTS);
  const ran = last.record.steps.filter(({ decision }) => decision.action === "run").map(({ id }) => id);
  expect(ran).toEqual(["uncached", "always", "broken"]);
  const state = filesUnder(repository.file(".workflow"));
  expect(state.filter((file) => /journal\.jsonl$|^lock$|\.corrupt$/.test(file))).toEqual([]);
  // A process that was killed without the lock had nothing to lose, and its file is in nobody's way.
  expect(state.filter((file) => /(?:\.tmp$|\/staging\/)/.test(file) && !file.startsWith(".format.json"))).toEqual([]);
  return killed;
}

/** Kills at the first change of the disk, at one `stride` later, and so on, until a run ends before the kill. Gives the number of kills. */
async function killAtEach(stride: number, kill: (at: number) => Kill): Promise<number> {
  await using host = createEngineHost();
  let kills = 0;
  for (let at = 1; await killAndGoOn(host, kill(at)); at += stride) kills += 1;
  return kills;
}

test.each(["half", "after"] as const)(
  "killed at any write of its journal, %s it, a run is gone on with, and ends like one that was never killed",
  async (part) => {
    const kills = await killAtEach(1, (at) => ({ atWrite: { at, part, only: "journal.jsonl" } }));
    // Opened, the head, the start and the end of seven steps, removed.
    expect(kills).toBe(1 + 1 + 2 * STEPS.length + 1);
  },
);

/** Every so many changes of the disk: all of them take minutes (`pnpm run stress`). */
const STRIDE = Number(process.env["KILL_STRIDE"] ?? 13);

test("killed at any other change of the disk, too", { timeout: 3_600_000 / STRIDE }, async () => {
  const kills = await killAtEach(STRIDE, (at) => ({ atWrite: { at, part: at % 2 === 0 ? "half" : "after" } }));
  expect(kills * STRIDE).toBeGreaterThan(100);
});
