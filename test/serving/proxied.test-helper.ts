// nginx and HAProxy as processes of their own, with the settings that docs/guide/proxies.md gives: taken out of it, ports and folders replaced.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./serve.test-helper.ts";

const page = fileURLToPath(new URL("../../docs/guide/proxies.md", import.meta.url));

/** The proxies, and where Debian puts them. */
const programs = { nginx: ["/usr/sbin/nginx", "/usr/bin/nginx"], haproxy: ["/usr/sbin/haproxy", "/usr/bin/haproxy"] } as const;

/** Which proxy. */
export type ProxyName = keyof typeof programs;

const programOf = (name: ProxyName): string | undefined => programs[name].find((path) => existsSync(path));

/** Whether a proxy is installed: its tests are skipped where it is not. */
export const hasProxy = (name: ProxyName): boolean => programOf(name) !== undefined;

/** A proxy that runs. */
export interface RunningProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The settings of the page. */
async function settingsOf(name: ProxyName): Promise<string> {
  const text = await readFile(page, "utf8");
  const found = new RegExp(`\`\`\`${name}\\n([\\s\\S]*?)\`\`\``, "u").exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/guide/proxies.md has no block "${name}" any more.`);
  return found;
}

/** Replaces what has to be there. */
function replaceIn(settings: string, from: string, to: string): string {
  if (!settings.includes(from)) throw new Error(`The settings in docs/guide/proxies.md have no "${from}" any more: this test replaces it.`);
  return settings.replaceAll(from, to);
}

function nginxFile(settings: string, folder: string, port: number): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n");
  const asRoot = process.getuid?.() === 0 ? "user root;\n" : "";
  return `${asRoot}daemon off;\nworker_processes 1;\npid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\nevents { worker_connections 256; }\nhttp {\naccess_log off;\n${paths}\n${replaceIn(settings, "listen 80;", `listen 127.0.0.1:${port};`)}\n}\n`;
}

/** Starts a proxy before the server on `port`. */
export async function startProxy(name: ProxyName, { serverPort }: { readonly serverPort: number }): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), `parlando-${name}-`));
  const port = await freePort();
  const settings = replaceIn(await settingsOf(name), "127.0.0.1:8080", `127.0.0.1:${serverPort}`);
  const file = join(folder, `${name}.conf`);
  await writeFile(file, name === "nginx" ? nginxFile(settings, folder, port) : replaceIn(settings, "bind :80", `bind 127.0.0.1:${port}`));
  await mkdir(join(folder, "logs"), { recursive: true });
  const child = spawn(programOf(name) ?? name, name === "nginx" ? ["-p", folder, "-c", file, "-e", join(folder, "error.log")] : ["-db", "-f", file], { stdio: ["ignore", "pipe", "pipe"] });
  const said = listenTo(child);
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${name} has ended with ${child.exitCode}: ${said()}`);
      return await answers(port);
    }, `${name} listens`);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

function listenTo(child: ChildProcess): () => string {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (piece: string) => (said = (said + piece).slice(-2_000)));
  return () => said;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
