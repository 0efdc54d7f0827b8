import { oneLine } from "../line/no-audio-device.ts";
import { runProgram } from "./run-program.ts";

/** A server that runs answers in milliseconds; one that hangs never does. */
const longestAnswerMs = 1500;

/** What is known of the PulseAudio or PipeWire server of this machine. */
export interface PulseServer {
  /** "unknown": there is no `pactl` to ask with. */
  readonly status: "running" | "unreachable" | "hangs" | "unknown";
  readonly detail: string;
  readonly sinks: readonly PulseSink[];
}

/** A sound device of the server. */
export interface PulseSink {
  readonly name: string;
  readonly sampleRate: number;
  readonly isDefault: boolean;
}

/** Asks the server what it has; bounded in time, never rejects. */
export async function askPulseServer(signal: AbortSignal): Promise<PulseServer> {
  const ask = (...words: readonly string[]): ReturnType<typeof runProgram> => runProgram("pactl", { arguments: words, longestMs: longestAnswerMs, signal });
  const [info, sinks] = await Promise.all([ask("info"), ask("list", "sinks", "short")]);
  if (info.status === "missing") return nothing("unknown", "`pactl` is not installed");
  if (info.status === "late" || sinks.status === "late") return nothing("hangs", `the sound server did not answer within ${longestAnswerMs} ms`);
  if (info.status === "failed" || sinks.status === "failed") return nothing("unreachable", `there is no sound server: ${oneLine(info.complaint)}`);
  const defaultName = /^Default Sink: (.+)$/mu.exec(info.output)?.[1];
  const found = readSinks(sinks.output, defaultName);
  return { status: "running", detail: `${found.length} device(s)`, sinks: found };
}

/** Reads `pactl list sinks short`: number, name, module, "s16le 2ch 48000Hz", state, with tabs between. */
export function readSinks(output: string, defaultName: string | undefined): readonly PulseSink[] {
  return output.split("\n").flatMap((line) => {
    const [, name, , specification] = line.split("\t");
    const sampleRate = Number(/(\d+)Hz/u.exec(specification ?? "")?.[1]);
    return name === undefined || !Number.isFinite(sampleRate) ? [] : [{ name, sampleRate, isDefault: name === defaultName }];
  });
}

function nothing(status: PulseServer["status"], detail: string): PulseServer {
  return { status, detail, sinks: [] };
}
