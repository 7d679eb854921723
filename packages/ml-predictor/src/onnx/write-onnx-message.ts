import type { Writer } from "protobufjs/minimal.js";
import { ATTRIBUTE_TYPES, type OnnxMessage, type AttributeMessage, type ValueMessage } from "./onnx-message.ts";

const VARINT = 0;
const DELIMITED = 2;

/** Writes an ONNX file; fields in the order of their numbers, so that equal messages give equal bytes. */
export function writeOnnxMessage(writer: Writer, message: OnnxMessage): Uint8Array {
  int64(writer, 1, message.irVersion);
  string(writer, 2, message.producerName);
  string(writer, 3, message.producerVersion);
  if (message.graph !== undefined) {
    const { name, nodes, inputs, outputs } = message.graph;
    nested(writer, 7, () => {
      for (const node of nodes) {
        nested(writer, 1, () => {
          for (const input of node.inputs) string(writer, 1, input);
          for (const output of node.outputs) string(writer, 2, output);
          string(writer, 4, node.opType);
          for (const attribute of node.attributes) nested(writer, 5, () => writeAttribute(writer, attribute));
          string(writer, 7, node.domain);
        });
      }
      string(writer, 2, name);
      for (const input of inputs) nested(writer, 11, () => writeValue(writer, input));
      for (const output of outputs) nested(writer, 12, () => writeValue(writer, output));
    });
  }
  for (const { domain, version } of message.opsetImports) {
    nested(writer, 8, () => {
      string(writer, 1, domain);
      int64(writer, 2, version);
    });
  }
  for (const { key, value } of message.metadataProps) {
    nested(writer, 14, () => {
      string(writer, 1, key);
      string(writer, 2, value);
    });
  }
  // A copy of its own: the writer's buffer is part of a pool.
  return new Uint8Array(writer.finish());
}

function writeAttribute(
  writer: Writer,
  { name, type, int, string: text, floats, ints, strings }: AttributeMessage,
): void {
  string(writer, 1, name);
  if (type === ATTRIBUTE_TYPES.int) int64(writer, 3, int ?? 0);
  if (type === ATTRIBUTE_TYPES.string) string(writer, 4, text ?? "");
  if (type === ATTRIBUTE_TYPES.floats) tag(writer, 7, DELIMITED).floats(floats ?? []);
  // Nothing is negative here, and for such numbers the two encodings are one.
  if (type === ATTRIBUTE_TYPES.ints) tag(writer, 8, DELIMITED).uint32s(ints ?? []);
  for (const item of strings ?? []) string(writer, 9, item);
  int64(writer, 20, type);
}

function writeValue(writer: Writer, { name, elementType, dimensions }: ValueMessage): void {
  string(writer, 1, name);
  nested(writer, 2, () => {
    nested(writer, 1, () => {
      int64(writer, 1, elementType ?? 0);
      nested(writer, 2, () => {
        for (const size of dimensions ?? []) {
          nested(writer, 1, () => {
            if (size === undefined) string(writer, 2, "N");
            else int64(writer, 1, size);
          });
        }
      });
    });
  });
}

function tag(writer: Writer, field: number, wireType: number): Writer {
  return writer.uint32((field << 3) | wireType);
}

function int64(writer: Writer, field: number, value: number): void {
  tag(writer, field, VARINT).int64(value);
}

function string(writer: Writer, field: number, value: string): void {
  tag(writer, field, DELIMITED).string(value);
}

function nested(writer: Writer, field: number, write: () => void): void {
  tag(writer, field, DELIMITED).fork();
  write();
  writer.ldelim();
}
