/** Names of models: also safe as a part of a path, a label and a subject of a message bus. No dot. */
export const modelNamePattern: RegExp = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

/** OpenAI's models, which programs ask for whatever the server has: they are the default model. */
export const openAIModels: readonly string[] = ["tts-1", "tts-1-hd", "gpt-4o-mini-tts"];

/** OpenAI's voices, which some programs do not let their users leave. */
export const openAIVoices: readonly string[] = ["alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar"];

/** What no name of a voice holds, whatever the engine: what could be a path, a control character, or markup. */
const unsafe = /[/\\<>"'&%]|\.\.|^\.|\p{Cc}|\p{Cf}/u;

/** Whether something can be a voice's name. Voices have names of their vendors ("Microsoft Ava Online (Natural) - English", "cmn-latn-pinyin"), so this is wider than for models; they are looked up in lists, never in folders. */
export function isVoiceName(name: string): boolean {
  return name.length > 0 && name.length <= 256 && !unsafe.test(name);
}
