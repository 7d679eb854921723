import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { findEnsembleProblem, MAX_TARGETS } from "./find-ensemble-problem.ts";
import { type ModelRefusal, quote, refuse } from "./model-fault.ts";
import { nextDown } from "./next-down.ts";
import { ATTRIBUTE_TYPES, type AttributeMessage } from "./onnx-message.ts";

type Fault = "unsupported-operator" | "invalid-trees";

/** The attributes that are read, and of what type they are. */
const TYPES = {
  n_targets: "int",
  aggregate_function: "string",
  post_transform: "string",
  base_values: "floats",
  nodes_treeids: "ints",
  nodes_nodeids: "ints",
  nodes_featureids: "ints",
  nodes_modes: "strings",
  nodes_values: "floats",
  nodes_truenodeids: "ints",
  nodes_falsenodeids: "ints",
  nodes_missing_value_tracks_true: "ints",
  // How often a node was met in training; says nothing about what is predicted.
  nodes_hitrates: "floats",
  target_treeids: "ints",
  target_nodeids: "ints",
  target_ids: "ints",
  target_weights: "floats",
} as const satisfies Record<string, keyof typeof ATTRIBUTE_TYPES>;

/** The attributes of a TreeEnsembleRegressor, with what stands for those that are missing. */
interface Attributes {
  readonly targetCount: number;
  readonly baseValues: readonly number[];
  readonly treeIds: readonly number[];
  readonly nodeIds: readonly number[];
  readonly featureIds: readonly number[];
  readonly modes: readonly string[];
  readonly thresholds: readonly number[];
  readonly trueIds: readonly number[];
  readonly falseIds: readonly number[];
  readonly missingTrue: readonly number[];
  readonly leafTreeIds: readonly number[];
  readonly leafNodeIds: readonly number[];
  readonly leafTargets: readonly number[];
  readonly leafValues: readonly number[];
}

/**
 * The ensemble that the attributes of a TreeEnsembleRegressor (`ai.onnx.ml` 1 to 4) say, in its normal form. Comparisons other than
 * `<=` are put as such where that is exact. Pure.
 */
export function readOperator(
  attributes: readonly AttributeMessage[],
  featureCount: number,
): { readonly ok: true; readonly ensemble: TreeEnsemble } | ModelRefusal<Fault> {
  const read = readAttributes(attributes);
  if (!("targetCount" in read)) return read;
  const ensemble = buildEnsemble(read, featureCount);
  if ("ok" in ensemble) return ensemble;
  const problem = findEnsembleProblem(ensemble);
  return problem === undefined ? { ok: true, ensemble } : refuse("invalid-trees", problem);
}

function readAttributes(all: readonly AttributeMessage[]): Attributes | ModelRefusal<Fault> {
  const given = new Map<string, AttributeMessage>();
  for (const attribute of all) {
    const { name, type, hasMore } = attribute;
    if (given.has(name)) return refuse("unsupported-operator", `the attribute ${quote(name)} stands there twice`);
    given.set(name, attribute);
    const kind = Object.hasOwn(TYPES, name) ? TYPES[name as keyof typeof TYPES] : undefined;
    if (kind === undefined) return refuse("unsupported-operator", `the attribute ${quote(name)} is not supported`);
    if (type !== ATTRIBUTE_TYPES[kind] || hasMore) {
      return refuse("unsupported-operator", `the attribute ${name} is of another type than it must be`);
    }
  }
  const floats = (name: keyof typeof TYPES): readonly number[] => given.get(name)?.floats ?? [];
  const ints = (name: keyof typeof TYPES): readonly number[] => given.get(name)?.ints ?? [];
  const aggregate = given.get("aggregate_function")?.string ?? "SUM";
  if (aggregate !== "SUM")
    return refuse("unsupported-operator", `trees are put together by ${quote(aggregate)}, not by SUM`);
  const transform = given.get("post_transform")?.string ?? "NONE";
  if (transform !== "NONE") return refuse("unsupported-operator", `results are transformed by ${quote(transform)}`);
  const targetCount = given.get("n_targets")?.int ?? 0;
  if (!(targetCount >= 1 && targetCount <= MAX_TARGETS)) {
    return refuse("invalid-trees", `${targetCount} targets, must be 1 to ${MAX_TARGETS}`);
  }
  const baseValues = floats("base_values");
  const nodeIds = ints("nodes_nodeids");
  const missingTrue = ints("nodes_missing_value_tracks_true");
  const read: Attributes = {
    targetCount,
    baseValues: baseValues.length === 0 ? Array.from({ length: targetCount }, () => 0) : baseValues,
    treeIds: ints("nodes_treeids"),
    nodeIds,
    featureIds: ints("nodes_featureids"),
    modes: given.get("nodes_modes")?.strings ?? [],
    thresholds: floats("nodes_values"),
    trueIds: ints("nodes_truenodeids"),
    falseIds: ints("nodes_falsenodeids"),
    missingTrue: missingTrue.length === 0 ? nodeIds.map(() => 0) : missingTrue,
    leafTreeIds: ints("target_treeids"),
    leafNodeIds: ints("target_nodeids"),
    leafTargets: ints("target_ids"),
    leafValues: floats("target_weights"),
  };
  const { treeIds, featureIds, modes, thresholds, trueIds, falseIds } = read;
  const ofNodes = { treeIds, featureIds, modes, thresholds, trueIds, falseIds, missingTrue: read.missingTrue };
  for (const [name, { length }] of Object.entries(ofNodes)) {
    if (length !== nodeIds.length) return refuse("invalid-trees", `${length} ${name} for ${nodeIds.length} nodes`);
  }
  const leaves = read.leafNodeIds.length;
  for (const { length } of [read.leafTreeIds, read.leafTargets, read.leafValues]) {
    if (length !== leaves)
      return refuse("invalid-trees", `the lists of what leaves add are ${length} and ${leaves} long`);
  }
  return read;
}

function buildEnsemble(read: Attributes, featureCount: number): TreeEnsemble | ModelRefusal<Fault> {
  const places = placeNodes(read);
  if ("ok" in places) return places;
  const nodes = read.nodeIds.length;
  const features = new Int32Array(nodes).fill(-1);
  const thresholds = new Float32Array(nodes);
  const lefts = new Int32Array(nodes).fill(-1);
  const rights = new Int32Array(nodes).fill(-1);
  const missingLeft = new Uint8Array(nodes);
  for (let node = 0; node < nodes; node += 1) {
    const mode = read.modes[node]!;
    if (mode === "LEAF") continue;
    const feature = read.featureIds[node]!;
    // Before it is put into 32 bits, where it could become another.
    if (!(feature >= 0 && feature < featureCount))
      return refuse("invalid-trees", `node ${node} looks at feature ${feature} of ${featureCount}`);
    const branch = toBranch(mode, read.thresholds[node]!);
    if (branch === undefined) {
      return refuse("unsupported-operator", `node ${node} compares by ${quote(mode)} with ${read.thresholds[node]}`);
    }
    const tree = read.treeIds[node]!;
    const whenTrue = places.find(tree, read.trueIds[node]!);
    const whenFalse = places.find(tree, read.falseIds[node]!);
    if (whenTrue === undefined || whenFalse === undefined) {
      return refuse("invalid-trees", `node ${node} has a child that is not in its tree`);
    }
    const missing = read.missingTrue[node]!;
    if (missing !== 0 && missing !== 1)
      return refuse("invalid-trees", `node ${node} says ${missing} for where missing values go`);
    features[node] = feature;
    thresholds[node] = branch.threshold;
    lefts[node] = branch.leftWhenTrue ? whenTrue : whenFalse;
    rights[node] = branch.leftWhenTrue ? whenFalse : whenTrue;
    missingLeft[node] = branch.leftWhenTrue ? missing : 1 - missing;
  }
  const leaves = readLeaves(read, places);
  if ("ok" in leaves) return leaves;
  return {
    featureCount,
    targetCount: read.targetCount,
    baseValues: Float32Array.from(read.baseValues),
    roots: places.roots,
    features,
    thresholds,
    lefts,
    rights,
    missingLeft,
    ...leaves,
  };
}

/** Where the nodes of a file stand. */
interface Places {
  readonly roots: Int32Array;
  find(treeId: number, nodeId: number): number | undefined;
}

/** Finds the trees: nodes of one tree stand together, and the first of them is its root, as runtimes take it. */
function placeNodes({ treeIds, nodeIds }: Attributes): Places | ModelRefusal<Fault> {
  const starts = new Map<number, number>();
  const maps = new Map<number, Map<number, number>>();
  const roots: number[] = [];
  for (let start = 0, end = 0; start < treeIds.length; start = end) {
    const tree = treeIds[start]!;
    if (starts.has(tree)) {
      return refuse("invalid-trees", `the nodes of the tree numbered ${tree} do not stand together`);
    }
    starts.set(tree, start);
    roots.push(start);
    let isCounted = true;
    for (end = start; treeIds[end] === tree; end += 1) isCounted &&= nodeIds[end] === end - start;
    // Most trees count their nodes from 0 and need no map.
    if (isCounted) continue;
    const map = new Map<number, number>();
    for (let node = start; node < end; node += 1) map.set(nodeIds[node]!, node);
    if (map.size !== end - start)
      return refuse("invalid-trees", `the tree numbered ${tree} has two nodes of one number`);
    maps.set(tree, map);
  }
  const find = (treeId: number, nodeId: number): number | undefined => {
    const map = maps.get(treeId);
    if (map !== undefined) return map.get(nodeId);
    const node = (starts.get(treeId) ?? NaN) + nodeId;
    return nodeId >= 0 && treeIds[node] === treeId ? node : undefined;
  };
  return { roots: Int32Array.from(roots), find };
}

/** A comparison as one by `<=`: with what, and whether what it was true for is now left. `undefined` where that cannot be said. */
function toBranch(
  mode: string,
  threshold: number,
): { readonly threshold: number; readonly leftWhenTrue: boolean } | undefined {
  switch (mode) {
    case "BRANCH_LEQ":
      return { threshold, leftWhenTrue: true };
    case "BRANCH_GT":
      return { threshold, leftWhenTrue: false };
    case "BRANCH_LT":
    case "BRANCH_GTE":
      // Nothing is below minus infinity.
      if (threshold === -Infinity || Number.isNaN(threshold)) return undefined;
      return { threshold: nextDown(threshold), leftWhenTrue: mode === "BRANCH_LT" };
    default:
      return undefined;
  }
}

function readLeaves(read: Attributes, places: Places): Pick<TreeEnsemble, "targets" | "values"> | ModelRefusal<Fault> {
  const { modes, leafTreeIds, leafNodeIds, leafTargets, leafValues } = read;
  const targets = new Int32Array(modes.length);
  const values = new Float32Array(modes.length);
  const seen = new Uint8Array(modes.length);
  for (let index = 0; index < leafNodeIds.length; index += 1) {
    const node = places.find(leafTreeIds[index]!, leafNodeIds[index]!);
    if (node === undefined)
      return refuse("invalid-trees", `what is added is given for a node that is not there (entry ${index})`);
    // Some tools give values of branches, too; runtimes ignore them.
    if (modes[node] !== "LEAF") continue;
    if (seen[node] === 1) return refuse("unsupported-operator", `node ${node} adds to more than one target`);
    const target = leafTargets[index]!;
    if (!(target >= 0 && target < read.targetCount))
      return refuse("invalid-trees", `node ${node} adds to target ${target} of ${read.targetCount}`);
    seen[node] = 1;
    targets[node] = target;
    values[node] = leafValues[index]!;
  }
  const silent = modes.findIndex((mode, node) => mode === "LEAF" && seen[node] === 0);
  return silent === -1 ? { targets, values } : refuse("invalid-trees", `the leaf ${silent} adds nothing`);
}
