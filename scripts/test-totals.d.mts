export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export declare function countReport(text: string): Totals & { readonly problems: readonly string[] };
export declare function addTotals(counts: Iterable<Totals>): Totals;
export declare function formatTotals(totals: Totals): string;
