import { load } from "js-yaml";
import { expect, test } from "vitest";
import { parseConfig } from "../config/parse-config.ts";
import { formatStageLines } from "./stage-lines.ts";

test("the lines to paste are a configuration that puts the steps into their stages", () => {
  const lines = formatStageLines(
    [
      { id: "core", steps: ["lint", "unit-test"] },
      { id: "finalisation", steps: ["tag"], trigger: "manual" },
    ],
    true,
  );
  expect(lines).toBe(
    [
      "stages:",
      "  - id: core",
      "  - id: finalisation",
      "    trigger: manual",
      "steps:",
      "  lint:",
      "    stage: core",
      "  unit-test:",
      "    stage: core",
      "  tag:",
      "    stage: finalisation",
      "",
    ].join("\n"),
  );
});

test("ids that YAML would take for something else are quoted", () => {
  const ids = ["1", "1e3", "true", "No", "null", "y", "a:", "a.b", "2026-01-01", "0x1f", "plain", "a:b"];
  const stages = ids.map((id) => ({ id, steps: [`s${id}`, id].filter((step) => step !== "splain") }));
  const text = formatStageLines(stages, true);
  const { steps } = load(text) as { readonly steps: Readonly<Record<string, { readonly stage: unknown }>> };
  for (const id of ids) expect(steps[id]?.stage).toBe(id);
  const runs = text.replace(/^ {4}stage: .*$/gm, (line) => `${line}\n    run: "true"`);
  const parsed = parseConfig(runs, "f", "name");
  expect(parsed).toMatchObject({ ok: true });
  expect(formatStageLines([{ id: "plain", steps: ["plain"] }], false)).toBe("steps:\n  plain:\n    stage: plain\n");
});
