import type { Config, OwnStepConfig } from "../src/config/config.ts";

/** A configuration whose steps all say themselves what they do. */
export interface OwnConfig extends Config {
  readonly steps: Readonly<Record<string, OwnStepConfig>>;
}
