/** Flags of `run` that have a value when they are not given. */
export const RUN_DEFAULTS = {
  outputLogs: "errors-only",
  logOrder: "grouped",
  inconclusive: "report",
  findings: "all",
} as const;
