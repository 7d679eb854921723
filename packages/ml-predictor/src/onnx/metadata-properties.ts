import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { checksum } from "./checksum.ts";
import type { JsonValue, ModelMetadata } from "./model-metadata.ts";
import type { Property } from "./onnx-message.ts";

/** Who wrote a file, as it says. */
export const PRODUCER = "ai-workflow";
/** Version of what is written, and the only one that is read. */
export const FORMAT_VERSION = "1";

const PREFIX = "ai-workflow.";
const CHECKSUM = `${PREFIX}sha256`;
const FORMAT = `${PREFIX}format`;
const FEATURE_VERSION = `${PREFIX}featureVersion`;
const FEATURE_NAMES = `${PREFIX}featureNames`;
const TRAINED_ON = `${PREFIX}trainedOn`;
const SCORES = `${PREFIX}scores`;
const PADDING_TREES = `${PREFIX}paddingTrees`;

/** What keeps metadata from being written, in words; `undefined` where nothing does. */
export function findMetadataProblem(metadata: ModelMetadata, featureCount: number): string | undefined {
  const { featureVersion, featureNames } = metadata;
  if (!Number.isSafeInteger(featureVersion)) return `the version of the features is no whole number, ${featureVersion}`;
  if (!Array.isArray(featureNames) || !featureNames.every((name) => typeof name === "string")) {
    return "the names of the features are no list of texts";
  }
  if (featureNames.length !== featureCount) return `${featureNames.length} names for ${featureCount} features`;
  if (new Set(featureNames).size !== featureCount) return "two features have one name";
  return undefined;
}

/** Metadata as properties of a file, with a checksum over them and the ensemble, which must be in its normal form. */
export function writeProperties(metadata: ModelMetadata, ensemble: TreeEnsemble, paddingTrees: number): Property[] {
  const properties = [
    { key: FORMAT, value: FORMAT_VERSION },
    { key: FEATURE_VERSION, value: String(metadata.featureVersion) },
    { key: FEATURE_NAMES, value: JSON.stringify(metadata.featureNames) },
    { key: TRAINED_ON, value: toJson(metadata.trainedOn, "trainedOn") },
    { key: SCORES, value: toJson(metadata.scores, "scores") },
    { key: PADDING_TREES, value: String(paddingTrees) },
  ];
  return [...properties, { key: CHECKSUM, value: checksum(ensemble, properties) }];
}

/** What a file says about its model, checked as far as that goes without the ensemble. */
export type PropertiesRead =
  | { readonly kind: "foreign" }
  | {
      readonly kind: "own";
      readonly metadata: ModelMetadata;
      readonly paddingTrees: number;
      /** Whether this is the ensemble that was written, and all this was written with it. */
      fits(ensemble: TreeEnsemble): boolean;
    }
  | { readonly kind: "broken"; readonly isOtherVersion: boolean; readonly message: string };

/** Reads the properties of a file. One by this package must have them all; one by others has none of them. */
export function readProperties(all: readonly Property[], producerName: string): PropertiesRead {
  const properties = all.filter(({ key }) => key.startsWith(PREFIX));
  if (properties.length === 0 && producerName !== PRODUCER) return { kind: "foreign" };
  const values = new Map(properties.map(({ key, value }) => [key, value]));
  if (values.size !== properties.length) return broken("a property stands there twice");
  const format = values.get(FORMAT);
  if (format !== undefined && format !== FORMAT_VERSION) {
    return { ...broken(`the file is of version ${quote(format)}, not ${FORMAT_VERSION}`), isOtherVersion: true };
  }
  for (const key of [FORMAT, FEATURE_VERSION, FEATURE_NAMES, TRAINED_ON, SCORES, PADDING_TREES, CHECKSUM]) {
    if (!values.has(key)) return broken(`the property ${key} is missing`);
  }
  const sum = values.get(CHECKSUM);
  const summed = properties.filter(({ key }) => key !== CHECKSUM);
  const paddingTrees = Number(values.get(PADDING_TREES));
  if (!Number.isSafeInteger(paddingTrees) || paddingTrees < 0) return broken("the number of padding trees is none");
  try {
    const metadata: ModelMetadata = {
      featureVersion: Number(values.get(FEATURE_VERSION)),
      featureNames: JSON.parse(values.get(FEATURE_NAMES)!) as string[],
      trainedOn: JSON.parse(values.get(TRAINED_ON)!) as JsonValue,
      scores: JSON.parse(values.get(SCORES)!) as JsonValue,
    };
    return { kind: "own", metadata, paddingTrees, fits: (ensemble) => checksum(ensemble, summed) === sum };
  } catch {
    return broken("a property is no JSON");
  }
}

function broken(message: string): PropertiesRead & { kind: "broken" } {
  return { kind: "broken", isOtherVersion: false, message };
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

/** Text of a value that gives the same value back. */
function toJson(value: JsonValue, name: string): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (item === null || ["boolean", "string"].includes(typeof item) || Number.isFinite(item)) return item;
    const isPlain =
      Array.isArray(item) || (typeof item === "object" && Object.getPrototypeOf(item) === Object.prototype);
    if (isPlain) return item;
    throw new TypeError(
      `Cannot encode the model: \`${name}\` must be JSON, got ${typeof item === "number" ? item : typeof item} at ${JSON.stringify(key)}`,
    );
  });
}
