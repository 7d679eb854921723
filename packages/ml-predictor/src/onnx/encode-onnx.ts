import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { findEnsembleProblem } from "./find-ensemble-problem.ts";
import { findMetadataProblem, FORMAT_VERSION, PRODUCER, writeProperties } from "./metadata-properties.ts";
import type { ModelMetadata } from "./model-metadata.ts";
import { toNormalForm } from "./normal-form.ts";
import { ATTRIBUTE_TYPES, type AttributeMessage, FLOAT, type OnnxMessage } from "./onnx-message.ts";
import { padTrees, targetsWithoutTree } from "./padding-trees.ts";
import { writeOnnxMessage } from "./write-onnx-message.ts";

/** Name of the input of a model file: float32, one row of features each. */
export const INPUT = "features";
/** Name of the output of a model file: float32, one row of targets each. */
export const OUTPUT = "predictions";
/** Domain of the operator. */
export const ML_DOMAIN = "ai.onnx.ml";
/** The operator. */
export const OPERATOR = "TreeEnsembleRegressor";

/** Read by onnxruntime 1.10 and later; nothing of a newer version is needed. */
const IR_VERSION = 8;
/** The last in which the operator is not deprecated; `ai.onnx.ml` 4 did not change it, 5 replaced it. */
const ML_OPSET = 3;
/** Nothing of the default domain is used, but a model is to say which version of it is meant. */
const DEFAULT_OPSET = 15;

/**
 * An ensemble as the bytes of a standard ONNX file: one TreeEnsembleRegressor (`ai.onnx.ml` 3) from the input `features`, float32
 * [N, features], to the output `predictions`, float32 [N, targets]. Runs in stock onnxruntime. Equal arguments give equal bytes.
 *
 * The metadata is kept in `metadata_props`, with a SHA-256 over it and the ensemble. Unused fields of nodes are not kept.
 * @throws {TypeError} when the ensemble is none that could be evaluated, or the metadata does not fit it or is no JSON.
 */
export async function encodeOnnx(ensemble: TreeEnsemble, metadata: ModelMetadata): Promise<Uint8Array> {
  const problem = findEnsembleProblem(ensemble) ?? findMetadataProblem(metadata, ensemble.featureCount);
  if (problem !== undefined) throw new TypeError(`Cannot encode the model: ${problem}`);
  const normal = toNormalForm(ensemble);
  const paddedTargets = targetsWithoutTree(normal);
  const padded = padTrees(normal, paddedTargets);
  const paddedProblem = findEnsembleProblem(padded);
  if (paddedProblem !== undefined) throw new TypeError(`Cannot encode the model: with padding, ${paddedProblem}`);
  const { Writer } = await import("protobufjs/minimal.js");
  const message: OnnxMessage = {
    irVersion: IR_VERSION,
    producerName: PRODUCER,
    producerVersion: FORMAT_VERSION,
    graph: {
      name: "step-durations",
      nodes: [
        {
          opType: OPERATOR,
          domain: ML_DOMAIN,
          inputs: [INPUT],
          outputs: [OUTPUT],
          attributes: toAttributes(padded),
        },
      ],
      inputs: [{ name: INPUT, elementType: FLOAT, dimensions: [undefined, normal.featureCount] }],
      outputs: [{ name: OUTPUT, elementType: FLOAT, dimensions: [undefined, normal.targetCount] }],
      hasInitializers: false,
    },
    opsetImports: [
      { domain: ML_DOMAIN, version: ML_OPSET },
      { domain: "", version: DEFAULT_OPSET },
    ],
    metadataProps: writeProperties(metadata, normal, paddedTargets.length),
    hasMore: false,
    hasUnknown: false,
  };
  return writeOnnxMessage(Writer.create(), message);
}

/** The attributes of the operator, for an ensemble in its normal form. Nodes are counted from 0 in each tree. */
function toAttributes(ensemble: TreeEnsemble): AttributeMessage[] {
  const { targetCount, baseValues, roots, features, thresholds, lefts, rights, missingLeft, targets, values } =
    ensemble;
  const trees: number[] = [];
  const ids: number[] = [];
  const trueIds: number[] = [];
  const falseIds: number[] = [];
  const leaves: number[] = [];
  for (const [tree, root] of roots.entries()) {
    const end = roots[tree + 1] ?? features.length;
    for (let node = root; node < end; node += 1) {
      const isLeaf = features[node]! < 0;
      trees.push(tree);
      ids.push(node - root);
      trueIds.push(isLeaf ? 0 : lefts[node]! - root);
      falseIds.push(isLeaf ? 0 : rights[node]! - root);
      if (isLeaf) leaves.push(node);
    }
  }
  return [
    int("n_targets", targetCount),
    string("aggregate_function", "SUM"),
    string("post_transform", "NONE"),
    floats("base_values", [...baseValues]),
    ints("nodes_treeids", trees),
    ints("nodes_nodeids", ids),
    ints(
      "nodes_featureids",
      Array.from(features, (feature) => Math.max(feature, 0)),
    ),
    strings(
      "nodes_modes",
      Array.from(features, (feature) => (feature < 0 ? "LEAF" : "BRANCH_LEQ")),
    ),
    floats("nodes_values", [...thresholds]),
    ints("nodes_truenodeids", trueIds),
    ints("nodes_falsenodeids", falseIds),
    ints("nodes_missing_value_tracks_true", [...missingLeft]),
    ints(
      "target_treeids",
      leaves.map((node) => trees[node]!),
    ),
    ints(
      "target_nodeids",
      leaves.map((node) => ids[node]!),
    ),
    ints(
      "target_ids",
      leaves.map((node) => targets[node]!),
    ),
    floats(
      "target_weights",
      leaves.map((node) => values[node]!),
    ),
  ];
}

function int(name: string, value: number): AttributeMessage {
  return { name, type: ATTRIBUTE_TYPES.int, int: value, hasMore: false };
}

function string(name: string, value: string): AttributeMessage {
  return { name, type: ATTRIBUTE_TYPES.string, string: value, hasMore: false };
}

function floats(name: string, values: number[]): AttributeMessage {
  return { name, type: ATTRIBUTE_TYPES.floats, floats: values, hasMore: false };
}

function ints(name: string, values: number[]): AttributeMessage {
  return { name, type: ATTRIBUTE_TYPES.ints, ints: values, hasMore: false };
}

function strings(name: string, values: string[]): AttributeMessage {
  return { name, type: ATTRIBUTE_TYPES.strings, strings: values, hasMore: false };
}
