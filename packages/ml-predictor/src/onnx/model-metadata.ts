/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a model file says about its model. Kept as `metadata_props` of the ONNX file. */
export interface ModelMetadata {
  /** Version of the feature set. A model of another version is of no use: its columns mean something else. */
  readonly featureVersion: number;
  /** Names of the features, in the order of the columns of a row; as many as the model has, each its own. */
  readonly featureNames: readonly string[];
  /** What the model was trained on, such as runs, rows and the time. */
  readonly trainedOn: JsonValue;
  /** How good it was when it was trained. */
  readonly scores: JsonValue;
}
