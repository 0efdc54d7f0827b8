import type { AudioChunk, Sink } from "@parlando/core";
import { createTestChunks } from "../../audio/test-chunk.ts";
import type { CheckResult, TestRunner } from "../check-result.ts";
import { within } from "../within.ts";
import { watch, type SinkCheck, type SinkCheckContext, type SinkCheckOptions } from "./sink-check.ts";
import { formatOf, sinkChecks } from "./sink-checks.ts";

/** Makes the sink under test; called anew for every check. */
export type CreateSink = () => Sink | Promise<Sink>;

/** Puts a sink through the suite, in real time, and tells what came of each check. */
export async function runSinkChecks(create: CreateSink, options: SinkCheckOptions & { names?: readonly string[] | undefined } = {}): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const sinkCheck of sinkChecks) {
    if (options.names?.includes(sinkCheck.name) === false) continue;
    const startedAt = performance.now();
    const error = await runSinkCheck(sinkCheck, create, options).then(() => undefined, (thrown: unknown) => thrown);
    results.push({ name: sinkCheck.name, status: error === undefined ? "passed" : "failed", error, durationMs: performance.now() - startedAt });
  }
  return results;
}

/** Runs one check on a sink made for it, and closes the sink. Throws what the check throws. */
export async function runSinkCheck(sinkCheck: SinkCheck, create: CreateSink, options: SinkCheckOptions = {}): Promise<void> {
  const sink = await create();
  try {
    await sinkCheck.run(createSinkContext(sink, options));
  } finally {
    await within(sink.close(), options.stopMs ?? 500, "The end of `close()`").catch(() => {});
  }
}

/**
 * Tests a sink: one test for each thing that sinks must do, in real time.
 *
 * @example
 * ```ts
 * import { describeSink } from "@parlando/testkit";
 * import { describe, it } from "vitest";
 *
 * describeSink("my sink", () => createMySink(), { describe, it });
 * ```
 */
export function describeSink(name: string, create: CreateSink, options: SinkCheckOptions & TestRunner): void {
  const { describe, it, ...checkOptions } = options;
  describe(`sink ${name}`, () => {
    for (const sinkCheck of sinkChecks) it(sinkCheck.name, () => runSinkCheck(sinkCheck, create, checkOptions));
  });
}

function createSinkContext(sink: Sink, { timeoutMs = 5000, stopMs = 500 }: SinkCheckOptions): SinkCheckContext {
  const { sampleRate, channels } = formatOf(sink);
  const chunkFrames = Math.round(sampleRate / 50);

  function tone({ ms, startFrame = 0 }: { ms: number; startFrame?: number | undefined }): AudioChunk[] {
    const frames = Math.round((ms * sampleRate) / 1000);
    const samples = Float32Array.from({ length: frames * channels }, (_, index) => 0.1 * Math.sin((2 * Math.PI * 440 * Math.floor(index / channels)) / sampleRate));
    return createTestChunks({ samples, sampleRate, channels, startFrame, chunkFrames });
  }
  return { sink, sampleRate, channels, timeoutMs, stopMs, tone, writeAll: (chunks) => chunks.map((chunk) => watch(sink.write(chunk))) };
}
