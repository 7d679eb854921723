import type { AccountedWorkflowStage, ExpectedVerdict, StageRecommendation, StagesReport } from "@ai-workflow/engine";
import { displayWidth, padColumns } from "./display-width.ts";
import { countOf } from "./count-of.ts";
import { formatDuration } from "./duration.ts";
import { printable } from "./printable.ts";

/** Failing runs below which a share is little more than a guess. */
const FEW_FAILURES = 5;

/** Moves of steps that are listed; the JSON has all. */
const LISTED_MOVES = 20;

/** What stages are, caught and cost, for people; then what is recommended of them. */
export function renderStages(report: StagesReport): string {
  const blocks = [describeHistory(report), ...report.stages.map((stage) => describeStage(stage, report))];
  if (report.unstaged.length > 0) {
    const what = report.stages.length === 0 ? "the configuration has no stages; its steps" : "in no stage";
    blocks.push([`${what}: ${report.unstaged.join(" ")}`]);
  }
  if (report.recommendation !== undefined) blocks.push(describeRecommendation(report.recommendation));
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function describeHistory({
  runs,
  failingRuns,
  uncaught,
  stages,
  multiStage,
  setAside,
}: StagesReport): readonly string[] {
  const lines: string[] = [];
  if (runs === 0) lines.push("no run is recorded yet: nothing can be said of what stages catch and cost");
  else if (failingRuns === 0)
    lines.push(`${countOf(runs, "run")}, none of them failed: nothing can be said of what stages catch`);
  else if (failingRuns < FEW_FAILURES)
    lines.push(`${countOf(runs, "run")}, ${failingRuns} of them failed: too few to say much of what stages catch`);
  else lines.push(`${countOf(runs, "run")}, ${failingRuns} of them failed`);
  if (uncaught > 0 && stages.length > 0)
    lines.push(`${uncaught} of these failed first in a step that is in none of these stages`);
  if (!multiStage && stages.length > 0) lines.push("`optimizations.multi_stage` is false: no gate holds anything back");
  const unused = setAside.foreign + setAside.newer;
  if (unused > 0) lines.push(`${countOf(unused, "line")} of the history could not be used`);
  return lines;
}

function describeStage(stage: AccountedWorkflowStage, { failingRuns }: StagesReport): readonly string[] {
  const { caughtShare: share, costSecondsPerRun: perRun, runs } = stage;
  const settings = [
    printable(stage.trigger),
    ...(stage.failFast ? ["fail_fast"] : []),
    ...(stage.minimumSeverity === undefined ? [] : [`minimum_severity ${stage.minimumSeverity}`]),
  ];
  const lines = [`${stage.id} (${settings.join(", ")}): ${stage.steps.join(" ")}`.trimEnd()];
  if (runs === 0) return [...lines, "  it ran in no run"];
  if (stage.usualSeconds !== undefined)
    lines.push(`  time    ${seconds(stage.usualSeconds)} in the middle one of ${countOf(runs, "run")}`);
  if (share !== undefined) {
    lines.push(`  caught  ${stage.caught} of ${countOf(failingRuns, "failing run")}, ${interval(share)}`);
  }
  const mean =
    perRun === undefined ? "" : `; a run ${seconds(perRun.mean)}, ${seconds(perRun.low)} to ${seconds(perRun.high)}`;
  lines.push(`  cost    ${seconds(stage.costSeconds)} of its steps in ${countOf(runs, "run")}${mean}`);
  if (stage.stopped > 0) {
    const known = stage.unknownSteps === 0 ? "" : ", without those that never ran";
    lines.push(
      `  saved   ${seconds(stage.savedSeconds)} of later steps in ${countOf(stage.stopped, "run")} that it stopped, by their mean times${known}`,
    );
  }
  return lines;
}

function describeRecommendation(recommendation: StageRecommendation): readonly string[] {
  switch (recommendation.kind) {
    case "none": {
      const { explanation, moves = [] } = recommendation;
      return [`nothing is recommended: ${explanation}`, ...describeMoves(moves)];
    }
    case "recommended": {
      const { moves, figures, yaml } = recommendation;
      const { currentSeconds, proposedSeconds, savedSeconds: saved } = figures;
      return [
        "recommended:",
        ...describeMoves(moves),
        "",
        `chosen on ${countOf(figures.earlierRuns, "earlier run")}, replayed on the ${countOf(figures.laterRuns, "later one")}, of which ${figures.laterFailures} failed:`,
        `  as it is     ${seconds(currentSeconds)} a run`,
        `  recommended  ${seconds(proposedSeconds)} a run, ${seconds(saved.mean)} less, with 95 % certainty ${seconds(saved.low)} to ${seconds(saved.high)}`,
        ...(figures.assumedShare === 0
          ? []
          : [`  of the steps ${percent(figures.assumedShare)} had been kept from starting, and are taken to pass`]),
        "",
        "the lines of the configuration:",
        "",
        yaml.trimEnd(),
      ];
    }
    case "proposed": {
      const { stages, because, expected, explanation, yaml } = recommendation;
      const width = Math.max(0, ...Object.keys(because).map(displayWidth));
      return [
        "proposed:",
        ...stages.map(({ id, steps, trigger, caughtShare }) => {
          const share =
            caughtShare === undefined ? "" : `; it has what failed in ${interval(caughtShare)} of the failing runs`;
          return `  ${id}${trigger === undefined ? "" : ` (${trigger})`}: ${steps.join(" ")}${share}`;
        }),
        "",
        ...stages.flatMap(({ steps }) => steps.map((id) => `  ${padColumns(id, width)}  ${because[id] ?? ""}`)),
        "",
        explanation,
        ...(expected === undefined
          ? []
          : [`  as it is  ${describeVerdict(expected.current)}`, `  proposed  ${describeVerdict(expected.proposed)}`]),
        "",
        "the lines of the configuration:",
        "",
        yaml.trimEnd(),
      ];
    }
  }
}

function describeMoves(
  moves: readonly { readonly stepId: string; readonly from: string; readonly to: string }[],
): readonly string[] {
  const listed = moves.slice(0, LISTED_MOVES).map(({ stepId, from, to }) => `  ${stepId}: from ${from} to ${to}`);
  return moves.length > LISTED_MOVES ? [...listed, `  and ${moves.length - LISTED_MOVES} more`] : listed;
}

function describeVerdict({ firstFailureMs, verdictMs, makespanMs }: ExpectedVerdict): string {
  return `a failure is known after ${formatDuration(firstFailureMs)}, the verdict after ${formatDuration(verdictMs)}, and all is done after ${formatDuration(makespanMs)}`;
}

function interval({
  share,
  low,
  high,
}: {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}): string {
  return `${percent(share)} (95 % of the time within ${percent(low)} to ${percent(high)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function seconds(value: number): string {
  return value < 0 ? `-${formatDuration(-1_000 * value)}` : formatDuration(1_000 * value);
}
