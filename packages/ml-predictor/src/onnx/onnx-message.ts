/**
 * The messages of an ONNX file, as far as a model of one TreeEnsembleRegressor needs them. Names and field numbers are those of
 * `onnx.proto` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export interface OnnxMessage {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: GraphMessage | undefined;
  opsetImports: OpsetMessage[];
  metadataProps: Property[];
  /** Whether there are functions or training information. */
  hasMore: boolean;
  /** Whether there are fields, anywhere, that are not here. */
  hasUnknown: boolean;
}

/** `OperatorSetIdProto` */
export interface OpsetMessage {
  domain: string;
  version: number;
}

/** `StringStringEntryProto` */
export interface Property {
  key: string;
  value: string;
}

/** `GraphProto` */
export interface GraphMessage {
  name: string;
  nodes: NodeMessage[];
  inputs: ValueMessage[];
  outputs: ValueMessage[];
  /** Whether there are initializers. */
  hasInitializers: boolean;
}

/** `ValueInfoProto` of a tensor. */
export interface ValueMessage {
  name: string;
  /** `TensorProto.DataType`; `undefined` where the value is no tensor. */
  elementType: number | undefined;
  /** The dimensions, `undefined` each where it is a name or unknown; `undefined` as a whole where the shape is unknown. */
  dimensions: (number | undefined)[] | undefined;
}

/** `NodeProto` */
export interface NodeMessage {
  opType: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: AttributeMessage[];
}

/** `AttributeProto`; the field that its type names is there, the others are not. */
export interface AttributeMessage {
  name: string;
  type: number;
  int?: number;
  string?: string;
  floats?: number[];
  ints?: number[];
  strings?: string[];
  /** Whether it holds, or refers to, anything else. */
  hasMore: boolean;
}

/** `AttributeProto.AttributeType`, those that are used. */
export const ATTRIBUTE_TYPES = { int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;

/** `TensorProto.DataType.FLOAT` */
export const FLOAT = 1;
