import type { StreamOptions, StreamReport } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { openTTS } from "../open-tts.ts";
import { feedInBackground } from "../speech/feed-in-background.ts";
import { assertWritable, fileErrorOf } from "../speech/output-file.ts";
import type { TTS } from "../tts.ts";
import type { TTSConfig } from "../tts-config.ts";
import { captionFormat, writeCaptions } from "./caption-file.ts";
import type { CommandContext } from "./command-context.ts";
import { exitStatus } from "./io.ts";
import { isReaderGone } from "./output.ts";
import { seconds, startProgressLine } from "./progress-line.ts";
import { recordStream } from "./recording.ts";
import { oneLine } from "./report-error.ts";
import { resolveSettings, type ConfigFlags } from "./settings.ts";
import { speakDestination, type DestinationFlags, type SpeakDestination } from "./speak-destination.ts";
import { openTarget, type SpeakTarget } from "./speak-target.ts";
import { renderJson } from "./table.ts";
import { countText, textSource } from "./text-source.ts";
import { UsageError } from "./usage-error.ts";

/** The flags of `parlando speak`. */
export interface SpeakFlags extends ConfigFlags, DestinationFlags {
  /** A file for captions. */
  readonly captions?: string | undefined;
  /** The text is Markdown. */
  readonly markdown?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** `parlando speak`: speaks a text, or standard input as it arrives. Resolves with the exit status. */
export async function speakCommand(words: readonly string[], flags: SpeakFlags, context: CommandContext): Promise<number> {
  const destination = speakDestination(flags);
  if (flags.captions !== undefined) captionFormat(flags.captions);
  const text = textSource(words, context.io.stdin);
  const config = await resolveSettings(flags, context.io.env);
  const textStages = flags.markdown === true ? await markdownStages(config) : undefined;
  if (flags.captions !== undefined) await assertWritable(flags.captions);
  const target = await openTarget(destination, context.io);
  try {
    const report = await withTTS(await openTTS(config, target.services), (tts) => speak(tts, target, text, { flags, context, textStages }));
    if (flags.json === true) await context.output.write(renderJson(report));
    else if (showsProgress(flags, context)) context.io.stderr.write(summary(report, destination));
    return context.stopping.status() ?? exitStatus.done;
  } catch (error) {
    // What fails after the user wanted to stop is part of stopping.
    const stopped = context.stopping.status();
    if (stopped !== undefined) return stopped;
    if (destination.kind === "stdout" && isReaderGone(error)) return exitStatus.done;
    throw withAdvice(error, destination);
  } finally {
    await target.close();
  }
}

/** What stands between the text and its voice where the text is Markdown; loaded only then. */
async function markdownStages({ ssml, language }: TTSConfig): Promise<StreamOptions["textStages"]> {
  if (ssml === true) throw new UsageError("--markdown and SSML do not go together: the tags would be taken for HTML. Leave --markdown out, or turn SSML off (--ssml, PARLANDO_SSML, `ssml` in the config).");
  const { speakMarkdown } = await import("@parlando/core/text");
  return [speakMarkdown({ language })];
}

/** The error in the words of this command. */
function withAdvice(error: unknown, destination: SpeakDestination): unknown {
  if (destination.kind === "file") return fileErrorOf(destination.path, error);
  if (!TTSError.isInstance(error) || error.code !== "NO_AUDIO_DEVICE") return error;
  return new TTSError(error.code, `${error.message.replace(/[^.!?]$/u, "$&.")} Write to a file instead with --out FILE, or see \`parlando doctor\`.`, { cause: error });
}

async function withTTS<T>(tts: TTS, use: (tts: TTS) => Promise<T>): Promise<T> {
  try {
    return await use(tts);
  } finally {
    await tts.close();
  }
}

/** How a text is spoken. */
interface Speaking extends Pick<StreamOptions, "textStages"> {
  readonly flags: SpeakFlags;
  readonly context: CommandContext;
}

async function speak(tts: TTS, target: SpeakTarget, text: string | AsyncIterable<string>, { flags, context, textStages }: Speaking): Promise<StreamReport> {
  const { io, stopping } = context;
  let fedCharacters = 0;
  let madeMs = 0;
  const stream = tts.createStream({ sink: target.sink, textStages });
  stream.on("chunk", (chunk) => (madeMs += chunk.durationMs));
  if (flags.quiet !== true) stream.on("warning", ({ code, message }) => void io.stderr.write(`parlando: warning: ${code}: ${oneLine(message)}\n`));

  const stop = (): void => void stream.interrupt().catch(() => undefined);
  stopping.signal.addEventListener("abort", stop, { once: true });
  if (stopping.signal.aborted) stop();
  const line = showsProgress(flags, context) ? startProgressLine(io.stderr, () => ({ fedCharacters, madeMs, playedMs: target.playedMs() })) : undefined;
  const recording = target.record === undefined ? undefined : recordStream(stream, target.record);
  const captions = flags.captions === undefined ? undefined : writeCaptions(stream, flags.captions);
  // What is wrong with them is told when the stream has ended; when that fails, it is the reason.
  captions?.catch(() => undefined);
  feedInBackground(stream, countText(text, (characters) => (fedCharacters += characters)));
  try {
    const report = await stream.waitUntilDone();
    await recording?.finish();
    await captions;
    return report;
  } finally {
    line?.end();
    stopping.signal.removeEventListener("abort", stop);
    await stream.close();
  }
}

/** Only a person at a terminal wants to watch. */
function showsProgress(flags: SpeakFlags, { io }: CommandContext): boolean {
  return flags.quiet !== true && io.stderr.isTTY === true;
}

function summary(report: StreamReport, destination: SpeakDestination): string {
  const first = report.firstAudioMs === undefined ? [] : [`first sound after ${Math.round(report.firstAudioMs)} ms`];
  const place = destination.kind === "file" ? [`written to ${destination.path}`] : [];
  const parts = [`${seconds(report.audioMs)} of audio`, ...first, `real-time factor ${report.realTimeFactor.toFixed(2)}`, ...place];
  return `${report.interrupted ? "Interrupted: " : ""}${parts.join(", ")}\n`;
}
