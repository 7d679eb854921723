/** How severe a finding is, from harmless to grave: `info`, `warning`, `error`. */
export type Severity = "error" | "warning" | "info";

/** Number of findings by severity; a severity that is absent had none. */
export type FindingCounts = Readonly<Partial<Record<Severity, number>>>;
