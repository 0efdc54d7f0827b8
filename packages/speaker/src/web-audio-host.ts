/**
 * The process that owns the sound device for the Web Audio backend. It is one of its own because the native library prints to
 * standard output, blocks while a sound server is deaf, takes its process with it when it crashes, and keeps it alive.
 */

import { DeviceHabits } from "./web-audio/device-habits.ts";
import type { HostCommand, HostReport, HostTask } from "./web-audio/host-messages.ts";
import { ScheduledPlayer } from "./web-audio/scheduled-player.ts";

const reportEveryMs = 15;

/**
 * Asks for a device buffer of 2,048 frames at 48 kHz. "playback" means 1,024 frames and "interactive" 128: recorded on a machine with
 * two busy cores, the first had gaps in 10 of 12 runs of three seconds, this in none.
 */
const deviceBufferS = 0.04;

/** What the device's own buffer may still hold when the last frame counts as heard. */
const drainMs = 80;

function report(message: HostReport): void {
  if (process.connected) process.send?.(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

async function listDevices(): Promise<void> {
  // Its types name what it shares with browsers' globals, and this is not among them.
  const library = (await import("node-web-audio-api")) as unknown as { readonly mediaDevices: MediaDevices };
  const found = await library.mediaDevices.enumerateDevices();
  const outputs = found.filter((device) => device.kind === "audiooutput");
  report({ type: "devices", devices: outputs.map((device) => ({ id: device.deviceId, name: device.label })) });
}

async function play(task: Extract<HostTask, { task: "play" }>): Promise<void> {
  const { AudioContext } = await import("node-web-audio-api");
  const options: AudioContextOptions & { sinkId?: string } = { latencyHint: deviceBufferS };
  if (task.sampleRate !== undefined) options.sampleRate = task.sampleRate;
  if (task.device !== undefined) options.sinkId = task.device;
  const context = openContext(AudioContext, options);
  const habits = new DeviceHabits(context);
  const player = new ScheduledPlayer({ context, habits, channels: task.channels });
  followCommands(context, player);
  report({ type: "open", sampleRate: context.sampleRate });
  await habits.watch();
}

/** Takes the device's own rate where it refuses the one asked for. */
function openContext(Context: typeof AudioContext, options: AudioContextOptions): AudioContext {
  try {
    return new Context(options);
  } catch (error) {
    if (options.sampleRate === undefined) throw error;
    const { sampleRate: _refused, ...rest } = options;
    return new Context(rest);
  }
}

function followCommands(context: AudioContext, player: ScheduledPlayer): void {
  let last = "";
  const tellHeard = (): void => {
    const heard = player.heard();
    const state = `${heard.frames} ${String(heard.moving)}`;
    if (state === last) return;
    last = state;
    report({ type: "heard", ...heard });
  };
  const timer = setInterval(tellHeard, reportEveryMs);
  const leave = (): void => {
    clearInterval(timer);
    setTimeout(() => void context.close().finally(() => process.exit(0)), drainMs);
  };
  process.once("disconnect", leave);
  process.on("message", (command: HostCommand) => {
    if (command.type === "put") player.put(command.samples);
    else if (command.type === "cut") void player.cut().then((frame) => report({ type: "cut", frame }));
    else leave();
  });
}

async function main(): Promise<void> {
  const task = JSON.parse(process.argv[2] ?? "{}") as HostTask;
  try {
    if (task.task === "list-devices") await listDevices();
    else return await play(task);
  } catch (error) {
    report({ type: "failed", reason: reasonOf(error) });
  }
  process.disconnect();
}

await main();
