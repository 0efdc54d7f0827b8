import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServedModels, ServerOptions, TTSServer } from "@parlando/server";
import { TTSError, type Engine } from "@parlando/engine";
import { loadOptionalPackage } from "../engines/load-optional-package.ts";
import { installLine } from "../engines/registry-entry.ts";
import { openTTS } from "../open-tts.ts";
import type { Services } from "../services.ts";
import type { TTS } from "../tts.ts";
import type { CommandContext } from "./command-context.ts";
import { letHeapGrow } from "./heap-growth.ts";
import { exitStatus } from "./io.ts";
import { createServeLog, type ServeLog } from "./serve-log.ts";
import { graceMsOf, keysOf, servedConfigs, ticketSecretVariable, whereOf, type ServedConfig, type ServeFlags } from "./serve-options.ts";

/** What of `@parlando/server` is used here. */
interface ServerModule {
  createServer(models: ServedModels, options: ServerOptions): Promise<TTSServer>;
  createFaultyEngine(engine: Engine): Engine;
}

/** The exit status of SIGTERM: how whoever runs servers asks one to end. Then having ended is no failure. */
const terminated = 143;

/** `parlando serve`: serves speech until it is told to end, then lets those under way finish. Resolves with the exit status. */
export async function serveCommand(flags: ServeFlags, context: CommandContext): Promise<number> {
  const { io, output } = context;
  const where = whereOf(flags);
  const graceMs = graceMsOf(flags);
  const configs = await servedConfigs(flags, io.env);
  const serving = await loadServer();
  letHeapGrow();
  const services = flags.faults === true ? withFaults(io.services, serving) : io.services;
  const log = createServeLog(output);
  const models = await openModels(configs, services);
  try {
    const server = await serving.createServer(models, await serverOptions(flags, context, log));
    try {
      const { url } = await server.listen(where);
      io.stderr.write(`parlando: listening on ${url}\n`);
      await untilStopped(context);
      return await end(server, graceMs, context);
    } finally {
      await server.close();
    }
  } finally {
    await Promise.all(Object.values(models).map((tts) => tts.close()));
    await log.flush();
  }
}

async function loadServer(): Promise<ServerModule> {
  const loaded = await loadOptionalPackage({ name: "@parlando/server", need: "Serving speech", code: "UNSUPPORTED", load: () => import("@parlando/server") });
  if (isServerModule(loaded)) return loaded;
  throw new TTSError("UNSUPPORTED", `Serving speech needs the package @parlando/server, but the installed one has no createServer(); install it again with: ${installLine("@parlando/server")}`);
}

function isServerModule(value: object): value is ServerModule {
  return "createServer" in value && typeof value.createServer === "function" && "createFaultyEngine" in value && typeof value.createFaultyEngine === "function";
}

async function serverOptions(flags: ServeFlags, { io }: CommandContext, log: ServeLog): Promise<ServerOptions> {
  const keys = keysOf(flags, io.env);
  if (flags.key !== undefined) io.stderr.write("parlando: keys on the command line can be read by everybody on this machine (`ps`); the variable PARLANDO_SERVER_KEYS cannot\n");
  if (flags.insecure === true && keys.length === 0) io.stderr.write("parlando: --insecure: everybody who reaches this address may speak, at your cost\n");
  if (keys.length === 0 && flags.insecure !== true && !isLoopback(flags.host)) {
    throw new TTSError("INVALID_CONFIG", `Serving on ${flags.host ?? ""} without keys: everybody who reaches it could speak at your cost. Give keys in the variable PARLANDO_SERVER_KEYS (or with --key), leave --host out, or say --insecure where something in front of it asks for keys.`);
  }
  return {
    keys,
    ticketSecret: io.env[ticketSecretVariable],
    origins: flags.origin,
    hosts: flags.name,
    insecure: flags.insecure,
    ssml: flags.ssml,
    page: flags.page === false ? undefined : await findPage(io),
    log: log.log,
  };
}

/** Whether an address is this machine's own. Any other name is the server's to judge, and it asks for keys too. */
function isLoopback(host = "127.0.0.1"): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The folder of the demo page; nothing, and a line that says how to get it, where it is not installed. */
async function findPage(io: CommandContext["io"]): Promise<ServerOptions["page"]> {
  try {
    const loaded = await loadOptionalPackage({ name: "@parlando/web", need: "The page", code: "UNSUPPORTED", load: () => import("@parlando/web/page") });
    if ("pageFolder" in loaded && typeof loaded.pageFolder === "string") {
      const folder = fileURLToPath(loaded.pageFolder);
      await access(join(folder, "index.html"));
      return { folder };
    }
  } catch {
    // Serving goes on without it.
  }
  io.stderr.write(`parlando: no page at /, since @parlando/web is not there or has none; install it with: ${installLine("@parlando/web")}\n`);
  return undefined;
}

async function openModels(configs: readonly ServedConfig[], services: Services): Promise<Record<string, TTS>> {
  const opened: [string, TTS][] = [];
  try {
    for (const { name, config } of configs) opened.push([name, await openTTS(config, services)]);
    return Object.fromEntries(opened);
  } catch (error) {
    await Promise.all(opened.map(([, tts]) => tts.close()));
    throw error;
  }
}

/** Every engine, with faults that a request can ask for: what the demo page shows. */
function withFaults(services: Services, { createFaultyEngine }: ServerModule): Services {
  const registry = services.registry.map((entry) => ({
    ...entry,
    load: async () => {
      const loaded = await entry.load();
      if (!hasMaker(loaded)) return loaded;
      const { createEngine } = loaded;
      return { createEngine: async (options: unknown) => createFaultyEngine(await createEngine(options)) };
    },
  }));
  return { ...services, registry };
}

function hasMaker(loaded: unknown): loaded is { createEngine(options: unknown): Engine | Promise<Engine> } {
  return typeof loaded === "object" && loaded !== null && "createEngine" in loaded && typeof loaded.createEngine === "function";
}

async function untilStopped({ stopping }: CommandContext): Promise<void> {
  const { signal } = stopping;
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function end(server: TTSServer, graceMs: number, { io, stopping }: CommandContext): Promise<number> {
  io.stderr.write("parlando: ending; those who listen are heard out. Once more ends it at once\n");
  await server.drain({ graceMs });
  const status = stopping.status() ?? exitStatus.done;
  return status === terminated ? exitStatus.done : status;
}
