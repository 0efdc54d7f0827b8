import type { Voice } from "@parlando/engine";
import { describeValue } from "../config/describe-value.ts";
import { openTTS } from "../open-tts.ts";
import type { CommandContext } from "./command-context.ts";
import { exitStatus } from "./io.ts";
import { resolveSettings, type ConfigFlags } from "./settings.ts";
import { renderJson, renderTable } from "./table.ts";
import { UsageError } from "./usage-error.ts";

/** The flags of `parlando voices`. */
export interface VoicesFlags extends ConfigFlags {
  readonly gender?: string | undefined;
  readonly name?: string | undefined;
  readonly json?: boolean | undefined;
}

const genders: readonly Voice["gender"][] = ["female", "male", "neutral", "unknown"];

/** `parlando voices`: lists the voices of an engine. Resolves with the exit status. */
export async function voicesCommand(flags: VoicesFlags, { io, output, stopping }: CommandContext): Promise<number> {
  const gender = genderOf(flags.gender);
  // The language here chooses voices; it is not the one that they are to speak.
  const { language, name, config, engine } = flags;
  const tts = await openTTS(await resolveSettings({ config, engine }, io.env), io.services);
  const stop = (): void => void tts.close();
  stopping.signal.addEventListener("abort", stop, { once: true });
  try {
    const voices = await tts.voices({ language, gender, name });
    if (flags.json === true) await output.write(renderJson(voices));
    else if (voices.length > 0) await output.write(renderTable(["VOICE", "NAME", "LANGUAGES", "GENDER", "ENGINE"], voices.map(rowOf)));
    else io.stderr.write("parlando: no voice agrees with that; leave out --language, --gender or --name to see more\n");
    return stopping.status() ?? exitStatus.done;
  } finally {
    stopping.signal.removeEventListener("abort", stop);
    await tts.close();
  }
}

const rowOf = (voice: Voice): string[] => [voice.id, voice.name, voice.languages.join(","), voice.gender, voice.engine];

function genderOf(text: string | undefined): Voice["gender"] | undefined {
  const found = genders.find((gender) => gender === text);
  if (text === undefined || found !== undefined) return found;
  throw new UsageError(`--gender: given ${describeValue(text)}; allowed: ${genders.join(", ")}`);
}
