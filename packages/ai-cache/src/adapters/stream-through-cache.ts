import type { AiCache, CacheMode, CacheResult } from "../ai-cache.ts";
import { onAbort } from "../asking/on-abort.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import type { CacheKeyParts } from "../key/create-cache-key.ts";

/** What the provider has begun to send: what comes first, such as status and headers, and the stream of the rest. */
export interface OpenedStream<Head, Chunk> {
  readonly head: Head;
  /** `null` when there is nothing but the head. */
  readonly stream: ReadableStream<Chunk> | null;
}

/** Sees every chunk of one stream and says at its end what was answered. */
export interface StreamCollector<Chunk> {
  /** Notes a chunk and returns what the caller gets in its place. */
  add(chunk: Chunk): Chunk;
  /** The answer, whole or not. Throws what callers who wait for the same answer shall see when there is none. */
  finish(): ModelAnswer;
}

/** What one call of {@link streamThroughCache} needs. */
export interface StreamThroughCacheOptions<Head, Chunk> {
  readonly cache: AiCache;
  readonly parts: CacheKeyParts;
  readonly mode: CacheMode;
  readonly label: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly isValid: (answer: ModelAnswer) => boolean;
  /** Asks the provider. */
  readonly open: (signal: AbortSignal) => Promise<OpenedStream<Head, Chunk>>;
  readonly createCollector: (head: Head) => StreamCollector<Chunk>;
}

/** Either the provider's own stream as it comes, or an answer that came from the cache or from another caller's stream. */
export type StreamedAnswer<Head, Chunk> =
  | { readonly type: "live"; readonly head: Head; readonly stream: ReadableStream<Chunk> | null }
  | { readonly type: "served"; readonly result: CacheResult };

interface Outlet<Chunk> {
  readonly stream: ReadableStream<Chunk>;
  push(chunk: Chunk): void;
  close(): void;
  fail(error: unknown): void;
}

// The end that the caller reads. Once it is cancelled, closed or failed, nothing reaches it any more.
function createOutlet<Chunk>(onCancel: (reason: unknown) => void): Outlet<Chunk> {
  let controller: ReadableStreamDefaultController<Chunk> | undefined;
  const stream = new ReadableStream<Chunk>({
    start(given): void {
      controller = given;
    },
    cancel(reason): void {
      controller = undefined;
      onCancel(reason);
    },
  });
  return {
    stream,
    push(chunk): void {
      controller?.enqueue(chunk);
    },
    close(): void {
      controller?.close();
      controller = undefined;
    },
    fail(error): void {
      controller?.error(error);
      controller = undefined;
    },
  };
}

/**
 * Asks a streaming provider through the cache. The caller who asks gets each chunk as it comes; its stream ends when the
 * answer has been judged and stored, so whoever read to the end finds it. Callers who ask the same meanwhile wait and get
 * the collected answer. A caller who cancels its stream or aborts leaves alone: the provider's stream is read to its end
 * as long as anybody waits for it, and cancelled when nobody does.
 *
 * @throws what `getOrCompute` throws, when that happens before the provider has begun to answer
 */
export async function streamThroughCache<Head, Chunk>(
  options: StreamThroughCacheOptions<Head, Chunk>,
): Promise<StreamedAnswer<Head, Chunk>> {
  const { cache, parts, mode, label, isValid } = options;
  const leaving = new AbortController();
  const { signal } = leaving;
  const leaveWithCaller = (): void => leaving.abort(options.signal?.reason);
  if (options.signal?.aborted === true) leaveWithCaller();
  const forget = options.signal && onAbort(options.signal, leaveWithCaller);
  const outlet = createOutlet<Chunk>((reason) => leaving.abort(reason));
  let hasEnded = false;
  let announce: (live: StreamedAnswer<Head, Chunk>) => void;
  const live = new Promise<StreamedAnswer<Head, Chunk>>((resolve) => {
    announce = resolve;
  });

  async function compute(context: { readonly signal: AbortSignal }): Promise<ModelAnswer> {
    const { head, stream } = await options.open(context.signal);
    const collector = options.createCollector(head);
    announce({ type: "live", head, stream: stream === null ? null : outlet.stream });
    const reader = stream?.getReader();
    const stop = (): void => {
      reader?.cancel(context.signal.reason).catch(() => undefined);
    };
    context.signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        context.signal.throwIfAborted();
        const read = await reader?.read();
        if (read === undefined || read.done) break;
        outlet.push(collector.add(read.value));
      }
      context.signal.throwIfAborted();
      hasEnded = true;
    } catch (error) {
      reader?.cancel(error).catch(() => undefined);
      throw error;
    } finally {
      context.signal.removeEventListener("abort", stop);
    }
    return collector.finish();
  }

  const result = cache.getOrCompute(parts, compute, { mode, label, signal, isValid });
  // What the provider ended by itself ends for the caller in the same way, whatever became of the answer.
  result.finally(forget).then(
    () => outlet.close(),
    (error: unknown) => (hasEnded ? outlet.close() : outlet.fail(error)),
  );
  const served = result.then((given): StreamedAnswer<Head, Chunk> => ({ type: "served", result: given }));
  return await Promise.race([live, served]);
}
