import { TTSError } from "@parlando/engine";
import type { Sink } from "@parlando/core";
import { check } from "../../fail.ts";
import { pause, within } from "../within.ts";
import { watch, type SinkCheck, type SinkCheckContext, type WatchedPromise } from "./sink-check.ts";

const framesIn = (ms: number, sampleRate: number): number => Math.round((ms * sampleRate) / 1000);

/** Everything that a sink must do. What needs a playhead asks only sinks that have one. */
export const sinkChecks: readonly SinkCheck[] = [
  {
    name: "asks for a format that exists",
    async run({ sink }) {
      const { sampleRate = 24_000, channels = 1 } = sink.format ?? {};
      check(sampleRate >= 4000 && sampleRate <= 384_000 && channels >= 1 && channels <= 8, `\`format\` asks for ${sampleRate} Hz and ${channels} channels.`);
    },
  },
  {
    name: "takes audio to its end, and says when everything was played",
    async run({ sink, tone, timeoutMs, sampleRate }) {
      for (const chunk of tone({ ms: 200 })) await within(sink.write(chunk), timeoutMs, "The taking of a chunk");
      await within(sink.end(), timeoutMs, "The end of 200 ms of audio");
      const played = sink.playedFrames();
      check(played === undefined || played === framesIn(200, sampleRate), `After \`end()\` the playhead is at frame ${played} of ${framesIn(200, sampleRate)}.`);
    },
  },
  {
    name: "ends without audio",
    async run({ sink, timeoutMs }) {
      await within(sink.end(), timeoutMs, "The end of no audio");
      check((sink.playedFrames() ?? 0) === 0, `Nothing was written, and the playhead is at frame ${sink.playedFrames()}.`);
    },
  },
  {
    name: "moves its playhead forwards only, and never past what was written",
    async run({ sink, tone, writeAll, timeoutMs, sampleRate }) {
      if (sink.playedFrames() === undefined) return;
      check(sink.playedFrames() === 0, `Before any audio the playhead is at frame ${sink.playedFrames()}.`);
      writeAll(tone({ ms: 300 }));
      const ended = watch(sink.end());
      let last = 0;
      for (const endsAt = performance.now() + timeoutMs; ended.state === "open" && performance.now() < endsAt;) {
        const now = sink.playedFrames() ?? 0;
        check(now >= last, `The playhead went back from frame ${last} to ${now}.`);
        check(now <= framesIn(300, sampleRate), `The playhead is at frame ${now}, and ${framesIn(300, sampleRate)} were written.`);
        last = now;
        await pause(5);
      }
      check(ended.state === "resolved", `\`end()\` did not resolve within ${timeoutMs} ms of 300 ms of audio.`);
    },
  },
  {
    name: "holds its playhead while it is paused, and loses nothing when it goes on",
    run: checkPause,
  },
  {
    name: "may be paused and resumed at any time, and twice",
    async run({ sink, tone, stopMs, timeoutMs }) {
      for (const call of ["pause", "pause", "resume", "resume", "resume"] as const) await within(sink[call](), stopMs, `The answer to \`${call}()\``);
      for (const chunk of tone({ ms: 40 })) await within(sink.write(chunk), timeoutMs, "The taking of a chunk");
      await within(sink.end(), timeoutMs, "The end of 40 ms of audio");
    },
  },
  {
    name: "settles every pending write and end when it is cleared, and tells the first frame not played",
    run: checkClear,
  },
  {
    name: "is silent after it was cleared",
    async run({ sink, tone, writeAll, stopMs }) {
      writeAll(tone({ ms: 1000 }));
      await pause(60);
      await within(sink.clear(), stopMs, "The answer to `clear()`");
      const cleared = sink.playedFrames();
      await pause(150);
      check(sink.playedFrames() === cleared, `The playhead went on from frame ${cleared} to ${sink.playedFrames()} after \`clear()\` had resolved.`);
    },
  },
  {
    name: "may be cleared when there is nothing, and twice",
    async run({ sink, stopMs }) {
      for (let round = 0; round < 2; round += 1) {
        const frame = await within(sink.clear(), stopMs, "The answer to `clear()`");
        check(frame === 0, `Nothing was written, and \`clear()\` says that frame ${frame} is the first not played.`);
      }
    },
  },
  {
    name: "can be cleared while it is paused",
    async run({ sink, tone, writeAll, stopMs }) {
      await within(sink.pause(), stopMs, "The answer to `pause()`");
      const writes = writeAll(tone({ ms: 500 }));
      await pause(20);
      await within(sink.clear(), stopMs, "The answer to `clear()` while paused");
      await settledBy(writes, stopMs, "`clear()` while paused");
    },
  },
  {
    name: "takes nothing after it was closed, and may be closed twice",
    async run(context) {
      const { sink, tone, stopMs } = context;
      for (let round = 0; round < 2; round += 1) await within(sink.close(), stopMs, "The end of `close()`");
      for (const chunk of tone({ ms: 20 })) await checkRefused(watch(sink.write(chunk)), stopMs, "`write` after `close()`");
    },
  },
  {
    name: "settles what waits when it is closed",
    async run({ sink, tone, writeAll, stopMs }) {
      const waiting = [...writeAll(tone({ ms: 1000 })), watch(sink.end())];
      await pause(30);
      await within(sink.close(), stopMs, "The end of `close()` while audio was being played");
      await settledBy(waiting, stopMs, "`close()`");
    },
  },
  {
    name: "takes nothing after its end",
    async run({ sink, tone, stopMs, timeoutMs }) {
      await within(sink.end(), timeoutMs, "The end of no audio");
      for (const chunk of tone({ ms: 20 })) await checkRefused(watch(sink.write(chunk)), stopMs, "`write` after `end()`");
    },
  },
];

async function checkPause(context: SinkCheckContext): Promise<void> {
  const { sink, tone, writeAll, timeoutMs, stopMs, sampleRate } = context;
  const writes = writeAll(tone({ ms: 300 }));
  const ended = watch(sink.end());
  await pause(60);
  await within(sink.pause(), stopMs, "The answer to `pause()`");
  const paused = sink.playedFrames();
  await pause(150);
  check(sink.playedFrames() === paused, `The playhead went on from frame ${paused} to ${sink.playedFrames()} while the sink was paused.`);
  await within(sink.resume(), stopMs, "The answer to `resume()`");
  await settledBy([...writes, ended], timeoutMs, "the end of the audio after `resume()`");
  check(ended.state === "resolved", "`end()` was rejected after a pause.");
  const played = sink.playedFrames();
  check(played === undefined || played === framesIn(300, sampleRate), `After a pause, ${played} of ${framesIn(300, sampleRate)} frames were played.`);
}

async function checkClear({ sink, tone, writeAll, stopMs, sampleRate }: SinkCheckContext): Promise<void> {
  const waiting = [...writeAll(tone({ ms: 2000 })), watch(sink.end())];
  await pause(60);
  const before = sink.playedFrames();
  const frame = await within(sink.clear(), stopMs, "The answer to `clear()`");
  await settledBy(waiting, stopMs, "`clear()`");
  const written = framesIn(2000, sampleRate);
  check(Number.isInteger(frame) && frame >= (before ?? 0) && frame <= written, `\`clear()\` says that frame ${frame} is the first not played; the playhead was at ${before} before, and ${written} were written.`);
  const after = sink.playedFrames();
  check(after === undefined || after === frame, `\`clear()\` says that frame ${frame} is the first not played, and the playhead is at ${after}.`);
}

async function settledBy(promises: readonly WatchedPromise[], ms: number, what: string): Promise<void> {
  await within(Promise.all(promises.map(({ settled }) => settled)), ms, `The settling of every pending write and end by ${what}`);
}

async function checkRefused(written: WatchedPromise, ms: number, what: string): Promise<void> {
  await within(written.settled, ms, `The answer to ${what}`);
  check(written.state === "rejected", `${what} was taken; it must be refused with STREAM_CLOSED.`);
  check(TTSError.isInstance(written.error) && written.error.code === "STREAM_CLOSED", `${what} was refused with ${TTSError.isInstance(written.error) ? written.error.code : "an untyped error"}; refuse with STREAM_CLOSED.`);
}

/** The rate and channels in which a sink is tested. */
export function formatOf(sink: Sink): { sampleRate: number; channels: number } {
  return { sampleRate: sink.format?.sampleRate ?? 24_000, channels: sink.format?.channels ?? 1 };
}
