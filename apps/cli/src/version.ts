declare const AI_WORKFLOW_VERSION: string;

/** Version of the program; the bundler puts the one of package.json in. */
export const VERSION: string = typeof AI_WORKFLOW_VERSION === "string" ? AI_WORKFLOW_VERSION : "0.0.0-source";
