export declare function isAtLeast(version: string, minimum: string): boolean;
export declare function requireNode(): boolean;
