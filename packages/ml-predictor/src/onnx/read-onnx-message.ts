import type { Reader } from "protobufjs/minimal.js";
import { MAX_NODES } from "./find-ensemble-problem.ts";
import type {
  AttributeMessage,
  GraphMessage,
  NodeMessage,
  OnnxMessage,
  OpsetMessage,
  Property,
  ValueMessage,
} from "./onnx-message.ts";

/** What reading goes by, and what it notes. */
interface Context {
  /** Makes a reader for some bytes. */
  readonly createReader: (bytes: Uint8Array) => Reader;
  hasUnknown: boolean;
}

/** Most messages of one kind in another one. Numbers and strings of an attribute may be as many as there may be nodes. */
const MAX_MESSAGES = 1000;

const VARINT = 0;
const DELIMITED = 2;
const FIXED32 = 5;

/** How a field is read. */
interface Field {
  readonly wireType: number;
  /** Whether it may stand there again. A reader may merge what others do not, so fields that are single by definition must be. */
  readonly repeated: boolean;
  /** The wire type of its elements packed into one field, if it may be. */
  readonly packed?: boolean;
  readonly read: (reader: Reader, wireType: number) => void;
}

/**
 * Reads the bytes of an ONNX file, as far as {@link OnnxMessage} goes; other fields are skipped.
 * @throws {Error} when they are none, are cut, or hold more than any model that is supported.
 */
export function readOnnxMessage(createReader: (bytes: Uint8Array) => Reader, bytes: Uint8Array): OnnxMessage {
  const context: Context = { createReader, hasUnknown: false };
  const message: OnnxMessage = {
    irVersion: 0,
    producerName: "",
    producerVersion: "",
    graph: undefined,
    opsetImports: [],
    metadataProps: [],
    hasMore: false,
    hasUnknown: false,
  };
  const setMore = (): void => void (message.hasMore = true);
  readFields(context, bytes, {
    1: int64((value) => (message.irVersion = value)),
    2: string((value) => (message.producerName = value)),
    3: string((value) => (message.producerVersion = value)),
    7: delimited((graph) => (message.graph = readGraph(context, graph))),
    8: messages((opset) => pushTo(message.opsetImports, readOpset(context, opset))),
    14: messages((property) => pushTo(message.metadataProps, readProperty(context, property))),
    20: messages(setMore),
    25: messages(setMore),
  });
  message.hasUnknown = context.hasUnknown;
  return message;
}

function readOpset(context: Context, bytes: Uint8Array): OpsetMessage {
  const opset: OpsetMessage = { domain: "", version: 0 };
  readFields(context, bytes, {
    1: string((value) => (opset.domain = value)),
    2: int64((value) => (opset.version = value)),
  });
  return opset;
}

function readProperty(context: Context, bytes: Uint8Array): Property {
  const property: Property = { key: "", value: "" };
  readFields(context, bytes, {
    1: string((value) => (property.key = value)),
    2: string((value) => (property.value = value)),
  });
  return property;
}

function readGraph(context: Context, bytes: Uint8Array): GraphMessage {
  const graph: GraphMessage = { name: "", nodes: [], inputs: [], outputs: [], hasInitializers: false };
  const setInitializers = (): void => void (graph.hasInitializers = true);
  readFields(context, bytes, {
    1: messages((node) => pushTo(graph.nodes, readNode(context, node))),
    2: string((value) => (graph.name = value)),
    5: messages(setInitializers),
    11: messages((value) => pushTo(graph.inputs, readValue(context, value))),
    12: messages((value) => pushTo(graph.outputs, readValue(context, value))),
    15: messages(setInitializers),
  });
  return graph;
}

function readValue(context: Context, bytes: Uint8Array): ValueMessage {
  const value: ValueMessage = { name: "", elementType: undefined, dimensions: undefined };
  const readDimension = (dimension: Uint8Array): number | undefined => {
    let size: number | undefined;
    readFields(context, dimension, { 1: int64((given) => (size = given)), 2: string(() => (size = undefined)) });
    return size;
  };
  const readShape = (shape: Uint8Array): void => {
    const dimensions: (number | undefined)[] = [];
    value.dimensions = dimensions;
    readFields(context, shape, {
      1: messages((dimension) => pushTo(dimensions, readDimension(dimension))),
    });
  };
  const readTensor = (tensor: Uint8Array): void =>
    readFields(context, tensor, {
      1: int64((type) => (value.elementType = type)),
      2: delimited(readShape),
    });
  readFields(context, bytes, {
    1: string((name) => (value.name = name)),
    2: delimited((type) => readFields(context, type, { 1: delimited(readTensor) })),
  });
  return value;
}

function readNode(context: Context, bytes: Uint8Array): NodeMessage {
  const node: NodeMessage = { opType: "", domain: "", inputs: [], outputs: [], attributes: [] };
  readFields(context, bytes, {
    1: strings((value) => pushTo(node.inputs, value)),
    2: strings((value) => pushTo(node.outputs, value)),
    4: string((value) => (node.opType = value)),
    5: messages((attribute) => pushTo(node.attributes, readAttribute(context, attribute))),
    7: string((value) => (node.domain = value)),
  });
  return node;
}

function readAttribute(context: Context, bytes: Uint8Array): AttributeMessage {
  const attribute: AttributeMessage = { name: "", type: 0, hasMore: false };
  const setMore = (_bytes: unknown): void => void (attribute.hasMore = true);
  readFields(context, bytes, {
    1: string((value) => (attribute.name = value)),
    2: { wireType: FIXED32, repeated: true, read: (from) => setMore(from.fixed32()) },
    3: int64((value) => (attribute.int = value)),
    4: string((value) => (attribute.string = value)),
    5: messages(setMore),
    6: messages(setMore),
    7: numbers(
      FIXED32,
      (from) => from.float(),
      () => (attribute.floats ??= []),
    ),
    8: numbers(VARINT, readInt64, () => (attribute.ints ??= [])),
    9: strings((value) => pushTo((attribute.strings ??= []), value, MAX_NODES)),
    10: messages(setMore),
    11: messages(setMore),
    14: messages(setMore),
    15: messages(setMore),
    20: int64((value) => (attribute.type = value)),
    21: messages(setMore),
    22: messages(setMore),
    23: messages(setMore),
  });
  return attribute;
}

function readFields(context: Context, bytes: Uint8Array, fields: Readonly<Record<number, Field>>): void {
  const reader = context.createReader(bytes);
  const seen = new Set<number>();
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const number = tag >>> 3;
    const wireType = tag & 7;
    const field = fields[number];
    if (field === undefined) {
      context.hasUnknown = true;
      reader.skipType(wireType, 0, number);
      continue;
    }
    if (wireType !== field.wireType && !(field.packed === true && wireType === DELIMITED)) {
      throw new Error(`field ${number} is of wire type ${wireType}, not ${field.wireType}`);
    }
    if (!field.repeated && seen.has(number)) throw new Error(`field ${number} stands there twice`);
    seen.add(number);
    field.read(reader, wireType);
  }
}

function int64(set: (value: number) => void): Field {
  return { wireType: VARINT, repeated: false, read: (reader) => set(readInt64(reader)) };
}

function string(set: (value: string) => void): Field {
  return { wireType: DELIMITED, repeated: false, read: (reader) => set(reader.stringVerify()) };
}

function strings(add: (value: string) => void): Field {
  const read = createTextReader();
  return { wireType: DELIMITED, repeated: true, read: (reader) => add(read(reader)) };
}

/** Reads texts of which few are distinct, such as modes of nodes: those met before are not decoded again. */
function createTextReader(): (reader: Reader) => string {
  const known: { readonly start: number; readonly size: number; readonly text: string }[] = [];
  return (reader) => {
    const { buf, pos } = reader;
    // With the byte that says how long a short text is.
    const size = buf[pos]! + 1;
    if (pos + size <= reader.len) {
      for (const other of known) {
        let same = 0;
        while (same < size && buf[pos + same] === buf[other.start + same]) same += 1;
        if (same < size || size !== other.size) continue;
        reader.pos = pos + size;
        return other.text;
      }
    }
    const text = reader.stringVerify();
    if (size <= 32 && known.length < 8) known.push({ start: pos, size, text });
    return text;
  };
}

function delimited(set: (bytes: Uint8Array) => void): Field {
  return { wireType: DELIMITED, repeated: false, read: (reader) => set(reader.bytes()) };
}

function messages(add: (bytes: Uint8Array) => void): Field {
  return { wireType: DELIMITED, repeated: true, read: (reader) => add(reader.bytes()) };
}

/** Numbers one field each, or packed into one field: both are valid, and both are written by the tools there are. */
function numbers(wireType: number, readOne: (reader: Reader) => number, list: () => number[]): Field {
  const read = (reader: Reader, given: number): void => {
    const values = list();
    if (given !== DELIMITED) return pushTo(values, readOne(reader), MAX_NODES);
    const end = reader.size() + reader.pos;
    if (end > reader.len) throw new RangeError("packed numbers are cut");
    while (reader.pos < end) {
      if (values.length >= MAX_NODES) throw new RangeError(`more than ${MAX_NODES} numbers`);
      values.push(readOne(reader));
    }
    if (reader.pos !== end) throw new RangeError("packed numbers are longer than they say");
  };
  return { wireType, repeated: true, packed: true, read };
}

/** A 64-bit number; exact where that is possible, and never taken for a smaller one. */
function readInt64(reader: Reader): number {
  const start = reader.pos;
  const first = reader.buf[start]!;
  if (first < 128 && start < reader.len) {
    reader.pos = start + 1;
    return first;
  }
  const low = reader.uint32();
  // Up to four bytes say 28 bits; almost all numbers of a model do.
  if (reader.pos - start <= 4) return low;
  reader.pos = start;
  return Number(reader.int64());
}

function pushTo<T>(list: T[], value: T, most = MAX_MESSAGES): void {
  if (list.length >= most) throw new RangeError(`more than ${most} entries`);
  list.push(value);
}
