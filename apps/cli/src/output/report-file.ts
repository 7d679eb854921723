/** How `report` tells of a run. */
export const REPORT_FORMATS = ["text", "markdown", "junit", "sarif", "github", "gitlab"] as const;

/** How a run is told. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A report that is written when a run is over. */
export interface ReportFile {
  readonly format: ReportFormat;
  readonly file: string;
}
