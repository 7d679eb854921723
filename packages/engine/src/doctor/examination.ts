import type { ReadConfigOptions } from "../config/read-config.ts";
import type { Check } from "./check.ts";

/** What `examine()` looks at. */
export interface ExamineOptions extends Pick<ReadConfigOptions, "library"> {
  /** Absolute path of a directory. */
  readonly directory: string;
  /** Whether the configuration is that of the directory itself, not of one above it. @defaultValue false */
  readonly exact?: boolean | undefined;
  /** @defaultValue `process.env` */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What `examine()` found. */
export interface Examination {
  /** Absolute path of the target: the directory with the configuration, or the one that was given where there is none. */
  readonly directory: string;
  readonly checks: readonly Check[];
}
