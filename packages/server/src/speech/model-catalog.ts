import { TTSError, type Voice } from "@parlando/engine";
import type { Clock } from "@parlando/core";
import type { LogEntry } from "../log/log-record.ts";
import { Problem } from "../problem/problem.ts";
import type { ServedModels, ServedTTS } from "../served-tts.ts";
import type { ServerOptions } from "../server-options.ts";
import type { ModelShelf, ServedModel } from "./model-shelf.ts";
import { isVoiceName, modelNamePattern, openAIModels, openAIVoices } from "./names.ts";

/** What {@link createModelShelf} works with. */
export interface ModelShelfOptions {
  readonly options: Pick<ServerOptions, "modelAliases" | "voiceAliases">;
  readonly clock: Clock;
  readonly log: (entry: LogEntry) => void;
}

type ListedVoice = Voice & { readonly model: string };

/** How long a list of voices is kept. */
const keptMs = 60_000;

/**
 * Puts what is served on a shelf, by name.
 *
 * @throws TTSError `INVALID_CONFIG` where nothing is served, a name can be none, or an alias leads nowhere or can never be asked for.
 */
export function createModelShelf(served: ServedModels, { options, clock, log }: ModelShelfOptions): ModelShelf {
  const models = modelsOf(served);
  const byName = new Map(models.map((model) => [model.name, model]));
  const first = models[0];
  if (first === undefined) throw new TTSError("INVALID_CONFIG", "The server was given no TTS to serve. Give one, or several by name.");
  const names = aliasMap(options.modelAliases, byName, first);
  const voiceAliases = voiceAliasMap(options.voiceAliases);
  const voices = keptVoices(models, clock, log);
  return {
    models,
    find(name) {
      if (name === undefined) return first;
      const found = names.get(name);
      if (found !== undefined) return found;
      if (!modelNamePattern.test(name)) throw new Problem(400, "invalid_model", "The name of the model can be none: letters, digits, _ and -, at most 64.", { field: "model" });
      throw new Problem(404, "model_not_found", `There is no such model here. There are: ${models.map((model) => model.name).join(", ")}.`, { field: "model" });
    },
    async voiceOf(name, model) {
      if (name === undefined) return undefined;
      const alias = voiceAliases.get(name);
      if (alias !== undefined || !openAIVoices.includes(name)) return alias ?? name;
      return (await voices.has(model, name)) ? name : undefined;
    },
    voices: voices.list,
  };
}

function modelsOf(served: ServedModels): readonly ServedModel[] {
  if (isTTS(served)) return [{ name: "default", tts: served }];
  return Object.entries(served).map(([name, tts]) => {
    if (!modelNamePattern.test(name)) throw new TTSError("INVALID_CONFIG", `A model cannot be served as ${JSON.stringify(name.slice(0, 80))}: letters, digits, _ and -, at most 64, and no dot.`);
    if (!isTTS(tts)) throw new TTSError("INVALID_CONFIG", `What is to be served as ${JSON.stringify(name)} is no TTS: it has no createStream(). Await createTTS().`);
    return { name, tts };
  });
}

function isTTS(value: unknown): value is ServedTTS {
  return typeof value === "object" && value !== null && "createStream" in value && typeof value.createStream === "function";
}

/** Every name that a request may use. Those of OpenAI lead to the first model, unless something is served or aliased under them. */
function aliasMap(aliases: Readonly<Record<string, string>> = {}, byName: ReadonlyMap<string, ServedModel>, first: ServedModel): ReadonlyMap<string, ServedModel> {
  const names = new Map(openAIModels.map((name) => [name, first]));
  for (const [alias, target] of Object.entries(aliases)) {
    const model = byName.get(target);
    if (model === undefined) throw new TTSError("INVALID_CONFIG", `The alias ${JSON.stringify(alias)} of a model leads to ${JSON.stringify(target)}, which is not served. Served: ${[...byName.keys()].join(", ")}.`);
    if (byName.has(alias) && byName.get(alias) !== model) throw new TTSError("INVALID_CONFIG", `The alias ${JSON.stringify(alias)} of a model is the name of one that is served, which requests get by it. Call one of them otherwise.`);
    names.set(alias, model);
  }
  for (const [name, model] of byName) names.set(name, model);
  return names;
}

function voiceAliasMap(aliases: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  const wrong = Object.keys(aliases).find((alias) => !isVoiceName(alias));
  if (wrong === undefined) return new Map(Object.entries(aliases));
  throw new TTSError("INVALID_CONFIG", `No request can name a voice ${JSON.stringify(wrong.slice(0, 80))}, as an alias is called (option \`voiceAliases\`): a name has 1 to 256 characters, without slashes, quotes, angle brackets and control characters.`);
}

/** The voices of models, each asked for at most once a minute. */
interface KeptVoices {
  /** Of all models. One that cannot say is left out and logged, as long as another can. */
  readonly list: ModelShelf["voices"];
  /** Whether a model has a voice; false where it does not say in time. An old list is good enough. */
  has(model: ServedModel, id: string): Promise<boolean>;
}

/** How long a request waits to learn whether a voice is there. */
const patienceMs = 2_000;

function keptVoices(models: readonly ServedModel[], clock: Clock, log: (entry: LogEntry) => void): KeptVoices {
  const kept = new Map<string, { readonly at: number; readonly voices: Promise<readonly ListedVoice[]> }>();
  /** Their names, where they are known: most requests name one, and need not wait. */
  const ids = new Map<string, ReadonlySet<string>>();

  function voicesOf({ name, tts }: ServedModel): Promise<readonly ListedVoice[]> {
    const known = kept.get(name);
    if (known !== undefined && clock.now() - known.at < keptMs) return known.voices;
    const voices = (async () => (await tts.voices()).map((voice) => ({ ...voice, model: name })))();
    kept.set(name, { at: clock.now(), voices });
    // A failure is not kept: the next who asks tries again.
    voices.then((listed) => ids.set(name, new Set(listed.map(({ id }) => id))), () => kept.delete(name));
    return voices;
  }

  async function list(signal: AbortSignal): Promise<readonly ListedVoice[]> {
    const answers = await unlessAborted(Promise.allSettled(models.map(voicesOf)), signal);
    const failures = answers.flatMap((answer, index) => (answer.status === "rejected" ? [{ model: models[index]?.name, error: answer.reason as unknown }] : []));
    const failure = failures[0];
    if (failure !== undefined && failures.length === models.length) throw failure.error;
    for (const { model, error } of failures) log({ level: "warning", event: "request", route: "voices", model, code: TTSError.isInstance(error) ? error.code : "INTERNAL", message: "The model's voices could not be listed." });
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  }

  async function has(model: ServedModel, id: string): Promise<boolean> {
    const listed = ids.get(model.name);
    if (listed !== undefined) return listed.has(id);
    const known = voicesOf(model).then((voices) => voices.some((voice) => voice.id === id), () => false);
    const over = new AbortController();
    const late = clock.sleep(patienceMs, over.signal).then(() => false, () => false);
    const found = await Promise.race([known, late]);
    over.abort("over");
    return found;
  }

  return { list, has };
}

/** What comes first: the answer, or the end of whoever asks. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
