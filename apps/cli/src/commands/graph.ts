import { describeGraph, graphToDot, graphToHtml, graphToMermaid, type WorkflowGraph } from "@ai-workflow/engine";
import { renderGraph } from "../render/graph.ts";
import { renderJson } from "../render/json.ts";
import { VERSION } from "../version.ts";
import { bundledFiles } from "../target/bundled-files.ts";
import { openOutput } from "../output/open-output.ts";
import { readTarget } from "../target/read-target.ts";

/** How a graph is written for programs, by the name of the format. */
const FORMATS = {
  dot: graphToDot,
  mermaid: graphToMermaid,
  html: graphToHtml,
  json: (graph: WorkflowGraph) => renderJson({ ...graph }),
} as const;

/** Options of `graph` as commander hands them over. */
interface GraphFlags {
  readonly format: keyof typeof FORMATS | "text";
  readonly base?: string;
  readonly output?: string;
  readonly target?: string;
}

/** `ai-workflow graph [steps...]`. */
export async function graphCommand(steps: readonly string[], given: object): Promise<void> {
  const { format, base, output, target } = given as GraphFlags;
  const write = openOutput(output);
  const graph = await describeGraph({
    loaded: await readTarget(target),
    toolVersion: VERSION,
    steps: steps.length === 0 ? undefined : steps,
    base,
    ...bundledFiles(),
  });
  const columns = output === undefined && process.stdout.isTTY ? process.stdout.columns : undefined;
  write(format === "text" ? renderGraph(graph, columns) : FORMATS[format](graph));
}
