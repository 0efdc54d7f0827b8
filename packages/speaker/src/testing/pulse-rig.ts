import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { LineReader } from "../pipe/pipe-player.ts";
import { hurryRig } from "./hurry-rig.ts";
import { Recording } from "./recording.ts";

const keepAliveName = "rig keeps the device awake";

/** Rate of the rig's device. */
export const rigRate = 48_000;

/** Programs that the rig needs, and the Debian packages that have them. */
const needed: readonly (readonly [string, string])[] = [
  ["pulseaudio", "pulseaudio"],
  ["pacat", "pulseaudio-utils"],
  ["parec", "pulseaudio-utils"],
  ["pactl", "pulseaudio-utils"],
];

/** What of the rig is not installed here; empty where it can run. */
export function missingForRig(...more: readonly (readonly [string, string])[]): readonly string[] {
  return [...needed, ...more].filter(([command]) => spawnSync(command, ["--version"]).error !== undefined).map(([, debianPackage]) => debianPackage);
}

/** A sound server of its own with a device that plays nowhere, whose output can be recorded. */
export interface PulseRig {
  /** To be put into `process.env` of whoever should play here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly server: ChildProcess;
  /** How often the server has had nothing to play of what it was to play, by its own log: some process did not get its turn. */
  underruns(): number;
  record(): Promise<Recording>;
  close(): Promise<void>;
}

/** Starts the rig in a folder of its own; nothing of the machine's own sound is touched. */
export async function startPulseRig(): Promise<PulseRig> {
  const folder = mkdtempSync(join(tmpdir(), "parlando-pulse-"));
  const socket = join(folder, "native");
  const alsa = join(folder, "asound.conf");
  writeFileSync(alsa, "pcm.!default { type pulse }\nctl.!default { type pulse }\n");
  const environment = { XDG_RUNTIME_DIR: folder, PULSE_SERVER: `unix:${socket}`, PULSE_COOKIE: join(folder, "cookie"), ALSA_CONFIG_PATH: alsa };
  const env = { ...process.env, ...environment, HOME: folder };
  const modules = ["-L", `module-native-protocol-unix socket=${socket} auth-anonymous=1`, "-L", `module-null-sink sink_name=null rate=${rigRate} channels=2`];
  const server = spawn("pulseaudio", ["-n", "--daemonize=no", "--log-level=debug", "--log-target=stderr", "--exit-idle-time=-1", "--use-pid-file=no", ...modules], { env, stdio: ["ignore", "ignore", "pipe"] });
  hurryRig(server);
  const underruns = countUnderruns(server.stderr);
  await untilTrue(() => spawnSync("pactl", ["info"], { env, timeout: 1000 }).status === 0, "the rig's sound server to answer");
  // Without a stream that wants little delay, the null device works in steps of more than a second.
  const keepAlive = spawn("pacat", ["--latency-msec=10", `--stream-name=${keepAliveName}`, "/dev/zero"], { env, stdio: "ignore" });
  hurryRig(keepAlive);
  return {
    environment,
    server,
    underruns,
    record: () => Recording.start(env),
    close: async () => {
      for (const child of [keepAlive, server]) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        if (child.kill("SIGKILL")) await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Counts what the server's log says of streams, the rig's own left out. */
function countUnderruns(log: Readable): () => number {
  let count = 0;
  const lines = new LineReader();
  log.setEncoding("utf8").on("data", (text: string) => {
    for (const line of lines.read(text)) {
      const stream = /(?:Implicit|Actual) underrun of '([^']*)'/u.exec(line)?.[1];
      if (stream !== undefined && stream !== keepAliveName) count += 1;
    }
  });
  return () => count;
}

/** Looks again and again, for at most ten seconds. */
export async function untilTrue(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new RigError(`Waited ten seconds for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The rig does not work; says nothing about what is tested. */
export class RigError extends Error {
  override readonly name = "RigError";
}
