import { TTSError } from "@parlando/engine";

/** A model that the server has. */
export interface ServedModel {
  readonly id: string;
  /** Its engines, in the order in which they take over from each other. */
  readonly engines: readonly string[];
}

/** A voice of a model. */
export interface ServedVoice {
  readonly id: string;
  readonly name: string;
  /** BCP-47; empty where it is not known. */
  readonly language: string;
}

/** The way into the server that this page came from. A key is traded for tickets, and lives only as long as the page. */
export interface ServerDoor {
  /** Says who asks. Forgets what was said before. */
  bring(key: string): void;
  /** Whether the server is there and takes new work: rejects where not. Forgets the ticket then, which a server that was started again does not know. */
  look(signal: AbortSignal): Promise<void>;
  /** @throws TTSError `AUTHENTICATION` where a key is wanted. */
  models(signal: AbortSignal): Promise<readonly ServedModel[]>;
  voices(model: string, signal: AbortSignal): Promise<readonly ServedVoice[]>;
  /** For the engine, which asks before each connection; undefined where the server wants no key. */
  ticket(): Promise<string | undefined>;
  /** The whole text as one file, as programs do that cannot stream. */
  wholeFile(order: { readonly model: string; readonly input: string; readonly voice: string | undefined; readonly rate: number }, signal: AbortSignal): Promise<ArrayBuffer>;
}

/** A ticket that is about to expire is not used any more. */
const spareMs = 10_000;

/** The door of the server at `address`. */
export function createServerDoor(address: string): ServerDoor {
  let key: string | undefined;
  let held: { readonly ticket: string; readonly untilMs: number } | undefined;

  async function ask(path: string, request: RequestInit): Promise<Response> {
    const response = await fetch(new URL(path, address), request);
    if (response.ok) return response;
    const told = await response.json().catch(() => undefined) as { error?: { message?: string } } | undefined;
    const code = response.status === 401 || response.status === 403 ? "AUTHENTICATION" : "SERVICE";
    throw new TTSError(code, told?.error?.message ?? `Asking the server: it answered ${String(response.status)}.`);
  }

  async function ticket(): Promise<string | undefined> {
    if (key === undefined) return undefined;
    if (held !== undefined && held.untilMs - spareMs > Date.now()) return held.ticket;
    const response = await ask("v1/tickets", { method: "POST", headers: { "authorization": `Bearer ${key}`, "content-type": "application/json" }, body: "{}" });
    const { ticket: given, expires_at: expires } = await response.json() as { ticket: string; expires_at: number | string };
    held = { ticket: given, untilMs: typeof expires === "number" ? expires * 1000 : Date.parse(expires) };
    return given;
  }

  async function headers(): Promise<Record<string, string>> {
    const given = await ticket();
    return given === undefined ? {} : { authorization: `Bearer ${given}` };
  }

  return {
    bring(given) {
      key = given;
      held = undefined;
    },
    async look(signal) {
      try {
        await ask("health/ready", { cache: "no-store", signal });
      } catch (error) {
        held = undefined;
        throw error;
      }
    },
    async models(signal) {
      const response = await ask("v1/models", { headers: await headers(), signal });
      const { data } = await response.json() as { data: readonly { id: string; engines?: readonly string[] }[] };
      return data.map(({ id, engines = [] }) => ({ id, engines }));
    },
    async voices(model, signal) {
      const response = await ask(`v1/audio/voices?model=${encodeURIComponent(model)}`, { headers: await headers(), signal });
      const { voices } = await response.json() as { voices: readonly { id: string; name: string; language?: string; languages?: readonly string[] }[] };
      // Engines that take over from each other may have the same voices.
      const byId = new Map(voices.map(({ id, name, language, languages }) => [id, { id, name, language: language ?? languages?.[0] ?? "" }]));
      return [...byId.values()];
    },
    ticket,
    async wholeFile({ model, input, voice, rate }, signal) {
      const body = JSON.stringify({ model, input, response_format: "wav", speed: rate, ...(voice === undefined ? {} : { voice }) });
      const response = await ask("v1/audio/speech", { method: "POST", headers: { ...await headers(), "content-type": "application/json" }, body, signal });
      return await response.arrayBuffer();
    },
  };
}
