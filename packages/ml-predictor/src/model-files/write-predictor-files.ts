import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { PredictorFiles } from "./train-predictor.ts";

/** What both files are called where nothing else is said, before their endings. */
export const BASE_NAME = "model";

/** Where a predictor's files are. */
export interface FilesPlace {
  /** What both files are called, before `.onnx` and `.json`. @defaultValue `"model"` */
  readonly name?: string | undefined;
}

/** Whether the files are there now; the old ones stay otherwise. */
export type WrittenFiles = { readonly written: true } | { readonly written: false; readonly message: string };

/**
 * Write a trained predictor. Both files are first written and flushed under other names, then renamed, the trees first: `model.json`, which
 * names their hash, comes last. So a full disk leaves the old pair, and a kill leaves the old pair, the new one, or one whose mismatch
 * is noticed when it is read. Makes the directory. Never throws for what the disk does.
 */
export async function writePredictorFiles(
  directory: string,
  { onnx, json }: Pick<PredictorFiles, "onnx" | "json">,
  { name: base = BASE_NAME }: FilesPlace = {},
): Promise<WrittenFiles> {
  const own = `.${randomUUID()}.tmp`;
  const parts: (readonly [name: string, bytes: Uint8Array | string])[] = [
    [`${base}.json`, `${JSON.stringify(json)}\n`],
  ];
  if (onnx !== undefined) parts.unshift([`${base}.onnx`, onnx]);
  try {
    await mkdir(directory, { recursive: true });
    for (const [name, bytes] of parts) {
      const file = await open(path.join(directory, name + own), "wx");
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (const [name] of parts) await rename(path.join(directory, name + own), path.join(directory, name));
    return { written: true };
  } catch (error) {
    for (const [name] of parts) await rm(path.join(directory, name + own), { force: true }).catch(() => undefined);
    return { written: false, message: error instanceof Error ? error.message : String(error) };
  }
}
