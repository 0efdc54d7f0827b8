import type { ModelFileState, ModelPreset, findModelFiles, choosePreset } from "@parlando/local/models";
import { TTSError } from "@parlando/engine";
import { describeValue } from "../config/describe-value.ts";
import { optionsOf } from "../config/engine-option.ts";
import { loadOptionalPackage } from "../engines/load-optional-package.ts";
import type { CommandContext } from "./command-context.ts";
import { exitStatus } from "./io.ts";
import { oneLine } from "./report-error.ts";
import { resolveSettings } from "./settings.ts";
import { renderJson } from "./table.ts";
import { UsageError } from "./usage-error.ts";

/** The flags of `parlando models`. */
export interface ModelsFlags {
  readonly preset?: string | undefined;
  readonly model?: string | undefined;
  readonly hash?: boolean | undefined;
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What is used of `@parlando/local/models`. */
interface ModelsModule {
  readonly audarPresets: readonly ModelPreset[];
  readonly findModelFiles: typeof findModelFiles;
  readonly choosePreset: typeof choosePreset;
}

/** What was found out about one preset. */
interface PresetReport {
  readonly preset: string;
  readonly engine: string;
  readonly title: string;
  /** Whether this is the preset that an engine with the same settings takes. */
  readonly chosen: boolean;
  readonly complete: boolean;
  readonly searched: readonly string[];
  readonly files: readonly FileReport[];
}

interface FileReport {
  readonly role: string;
  readonly state: ModelFileState["state"];
  readonly needed: boolean;
  readonly path?: string | undefined;
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly names: readonly string[];
  readonly source: string;
  readonly licence: string;
  readonly problem?: string | undefined;
}

const engine = "audar";

/**
 * `parlando models`: lists what local models need, and checks the files that are there. Resolves with 0 when one of the models listed is complete, else
 * with 1.
 */
export async function modelsCommand(flags: ModelsFlags, { io, output, stopping }: CommandContext, load: () => Promise<unknown> = () => import("@parlando/local/models")): Promise<number> {
  const models = await loadModels(load);
  const options = optionsOf(await resolveSettings({ config: flags.config }, io.env), engine);
  const text = (name: string): string | undefined => (typeof options[name] === "string" ? options[name] : undefined);
  const model = flags.model ?? text("model");
  const chosen = models.choosePreset({ preset: flags.preset ?? text("preset"), model });
  const reports: PresetReport[] = [];
  for (const preset of presetsOf(models, flags.preset)) {
    const paths = { codec: text("codec"), tokenizer: text("tokenizer") };
    const states = await models.findModelFiles(preset, { folder: model, modelsFolder: text("modelsFolder"), paths, environment: io.env, hash: flags.hash === true, signal: stopping.signal });
    reports.push(reportOf(preset, states, preset.id === chosen?.id));
  }
  await output.write(flags.json === true ? renderJson(reports) : reports.map(render).join("\n"));
  return stopping.status() ?? (reports.some(({ complete }) => complete) ? exitStatus.done : exitStatus.failed);
}

async function loadModels(load: () => Promise<unknown>): Promise<ModelsModule> {
  const loaded = await loadOptionalPackage({ name: "@parlando/local", need: "The list of local models", code: "ENGINE_UNAVAILABLE", load });
  if (isModelsModule(loaded)) return loaded;
  throw new TTSError("ENGINE_UNAVAILABLE", "The list of local models needs the package @parlando/local, but the installed one does not tell its models; install the version that belongs to this parlando.");
}

function isModelsModule(loaded: object): loaded is ModelsModule {
  return "audarPresets" in loaded && Array.isArray(loaded.audarPresets) && "findModelFiles" in loaded && "choosePreset" in loaded;
}

function presetsOf({ audarPresets }: ModelsModule, id: string | undefined): readonly ModelPreset[] {
  if (id === undefined) return audarPresets;
  const found = audarPresets.filter((preset) => preset.id === id);
  if (found.length > 0) return found;
  throw new UsageError(`--preset: given ${describeValue(id)}; allowed: ${audarPresets.map((preset) => preset.id).join(", ")}`);
}

function reportOf(preset: ModelPreset, states: readonly ModelFileState[], chosen: boolean): PresetReport {
  return {
    preset: preset.id,
    engine,
    title: preset.title,
    chosen,
    complete: states.every(({ problem }) => problem === ""),
    searched: [...new Set(states.flatMap(({ searched }) => searched))],
    files: states.map(({ need, state, path, bytes, sha256, problem }) => ({
      role: need.role,
      state,
      needed: !need.optional || problem !== "",
      path,
      bytes,
      sha256,
      names: need.names,
      source: need.source,
      licence: need.licence,
      problem: problem === "" ? undefined : problem,
    })),
  };
}

const meanings: Readonly<Record<ModelFileState["state"], string>> = { ok: "ok", unknown: "there", missing: "missing", broken: "BROKEN" };

function render({ preset, title, chosen, complete, searched, files }: PresetReport): string {
  const lines = files.flatMap(renderFile);
  const places = searched.length === 0 ? "no folder: give one with --model, or set PARLANDO_MODELS" : searched.join(", ");
  return `${complete ? "ok  " : "note"}  ${preset}${chosen ? " (chosen by these settings)" : ""}: ${title}\n${[...lines, `looked in ${places}`].map((line) => `      ${line}\n`).join("")}`;
}

function renderFile({ role, state, needed, path, bytes, sha256, names, source, licence, problem }: FileReport): string[] {
  const name = role.padEnd("tokenizer".length);
  if (path !== undefined) {
    const size = bytes === undefined ? "" : ` (${(bytes / 1_048_576).toFixed(1)} MiB)`;
    return [`${name}  ${meanings[state]}  ${path}${size}`, ...(sha256 === undefined ? [] : [`           sha256 ${sha256}`]), ...(problem === undefined ? [] : [`           ${oneLine(problem)}`])];
  }
  if (!needed) return [`${name}  not needed: a GGUF model brings its own`];
  return [`${name}  ${meanings[state]}  ${names.slice(0, 2).join(" or ")}`, `           from ${source} (${licence})`];
}
