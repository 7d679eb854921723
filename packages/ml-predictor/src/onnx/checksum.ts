import { createHash } from "node:crypto";
import { endianness } from "node:os";
import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import type { Property } from "./onnx-message.ts";

/**
 * SHA-256, in hexadecimal, of an ensemble in its normal form and of what a file says about it. It tells damage, not forgery: whoever
 * changes a file on purpose can change the sum, too.
 */
export function checksum(ensemble: TreeEnsemble, properties: readonly Property[]): string {
  const {
    featureCount,
    targetCount,
    baseValues,
    roots,
    features,
    thresholds,
    lefts,
    rights,
    missingLeft,
    targets,
    values,
  } = ensemble;
  const sorted = properties.map(({ key, value }) => [key, value]).sort(([left], [right]) => (left! < right! ? -1 : 1));
  const hash = createHash("sha256");
  // Text that says how long each of the arrays is, so that no two models give the same bytes.
  hash.update(`${JSON.stringify([sorted, featureCount, targetCount, roots.length, features.length])}\n`);
  for (const array of [baseValues, roots, features, thresholds, lefts, rights, targets, values])
    hash.update(littleEndian(array));
  return hash.update(missingLeft).digest("hex");
}

function littleEndian(array: Float32Array | Int32Array): Uint8Array {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}
