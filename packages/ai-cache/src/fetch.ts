export { createCachedFetch } from "./fetch/create-cached-fetch.ts";
export type { CachedFetchOptions } from "./fetch/create-cached-fetch.ts";
