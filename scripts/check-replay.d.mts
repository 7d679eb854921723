export declare function replayProblems(run: unknown): string[];
