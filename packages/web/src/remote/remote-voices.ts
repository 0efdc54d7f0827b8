import { TTSError, type CredentialReport, type Voice } from "@parlando/engine";
import { array, object, optional, picklist, safeParse, string, type InferOutput } from "valibot";
import type { RemoteAccount } from "./remote-account.ts";
import { engineId, remoteError } from "./remote-errors.ts";
import { getJson, type JsonRequest } from "./remote-http.ts";

const voicesSchema = object({
  voices: array(
    object({
      id: string(),
      name: optional(string()),
      engine: optional(string()),
      model: optional(string()),
      languages: optional(array(string())),
      gender: optional(picklist(["female", "male", "neutral", "unknown"]), "unknown"),
      styles: optional(array(string())),
    }),
  ),
});
const modelsSchema = object({ data: array(object({ id: string() })) });

type ListedVoice = InferOutput<typeof voicesSchema>["voices"][number];

/** How the server is asked, without the path. */
export type ServerQuestion = Omit<JsonRequest, "path" | "doing"> & { readonly model: string | undefined };

/** The voices of one model: the one that is named, else the server's first. */
export async function fetchVoices(account: RemoteAccount, { model, ...question }: ServerQuestion): Promise<readonly Voice[]> {
  const doing = "Asking the server for its voices";
  const path = model === undefined ? "/v1/audio/voices" : `/v1/audio/voices?model=${encodeURIComponent(model)}`;
  const read = safeParse(voicesSchema, await getJson(account, { ...question, doing, path }));
  if (!read.success) throw remoteError("PROTOCOL", `${doing}: the answer holds no list of voices. Server and client may be of different versions.`);
  const { voices } = read.output;
  const models = new Set(voices.map((voice) => voice.model));
  const chosen = model === undefined && models.size > 1 ? await firstModel(account, question) : undefined;
  const known = new Map(voices.filter((voice) => chosen === undefined || voice.model === chosen).map((voice) => [voice.id, voiceOf(voice)]));
  return [...known.values()];
}

async function firstModel(account: RemoteAccount, question: Omit<ServerQuestion, "model">): Promise<string | undefined> {
  const doing = "Asking the server for its models";
  const read = safeParse(modelsSchema, await getJson(account, { ...question, doing, path: "/v1/models" }));
  return read.success ? read.output.data[0]?.id : undefined;
}

function voiceOf(voice: ListedVoice): Voice {
  const { id, name = id, languages = [], gender, styles } = voice;
  const found = languages.filter(isLanguage);
  return { id, name, engine: engineId, languages: found.length === 0 ? ["mul"] : found, gender, ...(styles === undefined ? {} : { styles }), native: voice };
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Asks what needs a key, and costs nothing. */
export async function checkServer(account: RemoteAccount, { model: _, ...question }: ServerQuestion): Promise<CredentialReport> {
  const doing = "Checking the server";
  const { base } = account;
  if (base === undefined) return { status: "missing", missing: ["url (PARLANDO_URL)"], message: "There is no address of a Parlando server. Give the option `url`, or set the environment variable PARLANDO_URL." };
  try {
    const credential = await account.credential(doing, question.signal);
    await getJson(account, { ...question, doing, path: "/v1/models" });
    if (credential === undefined) return { status: "not-needed", message: `The server at ${base} asks for no key.` };
    return { status: "valid", message: `The server at ${base} accepts the ${credential.kind}.` };
  } catch (error) {
    if (!TTSError.isInstance(error) || error.code === "ABORTED") throw error;
    if (error.code === "AUTHENTICATION" || error.code === "PERMISSION") return { status: "invalid", message: error.message };
    if (error.code === "RATE_LIMITED" || error.code === "CONCURRENCY_LIMIT") return { status: "valid", message: `The server knows who asks, but: ${error.message}` };
    return { status: "unreachable", message: error.message };
  }
}
