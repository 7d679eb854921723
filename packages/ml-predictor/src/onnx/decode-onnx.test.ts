import fc from "fast-check";
import { Writer } from "protobufjs/minimal.js";
import { expect, test } from "vitest";
import { ensembleAndRows, flatten, metadataFor } from "../../test/ensemble-arbitrary.ts";
import { createEvaluator } from "./create-evaluator.ts";
import { decodeOnnx, MAX_MODEL_BYTES } from "./decode-onnx.ts";
import { encodeOnnx } from "./encode-onnx.ts";
import { loadOnnxRuntime } from "./load-onnxruntime.ts";
import { ATTRIBUTE_TYPES, type AttributeMessage, type OnnxMessage } from "./onnx-message.ts";
import { writeOnnxMessage } from "./write-onnx-message.ts";

const leaf = (value: number): { target: number; value: number } => ({ target: 0, value });
const branch = { feature: 0, threshold: 0.5, missingLeft: false, left: leaf(1), right: leaf(2) };
const small = flatten(2, 1, [10], [branch, { ...branch, feature: 1, missingLeft: true }]);

test("what was encoded comes back as it was, in the same bytes", async () => {
  await fc.assert(
    fc.asyncProperty(ensembleAndRows, async ({ ensemble }) => {
      const metadata = metadataFor(ensemble.featureCount);
      const bytes = await encodeOnnx(ensemble, metadata);
      const decoded = await decodeOnnx(bytes);
      expect(decoded).toEqual({
        ok: true,
        ensemble,
        metadata,
        producer: { name: "ai-workflow", version: "1" },
        asWritten: true,
      });
      if (decoded.ok) expect(await encodeOnnx(decoded.ensemble, decoded.metadata!)).toEqual(bytes);
    }),
  );
});

test("a file cut anywhere is refused", async () => {
  const bytes = await encodeOnnx(small, metadataFor(2));
  for (let length = 0; length < bytes.length; length += 1) {
    expect((await decodeOnnx(bytes.subarray(0, length))).ok).toBe(false);
  }
});

test("a bit flipped anywhere is refused, or changes neither the ensemble nor what is said about it", async () => {
  const bytes = await encodeOnnx(small, metadataFor(2));
  const intact = await decodeOnnx(bytes);
  let refused = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const damaged = bytes.slice();
    damaged[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const decoded = await decodeOnnx(damaged);
    if (decoded.ok) {
      // A field that became another one is skipped, and who wrote the file is not part of the sum.
      const rest = { producer: undefined, asWritten: undefined };
      expect({ ...decoded, ...rest }).toEqual({ ...intact, ...rest });
    }
    refused += decoded.ok ? 0 : 1;
  }
  expect(refused).toBeGreaterThan(bytes.length * 4);
});

test("any bytes are refused without an exception", async () => {
  const bytes = await encodeOnnx(small, metadataFor(2));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.nat(bytes.length), fc.nat(60), async (noise, at, gone) => {
      expect((await decodeOnnx(noise)).ok).toBe(false);
      const spliced = Uint8Array.from([...bytes.subarray(0, at), ...noise, ...bytes.subarray(at + gone)]);
      const decoded = await decodeOnnx(spliced);
      if (decoded.ok) expect(decoded.ensemble).toEqual(small);
    }),
    { numRuns: 500 },
  );
});

const ints = (name: string, ...values: number[]): AttributeMessage => attribute(name, "ints", { ints: values });
const floats = (name: string, ...values: number[]): AttributeMessage => attribute(name, "floats", { floats: values });
const modes = (...values: string[]): AttributeMessage => attribute("nodes_modes", "strings", { strings: values });

function attribute(
  name: string,
  type: keyof typeof ATTRIBUTE_TYPES,
  content: Partial<AttributeMessage>,
): AttributeMessage {
  return { name, type: ATTRIBUTE_TYPES[type], hasMore: false, ...content };
}

/** A model as skl2onnx lays it out: two trees, a tree's nodes numbered from 0, children in any order, no base values. */
const FOREIGN: readonly AttributeMessage[] = [
  attribute("n_targets", "int", { int: 1 }),
  ints("nodes_treeids", 7, 7, 7, 9),
  ints("nodes_nodeids", 0, 2, 1, 0),
  ints("nodes_featureids", 1, 0, 0, 0),
  modes("BRANCH_LEQ", "LEAF", "LEAF", "LEAF"),
  floats("nodes_values", 0.5, 0, 0, 0),
  floats("nodes_hitrates", 1, 1, 1, 1),
  ints("nodes_truenodeids", 1, 0, 0, 0),
  ints("nodes_falsenodeids", 2, 0, 0, 0),
  ints("nodes_missing_value_tracks_true", 1, 0, 0, 0),
  ints("target_treeids", 7, 7, 9),
  ints("target_nodeids", 1, 2, 0),
  ints("target_ids", 0, 0, 0),
  floats("target_weights", 1, 2, 4),
];

function foreign(changed: readonly AttributeMessage[] = [], around: Partial<OnnxMessage> = {}): Uint8Array {
  const names = new Set(changed.map(({ name }) => name));
  return writeOnnxMessage(Writer.create(), {
    irVersion: 9,
    producerName: "skl2onnx",
    producerVersion: "1.17",
    graph: {
      name: "g",
      nodes: [
        {
          opType: "TreeEnsembleRegressor",
          domain: "ai.onnx.ml",
          inputs: ["X"],
          outputs: ["variable"],
          attributes: [...FOREIGN.filter(({ name }) => !names.has(name)), ...changed],
        },
      ],
      inputs: [{ name: "X", elementType: 1, dimensions: [undefined, 2] }],
      outputs: [{ name: "variable", elementType: 1, dimensions: [undefined, 1] }],
      hasInitializers: false,
    },
    opsetImports: [{ domain: "ai.onnx.ml", version: 3 }],
    metadataProps: [],
    hasMore: false,
    hasUnknown: false,
    ...around,
  });
}

test.each(["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"])(
  "a model by another tool that compares by %s predicts what onnxruntime does",
  async (mode) => {
    const loaded = await loadOnnxRuntime();
    if (!loaded.ok) throw new Error(loaded.message);
    const { InferenceSession, Tensor } = loaded.runtime;
    for (const threshold of [0.5, 0, -0, 2 ** -149, -1, Infinity]) {
      for (const missing of [0, 1]) {
        const bytes = foreign([
          modes(mode, "LEAF", "LEAF", "LEAF"),
          floats("nodes_values", threshold, 0, 0, 0),
          ints("nodes_missing_value_tracks_true", missing, 0, 0, 0),
        ]);
        const decoded = await decodeOnnx(bytes);
        if (!decoded.ok) throw new Error(decoded.message);
        expect(decoded).toMatchObject({ metadata: undefined, producer: { name: "skl2onnx", version: "1.17" } });
        const seconds = [0.5, 0.50001, 0, -0, 2 ** -149, -(2 ** -149), -1, -1.0001, NaN, Infinity, -Infinity];
        const rows = Float32Array.from(seconds.flatMap((second) => [0, second]));
        const session = await InferenceSession.create(bytes, {
          executionProviders: ["cpu"],
          executionMode: "sequential",
          intraOpNumThreads: 1,
          interOpNumThreads: 1,
          logSeverityLevel: 4,
        });
        const { variable } = await session.run({ X: new Tensor("float32", rows, [seconds.length, 2]) });
        expect(createEvaluator(decoded.ensemble).predict(rows)).toEqual(variable?.data);
        await session.release();
      }
    }
  },
);

const base = { domain: "ai.onnx.ml", version: 3 };
const none = { graph: undefined };
test.each<[string, Uint8Array, string, RegExp]>([
  ["opset 5", foreign([], { opsetImports: [{ ...base, version: 5 }] }), "unsupported-version", /declared at opset 5/],
  ["no opset", foreign([], { opsetImports: [] }), "unsupported-version", /0 times/],
  ["two opsets", foreign([], { opsetImports: [base, { ...base, version: 1 }] }), "unsupported-version", /2 times/],
  ["a version of files to come", foreign([], { irVersion: 99 }), "unsupported-version", /version 99/],
  ["no graph", foreign([], none), "corrupt", /no ONNX model/],
  ["another operator", withNode({ opType: "SVMRegressor" }), "unsupported-graph", /"SVMRegressor"/],
  [
    "several operators",
    withGraph((graph) => ({ nodes: [...graph.nodes, ...graph.nodes] })),
    "unsupported-graph",
    /2 operators/,
  ],
  ["texts as input", withInput({ elementType: 8 }), "unsupported-graph", /types 8 and 1/],
  [
    "an input of unknown width",
    withInput({ dimensions: [undefined, undefined] }),
    "unsupported-graph",
    /how many features/,
  ],
  ["an enormous width", withInput({ dimensions: [undefined, 2 ** 40] }), "unsupported-graph", /1099511627776 features/],
  ["an operator beside the input", withNode({ inputs: ["Y"] }), "unsupported-graph", /does not read/],
  [
    "enormous targets",
    foreign([attribute("n_targets", "int", { int: 2 ** 40 })]),
    "invalid-trees",
    /1099511627776 targets/,
  ],
  ["no targets", foreign([attribute("n_targets", "int", { int: 0 })]), "invalid-trees", /0 targets/],
  [
    "a mean of trees",
    foreign([attribute("aggregate_function", "string", { string: "AVERAGE" })]),
    "unsupported-operator",
    /AVERAGE/,
  ],
  [
    "a transformed result",
    foreign([attribute("post_transform", "string", { string: "PROBIT" })]),
    "unsupported-operator",
    /PROBIT/,
  ],
  ["an unknown attribute", foreign([floats("__proto__", 1)]), "unsupported-operator", /__proto__/],
  ["thresholds of another type", foreign([ints("nodes_values", 1, 0, 0, 0)]), "unsupported-operator", /another type/],
  ["equality", foreign([modes("BRANCH_EQ", "LEAF", "LEAF", "LEAF")]), "unsupported-operator", /BRANCH_EQ/],
  ["a threshold of NaN", foreign([floats("nodes_values", NaN, 0, 0, 0)]), "invalid-trees", /NaN/],
  ["what is added is infinite", foreign([floats("target_weights", Infinity, 2, 4)]), "invalid-trees", /Infinity/],
  ["a feature too many", foreign([ints("nodes_featureids", 2, 0, 0, 0)]), "invalid-trees", /feature 2 of 2/],
  [
    "a feature of 33 bits",
    foreign([ints("nodes_featureids", 2 ** 31 + 1, 0, 0, 0)]),
    "invalid-trees",
    /feature 2147483649/,
  ],
  ["a child that is not there", foreign([ints("nodes_truenodeids", 5, 0, 0, 0)]), "invalid-trees", /not in its tree/],
  ["a child that is its parent", foreign([ints("nodes_truenodeids", 0, 0, 0, 0)]), "invalid-trees", /reached twice/],
  ["one child for both", foreign([ints("nodes_falsenodeids", 1, 0, 0, 0)]), "invalid-trees", /reached twice/],
  [
    "children in a circle",
    foreign([modes("BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF")]),
    "invalid-trees",
    /reached twice/,
  ],
  ["a node no one leads to", foreign([modes("LEAF", "LEAF", "LEAF", "LEAF")]), "invalid-trees", /adds nothing/],
  ["trees that are mixed", foreign([ints("nodes_treeids", 7, 9, 7, 9)]), "invalid-trees", /do not stand together/],
  ["two nodes of one number", foreign([ints("nodes_nodeids", 0, 1, 1, 0)]), "invalid-trees", /two nodes of one number/],
  ["a list that is too short", foreign([ints("nodes_falsenodeids", 2)]), "invalid-trees", /1 falseIds for 4/],
  ["a leaf that adds twice", foreign([ints("target_nodeids", 1, 1, 0)]), "unsupported-operator", /more than one/],
  ["base values of other number", foreign([floats("base_values", 1, 2)]), "invalid-trees", /2 base values/],
])("a file with %s is refused", async (_, bytes, reason, message) => {
  const decoded = await decodeOnnx(bytes);
  expect(decoded).toMatchObject({ ok: false, reason });
  if (!decoded.ok) expect(decoded.message).toMatch(message);
});

type Graph = NonNullable<OnnxMessage["graph"]>;

function withGraph(change: (graph: Graph) => Partial<Graph>): Uint8Array {
  const node = { opType: "TreeEnsembleRegressor", domain: "ai.onnx.ml", inputs: ["X"], outputs: ["variable"] };
  const graph: Graph = {
    name: "g",
    nodes: [{ ...node, attributes: [...FOREIGN] }],
    inputs: [{ name: "X", elementType: 1, dimensions: [undefined, 2] }],
    outputs: [{ name: "variable", elementType: 1, dimensions: [undefined, 1] }],
    hasInitializers: false,
  };
  return foreign([], { graph: { ...graph, ...change(graph) } });
}

function withNode(change: Partial<Graph["nodes"][number]>): Uint8Array {
  return withGraph(({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, ...change })) }));
}

function withInput(change: Partial<Graph["inputs"][number]>): Uint8Array {
  return withGraph(({ inputs }) => ({ inputs: inputs.map((input) => ({ ...input, ...change })) }));
}

test("a file that claims a gigabyte is refused at once", async () => {
  // Field 7, of 1 GB, of which three bytes are there.
  const bytes = Writer.create()
    .uint32((1 << 3) | 0)
    .uint32(8)
    .uint32((7 << 3) | 2)
    .uint32(2 ** 30)
    .raw(new Uint8Array(3))
    .finish();
  expect(await decodeOnnx(bytes)).toMatchObject({ ok: false, reason: "corrupt" });
});

test("a file that is larger than any model is not read", async () => {
  expect(await decodeOnnx(new Uint8Array(MAX_MODEL_BYTES + 1))).toMatchObject({ ok: false, reason: "too-large" });
});

test("a tree that is a chain of a hundred thousand nodes is refused", async () => {
  const length = 100_001;
  const places = Array.from({ length }, (_, index) => index);
  const isLeaf = (index: number): boolean => index % 2 === 1 || index === length - 1;
  const bytes = foreign([
    ints("nodes_treeids", ...places.map(() => 0)),
    ints("nodes_nodeids", ...places),
    ints("nodes_featureids", ...places.map(() => 0)),
    modes(...places.map((index) => (isLeaf(index) ? "LEAF" : "BRANCH_LEQ"))),
    floats("nodes_values", ...places.map(() => 0)),
    ints("nodes_truenodeids", ...places.map((index) => index + 1)),
    ints("nodes_falsenodeids", ...places.map((index) => index + 2)),
    ints("nodes_missing_value_tracks_true"),
    ints("target_treeids", ...places.filter(isLeaf).map(() => 0)),
    ints("target_nodeids", ...places.filter(isLeaf)),
    ints("target_ids", ...places.filter(isLeaf).map(() => 0)),
    floats("target_weights", ...places.filter(isLeaf).map(() => 1)),
  ]);
  expect(await decodeOnnx(bytes)).toMatchObject({ reason: "invalid-trees", message: "tree 0: deeper than 1000" });
});
