import { constants } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { MAX_MODEL_BYTES } from "../onnx/decode-onnx.ts";
import {
  DOCUMENT_VERSION,
  hasCurrentFeatures,
  isPredictorDocument,
  type PredictorDocument,
} from "./predictor-document.ts";
import { sha256Of } from "./train-predictor.ts";
import { BASE_NAME, type FilesPlace } from "./write-predictor-files.ts";

/**
 * Why a predictor's files are not used:
 * - `missing`: there is none;
 * - `corrupt`: cut, damaged, of another program, or a pair that does not belong together;
 * - `newer`, `older`: of another version of this package;
 * - `features-changed`: trained on features that this version does not have;
 * - `unreadable`: the system does not let it be read.
 */
export type FilesFault = "missing" | "corrupt" | "newer" | "older" | "features-changed" | "unreadable";

/** No files that could be used. */
export interface FilesRefusal {
  readonly found: false;
  readonly reason: FilesFault;
  /** For people: a sentence without a full stop. */
  readonly message: string;
}

/** A predictor's files, or why they are not used. */
export type ReadFiles =
  | { readonly found: true; readonly document: PredictorDocument; readonly onnx?: Uint8Array | undefined }
  | FilesRefusal;

/** A document of {@link MOST_STEPS} steps with long names is a tenth of this. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** Read what `writePredictorFiles` wrote. Checks versions, the document and the hash of the trees. Never throws for what is there. */
export async function readPredictorFiles(directory: string, { name = BASE_NAME }: FilesPlace = {}): Promise<ReadFiles> {
  const [jsonFile, onnxFile] = [`${name}.json`, `${name}.onnx`];
  const text = await read(path.join(directory, jsonFile), MAX_JSON_BYTES);
  if (!text.ok) return text.isMissing ? refuse("missing", "no predictor was trained yet") : text.refusal;
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text.bytes));
  } catch {
    return refuse("corrupt", `${jsonFile} is cut or damaged`);
  }
  const version = typeof document === "object" && document !== null && "version" in document ? document.version : null;
  if (typeof version === "number" && version > DOCUMENT_VERSION) {
    return refuse("newer", `${jsonFile} is of version ${version}, this program reads ${DOCUMENT_VERSION}`);
  }
  if (typeof version === "number" && version < DOCUMENT_VERSION) {
    return refuse("older", `${jsonFile} is of version ${version}, this program reads ${DOCUMENT_VERSION}`);
  }
  if (!isPredictorDocument(document)) return refuse("corrupt", `${jsonFile} does not hold a trained predictor`);
  if (!hasCurrentFeatures(document)) {
    return refuse("features-changed", `it was trained on features of version ${document.featureVersion}`);
  }
  if (document.model === null) return { found: true, document };
  const onnx = await read(path.join(directory, onnxFile), MAX_MODEL_BYTES);
  if (!onnx.ok) return onnx.isMissing ? refuse("corrupt", `${onnxFile} is missing`) : onnx.refusal;
  if (sha256Of(onnx.bytes) !== document.model.sha256) {
    return refuse("corrupt", `${onnxFile} is not the one that ${jsonFile} names: cut, damaged, or half a pair`);
  }
  return { found: true, document, onnx: onnx.bytes };
}

async function read(
  file: string,
  mostBytes: number,
): Promise<
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly isMissing: boolean; readonly refusal: FilesRefusal }
> {
  try {
    // Without waiting, for what lies there may be a pipe that nobody writes to.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error("it is no file");
      if (stats.size > mostBytes) {
        const message = `${path.basename(file)} has ${stats.size} bytes, must have at most ${mostBytes}`;
        return { ok: false, isMissing: false, refusal: refuse("corrupt", message) };
      }
      return { ok: true, bytes: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const message = `${path.basename(file)} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { ok: false, isMissing, refusal: refuse("unreadable", message) };
  }
}

function refuse(reason: FilesFault, message: string): FilesRefusal {
  return { found: false, reason, message };
}
