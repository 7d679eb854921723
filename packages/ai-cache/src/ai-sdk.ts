export { cacheMiddleware } from "./ai-sdk/cache-middleware.ts";
export type { CacheMiddlewareOptions } from "./ai-sdk/cache-middleware.ts";
