import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { ML_DOMAIN, OPERATOR } from "./encode-onnx.ts";
import { MAX_FEATURES } from "./find-ensemble-problem.ts";
import { findMetadataProblem, readProperties } from "./metadata-properties.ts";
import { type ModelRefusal, quote, refuse } from "./model-fault.ts";
import type { ModelMetadata } from "./model-metadata.ts";
import { FLOAT, type GraphMessage, type OnnxMessage } from "./onnx-message.ts";
import { unpadTrees } from "./padding-trees.ts";
import { readOnnxMessage } from "./read-onnx-message.ts";
import { readOperator } from "./read-operator.ts";

/** Largest file that is read, in bytes. A node takes about 24. */
export const MAX_MODEL_BYTES: number = 32 * 1024 * 1024;

/** Versions of the file format; opset imports came with 3. What later ones may change is not known. */
const IR_VERSIONS = { first: 3, last: 14 };
/** Versions of `ai.onnx.ml` in which the operator means what is read here; 5 takes its place by another one. */
const ML_OPSETS = { first: 1, last: 4 };

/** A model out of a file. */
export interface DecodedModel {
  readonly ok: true;
  /** In its normal form. */
  readonly ensemble: TreeEnsemble;
  /** What the file says about its model; `undefined` where it was not written by this package. */
  readonly metadata: ModelMetadata | undefined;
  /** Who wrote the file, as it says itself; may be empty. */
  readonly producer: { readonly name: string; readonly version: string };
  /** Whether there is nothing in the file but what was read, as this package writes it: other readers then see the same. */
  readonly asWritten: boolean;
}

/**
 * Reads an ONNX file of one TreeEnsembleRegressor, be it by {@link encodeOnnx} or another tool. The bytes may be anything: what is not
 * such a file, is damaged or was made to do harm is refused with a reason, in time and memory proportional to its size.
 *
 * Files by this package must have all their metadata and the checksum over it and the ensemble. Files by others must be of float32
 * input and output, with trees that sum up, one target a leaf, comparisons by `<=`, `<`, `>=` or `>`, and trees whose nodes stand
 * together, the root first.
 */
export async function decodeOnnx(bytes: Uint8Array): Promise<DecodedModel | ModelRefusal> {
  if (bytes.length > MAX_MODEL_BYTES) {
    return refuse("too-large", `the file has ${bytes.length} bytes, must have at most ${MAX_MODEL_BYTES}`);
  }
  if (bytes.length === 0) return refuse("corrupt", "the file is empty");
  const { Reader } = await import("protobufjs/minimal.js");
  let message: OnnxMessage;
  try {
    message = readOnnxMessage((part) => new Reader(part), bytes);
  } catch (error) {
    return refuse(
      "corrupt",
      `the file is no ONNX model, or damaged (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  return readModel(message);
}

function readModel(message: OnnxMessage): DecodedModel | ModelRefusal {
  const { graph, producerName, producerVersion } = message;
  if (message.irVersion === 0 || graph === undefined) return refuse("corrupt", "the file is no ONNX model");
  const unsupported = findVersionFault(message) ?? findGraphFault(graph);
  if (unsupported !== undefined) return unsupported;
  if (message.hasMore) return refuse("unsupported-graph", "the model has functions, or is one for training");
  const featureCount = graph.inputs[0]!.dimensions![1]!;
  const read = readOperator(graph.nodes[0]!.attributes, featureCount);
  if (!read.ok) return read;
  const producer = { name: producerName, version: producerVersion };
  const said = readProperties(message.metadataProps, producerName);
  if (said.kind === "foreign")
    return { ok: true, ensemble: read.ensemble, metadata: undefined, producer, asWritten: false };
  if (said.kind === "broken")
    return refuse(said.isOtherVersion ? "unsupported-version" : "invalid-metadata", said.message);
  const ensemble = unpadTrees(read.ensemble, said.paddingTrees);
  if (ensemble === undefined || !said.fits(ensemble)) {
    return refuse("wrong-checksum", "the file was changed or damaged since it was written: its checksum does not fit");
  }
  const problem = findMetadataProblem(said.metadata, featureCount);
  if (problem !== undefined) return refuse("invalid-metadata", problem);
  return { ok: true, ensemble, metadata: said.metadata, producer, asWritten: !message.hasUnknown };
}

function findVersionFault({ irVersion, opsetImports }: OnnxMessage): ModelRefusal | undefined {
  const fault = (message: string): ModelRefusal => refuse("unsupported-version", message);
  if (!(irVersion >= IR_VERSIONS.first && irVersion <= IR_VERSIONS.last)) {
    return fault(
      `ONNX files of version ${irVersion} are not supported, only ${IR_VERSIONS.first} to ${IR_VERSIONS.last}`,
    );
  }
  const versions = opsetImports.filter(({ domain }) => domain === ML_DOMAIN).map(({ version }) => version);
  if (versions.length !== 1)
    return fault(`the file says ${versions.length} times, not once, which version of ${ML_DOMAIN} is meant`);
  const [version] = versions;
  if (version! >= ML_OPSETS.first && version! <= ML_OPSETS.last) return undefined;
  return fault(
    `${OPERATOR} declared at opset ${version} of ${ML_DOMAIN} is not supported, only ${ML_OPSETS.first} to ${ML_OPSETS.last}`,
  );
}

/** What is wrong with everything around the operator. */
function findGraphFault(graph: GraphMessage): ModelRefusal | undefined {
  const fault = (message: string): ModelRefusal => refuse("unsupported-graph", message);
  const { nodes, inputs, outputs } = graph;
  const [node] = nodes;
  const [input] = inputs;
  const [output] = outputs;
  if (node === undefined || nodes.length > 1) return fault(`the model has ${nodes.length} operators, must have one`);
  if (node.opType !== OPERATOR || node.domain !== ML_DOMAIN) {
    return fault(`the operator is ${quote(node.opType)} of ${quote(node.domain)}, not ${OPERATOR} of ${ML_DOMAIN}`);
  }
  if (graph.hasInitializers) return fault("the model has constants");
  if (input === undefined || inputs.length > 1 || output === undefined || outputs.length > 1) {
    return fault(`the model has ${inputs.length} inputs and ${outputs.length} outputs, must have one each`);
  }
  if (node.inputs.length !== 1 || node.inputs[0] !== input.name) return fault("the operator does not read the input");
  if (node.outputs.length !== 1 || node.outputs[0] !== output.name)
    return fault("the operator does not write the output");
  if (input.elementType !== FLOAT || output.elementType !== FLOAT) {
    return fault(
      `the input and the output are of types ${input.elementType} and ${output.elementType}, not float32 (${FLOAT})`,
    );
  }
  const width = input.dimensions?.[1];
  if (input.dimensions?.length !== 2 || width === undefined)
    return fault("the file does not say how many features a row has");
  if (!(width >= 1 && width <= MAX_FEATURES))
    return fault(`a row has ${width} features, must have 1 to ${MAX_FEATURES}`);
  return undefined;
}
