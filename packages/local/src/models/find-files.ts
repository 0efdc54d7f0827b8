import { readdir, stat } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { audarPresets } from "./audar-presets.ts";
import { checkFile, type CheckedFile, type CheckFileOptions } from "./check-file.ts";
import type { ModelFileNeed, ModelFileState, ModelPreset } from "./model-preset.ts";

/**
 * Where model files are looked for, first to last. Names that say nothing of the model, such as `*.gguf`, count last in folders of many models, and a file
 * that another preset knows by name is never taken for one of these. Relative paths count from the working directory.
 */
export interface FindModelFilesOptions extends CheckFileOptions {
  /** Files that config names: nothing else is looked at for their roles. */
  readonly paths?: Readonly<Partial<Record<ModelFileNeed["role"], string | undefined>>> | undefined;
  /** A folder with all that the preset needs, or the backbone's file with the rest beside it. */
  readonly folder?: string | undefined;
  /** A folder of many models: its own folder `<preset id>` is looked in first. */
  readonly modelsFolder?: string | undefined;
  /** Where `PARLANDO_MODELS` stands: one folder or several, like `PATH`, each as `modelsFolder`. By default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Looks for the files of a preset and checks each one that is found. Nothing is fetched.
 *
 * @returns One state for each need, in the preset's order; never throws for a file that is missing or broken.
 *
 * @example
 * ```ts
 * const states = await findModelFiles(preset, { folder: "models/audar" });
 * for (const { need, path, problem } of states) console.log(need.role, path ?? problem);
 * ```
 */
export async function findModelFiles(preset: ModelPreset, options: FindModelFilesOptions = {}): Promise<readonly ModelFileState[]> {
  const { file, folders } = await foldersOf(preset, options);
  const roots = folders.map(({ path }) => path);
  const foreign = foreignNames(preset);
  const paths = { ...(file === undefined ? {} : { backbone: file }), ...withoutUndefined(options.paths) };
  const states: ModelFileState[] = [];
  for (const need of preset.files) {
    const given = paths[need.role];
    const found = given === undefined ? await search(need, { folders, foreign }) : resolve(given);
    const searched = given === undefined ? roots : [resolve(given)];
    states.push(found === undefined ? missing(need, searched, preset) : { need, searched, path: found, ...withoutKind(await checkFile(found, need, options)) });
  }
  return excuseTokenizer(states);
}

/** A folder that is looked in. `shared`: it may have files of any model. */
interface Folder {
  readonly path: string;
  readonly shared: boolean;
}

async function foldersOf(preset: ModelPreset, { folder, modelsFolder, environment = process.env }: FindModelFilesOptions): Promise<{ file: string | undefined; folders: readonly Folder[] }> {
  const given = folder === undefined ? undefined : resolve(folder);
  const isFile = given !== undefined && (await isFileOrNamedSo(given));
  const collections = [modelsFolder ?? "", ...(environment["PARLANDO_MODELS"] ?? "").split(delimiter)].filter((path) => path !== "").map((path) => resolve(path));
  const folders: Folder[] = given === undefined ? [] : [{ path: isFile ? dirname(given) : given, shared: false }];
  for (const path of collections) folders.push({ path: join(path, preset.id), shared: false }, { path, shared: true });
  return { file: isFile ? given : undefined, folders: folders.filter(({ path }, index) => folders.findIndex((other) => other.path === path) === index) };
}

/** What is not there is told by its own path, where it is named as a model's file is. */
async function isFileOrNamedSo(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? /\.(?:gguf|onnx)$/iu.test(path);
}

/** Names of other presets' backbones alone: a model of one generation is not to be taken for the other. */
function foreignNames({ id, files }: ModelPreset): readonly string[] {
  const own = files.flatMap(({ names }) => names);
  return audarPresets.filter((other) => other.id !== id).flatMap((other) => other.files.flatMap(({ names }) => names)).filter((name) => !own.includes(name));
}

/** Names that any model may have count last in folders of many models. */
async function search(need: ModelFileNeed, { folders, foreign }: { folders: readonly Folder[]; foreign: readonly string[] }): Promise<string | undefined> {
  const isLate = ({ shared }: Folder, name: string): boolean => shared && need.role === "backbone" && isGeneral(name);
  for (const late of [false, true]) {
    for (const folder of folders) {
      for (const name of need.names) {
        const found = isLate(folder, name) === late ? await lookFor(join(folder.path, name), foreign) : undefined;
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** Whether more than one preset has the name. */
function isGeneral(name: string): boolean {
  return audarPresets.filter(({ files }) => files.some(({ names }) => names.includes(name))).length > 1;
}

/** A file of that path; a `*` in its last part stands for anything, and the first in the order of names is taken. */
async function lookFor(path: string, foreign: readonly string[]): Promise<string | undefined> {
  const pattern = basename(path);
  if (!pattern.includes("*")) return (await stat(path).catch(() => undefined))?.isFile() === true ? path : undefined;
  const names = await readdir(dirname(path)).catch(() => []);
  const name = names.sort().find((one) => matches(one, pattern) && !foreign.some((other) => matches(one, other)));
  return name === undefined ? undefined : join(dirname(path), name);
}

function matches(name: string, pattern: string): boolean {
  const [start = "", end] = pattern.split("*", 2);
  return end === undefined ? name === pattern : name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

function missing(need: ModelFileNeed, searched: readonly string[], preset: ModelPreset): ModelFileState {
  const where = searched[0] === undefined ? "in a folder that the option `model` names, or that PARLANDO_MODELS leads to" : `into ${searched[0]}`;
  const problem = `The ${need.role} of ${preset.id} was not found. Put it ${where}, named ${need.names.slice(0, 2).join(" or ")}; it is fetched from ${need.source} (${need.licence}).`;
  return { need, searched, path: undefined, bytes: undefined, sha256: undefined, state: "missing", problem };
}

/** A GGUF file carries its tokenizer, so that none is missed beside it. An ONNX backbone has none in it. */
function excuseTokenizer(states: readonly ModelFileState[]): readonly ModelFileState[] {
  const backbone = states.find(({ need }) => need.role === "backbone")?.path;
  const isGguf = backbone === undefined || backbone.toLowerCase().endsWith(".gguf");
  return states.map((state) => (state.state === "missing" && state.need.optional && isGguf ? { ...state, problem: "" } : state));
}

function withoutKind({ bytes, sha256, state, problem }: CheckedFile): Omit<CheckedFile, "kind"> {
  return { bytes, sha256, state, problem };
}

function withoutUndefined(paths: FindModelFilesOptions["paths"]): Partial<Record<ModelFileNeed["role"], string>> {
  return Object.fromEntries(Object.entries(paths ?? {}).filter(([, path]) => path !== undefined));
}
