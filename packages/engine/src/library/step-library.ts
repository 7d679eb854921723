import type { FailurePolicy, ModuleStepConfig, ProjectKind, StageConfig } from "../config/config.ts";

/** What a step is to projects of a kind: `required` and `recommended` are part of a pipeline, `optional` is where it is named, `off` is not. */
export type StepImportance = "required" | "recommended" | "optional" | "off";

/** A step that a configuration can use without saying what it does. */
export interface LibraryStep {
  readonly id: string;
  /** What it is for, in one line. */
  readonly title: string;
  /** Other names under which a configuration, a need or a command line may mean it. */
  readonly aliases: readonly string[];
  /** Absolute path of the JavaScript module whose default export is the step. */
  readonly module: string;
  /** Its keys where the configuration says nothing else; `with` is joined key by key. */
  readonly defaults: Omit<ModuleStepConfig, "module" | "kinds">;
  /** Names that `with` may have. */
  readonly options: readonly string[];
  /** The option that `test_commands` of the configuration sets. @defaultValue none */
  readonly testCommandsOption?: string | undefined;
  /** Globs of what it edits where an option is on, by the option. @defaultValue it edits nothing */
  readonly writesWith?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Whether it judges one file after another, so that it need not look again at what it has passed on. */
  readonly isIncremental: boolean;
  /**
   * Whether it also starts after needs that failed or did not start, as what tells of them must.
   *
   * @defaultValue false
   */
  readonly comesAfterFailures?: boolean | undefined;
  /**
   * Whether nothing of it can be done without a model: where none is configured, it is skipped.
   *
   * @defaultValue false
   */
  readonly needsModel?: boolean | undefined;
  /** What it is to the kinds of projects; a kind that is not named is as `generic`. */
  readonly importance: Readonly<Partial<Record<ProjectKind, StepImportance>>> & { readonly generic: StepImportance };
}

/** Steps in an order and stages that make a pipeline. */
export interface LibraryPipeline {
  /** Ids of its steps. */
  readonly steps: readonly string[];
  readonly stages: readonly StageConfig[];
  /** What starts after a failure, where the run does not say. @defaultValue `"never"` */
  readonly onFailure?: FailurePolicy | undefined;
}

/** Steps and pipelines that a program brings to every configuration it reads. */
export interface StepLibrary {
  /** Counts for the results of its steps, so it changes when one of them may come to another result. */
  readonly version: string;
  readonly steps: readonly LibraryStep[];
  /** By the name that `pipeline` gives. */
  readonly pipelines: Readonly<Record<string, LibraryPipeline>>;
}

/** What a configuration is read with beside its text. */
export interface BuiltInSteps {
  /** @defaultValue none */
  readonly library?: StepLibrary | undefined;
  /** Options that go before what the configuration says of them in `with`, for every built-in step that has one of the name. @defaultValue none */
  readonly stepOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Name of a pipeline whose steps are there as well, beside those of the configuration. @defaultValue none */
  readonly pipeline?: string | undefined;
}

/** A library that is loaded only when a configuration has to be parsed. */
export interface StepLibrarySource {
  /** Tells this library from any other, also from another version of itself and the same one elsewhere. */
  readonly identity: string;
  readonly load: () => Promise<StepLibrary>;
}
