/** The part of markdownlint-cli2 that is used; it brings no types. */
declare module "markdownlint-cli2" {
  /** Gives the exit code. */
  export function main(parameters: {
    readonly directory: string;
    readonly argv: readonly string[];
    readonly noGlobs?: boolean;
    readonly fileContents?: Readonly<Record<string, string>>;
    readonly optionsDefault?: Readonly<Record<string, unknown>>;
    readonly optionsOverride?: Readonly<Record<string, unknown>>;
    readonly logMessage?: (message: string) => void;
    readonly logError?: (message: string) => void;
  }): Promise<number>;
}

declare module "markdownlint-cli2/parsers/jsonc" {
  export default function parse(text: string): unknown;
}

declare module "markdownlint-cli2/parsers/toml" {
  export default function parse(text: string): unknown;
}

declare module "markdownlint-cli2/parsers/yaml" {
  export default function parse(text: string): unknown;
}
