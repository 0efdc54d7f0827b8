import { Command } from "commander";
import type { CommandContext } from "./command-context.ts";

/** A command's work: resolves with the exit status. */
export type Run = (work: (context: CommandContext) => Promise<number>) => Promise<void>;

/** What {@link createProgram} needs of its surroundings. */
export interface ProgramOptions {
  readonly version: string;
  readonly run: Run;
  readonly writeHelp: (text: string) => void;
}

const examples = `
Examples:
  $ parlando speak "Hello, world"                      through the speaker
  $ some-model | parlando speak -                      speaks while the model writes
  $ parlando speak "Hello" --out hello.wav --json      into a file, with a report
  $ parlando speak - --out - --format pcm < page.txt | aplay -f S16_LE -r 22050
  $ parlando voices --language ar                      which voices there are
  $ parlando models                                    what local models need, and whether it is there
  $ parlando serve                                     speech over HTTP, and a page to try it
  $ parlando doctor                                    what works here, and how to fix the rest

Settings come from flags, then from PARLANDO_ENGINE, _VOICE, _LANGUAGE, _RATE, _PITCH, _VOLUME, _SSML,
_LATENCY and _SAMPLE_RATE, then from the file that --config or PARLANDO_CONFIG names (JSON, comments allowed).
PARLANDO_MODELS names folders with the files of local models.
Keys of cloud engines come from the variables of their vendors; \`parlando doctor\` names those that are missing.

Exit status: 0 done, 1 failed, 2 wrong usage (also an unknown engine or voice), 130 interrupted (Ctrl-C).`;

/** The commands and flags of the command line, in commander's terms. Loads what a command needs only when it runs. */
export function createProgram({ version, run, writeHelp }: ProgramOptions): Command {
  const program = new Command("parlando")
    .description("A stream of text in, a stream of speech out, from any engine.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", examples)
    .exitOverride()
    // Errors are reported in one line by whoever runs this; only help is printed here.
    .configureOutput({ writeOut: writeHelp, writeErr: () => {}, outputError: () => {} });
  addSpeak(program, run);
  addVoices(program, run);
  addEngines(program, run);
  addModels(program, run);
  addServe(program, run);
  addDoctor(program, run);
  return program;
}

function addSpeak(program: Command, run: Run): void {
  program
    .command("speak")
    .summary("speak a text, or standard input as it arrives")
    .description("Speaks TEXT, or standard input while it arrives: with -, or when something is piped in.\nPlays through the speaker unless --out is given.")
    .argument("[text...]", "what to speak; - for standard input")
    .option("-e, --engine <name>", "engine, or several separated by commas, to fail over along")
    .option("-v, --voice <id>", "voice, as `parlando voices` lists them")
    .option("-l, --language <tag>", "language, such as en-US")
    .option("-m, --model <model>", "the engine's model: a name, a file or a folder, as the engine has it")
    .option("--rate <factor>", "speed, 0.1 to 10, 1 is normal")
    .option("--pitch <semitones>", "pitch, -24 to 24, 0 is normal")
    .option("--volume <factor>", "loudness, 0 to 10, 1 is normal")
    .option("--ssml", "the text is SSML")
    .option("--markdown", "the text is Markdown: read without its markers, lists and tables as sentences")
    .option("--latency <when>", "soonest: first sound early; smoothest: whole sentences; balanced (default)")
    .option("-o, --out <file>", "write to a file instead of playing; - for standard output")
    .option("--format <format>", "wav, pcm (16 bits, no header), mp3, opus or webm; by default what the file's ending says")
    .option("--sample-rate <hertz>", "sample rate of the audio; by default the engine's own")
    .option("--play", "play as well as write to --out FILE")
    .option("--captions <file>", "write captions too: SubRip for .srt, WebVTT for .vtt")
    .option("--config <file>", "JSON file with settings")
    .option("--json", "print the report on standard output")
    .option("-q, --quiet", "no progress, no warnings")
    .addHelpText("after", '\nExamples:\n  $ parlando speak "Hello, world" --voice en-us --rate 1.2\n  $ some-model | parlando speak - --latency soonest\n  $ some-model | parlando speak - --markdown\n  $ parlando speak - --out book.wav < book.txt\n  $ parlando speak "Hello" --out hello.mp3')
    .action((words: string[], flags: object) => run(async (context) => await (await import("./speak-command.ts")).speakCommand(words, flags, context)));
}

function addVoices(program: Command, run: Run): void {
  program
    .command("voices")
    .summary("list the voices of an engine")
    .description("Lists voices: what --voice may name.")
    .option("-e, --engine <name>", "engine, or several separated by commas")
    .option("-l, --language <tag>", "only voices that speak it; en also finds en-US")
    .option("--gender <gender>", "female, male, neutral or unknown")
    .option("--name <part>", "only voices with this in their name or id")
    .option("--config <file>", "JSON file with settings")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ parlando voices --language en\n  $ parlando voices --engine espeak --json")
    .action((flags: object) => run(async (context) => await (await import("./voices-command.ts")).voicesCommand(flags, context)));
}

function addEngines(program: Command, run: Run): void {
  program
    .command("engines")
    .summary("list the engines, and which are installed")
    .description("Lists every engine that there is a package for, what it can do where it is installed, and how to install the others.")
    .option("--json", "print JSON")
    .action((flags: object) => run(async (context) => await (await import("./engines-command.ts")).enginesCommand(flags, context)));
}

function addModels(program: Command, run: Run): void {
  program
    .command("models")
    .summary("list the files that local models need, and check them")
    .description("Lists what each local model needs, where it is looked for and fetched from, and checks the files that are there. Nothing is downloaded.\nExit status 0 when a model is complete, 1 when none is.")
    .option("--preset <id>", "only this one, such as audar-v1-flash")
    .option("-m, --model <path>", "the model's file, or a folder with all files")
    .option("--hash", "read the files as a whole and compare their SHA-256; takes seconds for each gigabyte")
    .option("--config <file>", "JSON file with settings")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ parlando models\n  $ parlando models --model models/audar --hash\n  $ PARLANDO_MODELS=~/models parlando models --preset audar-v1-phonemes --json")
    .action((flags: object) => run(async (context) => await (await import("./models-command.ts")).modelsCommand(flags, context)));
}

function addServe(program: Command, run: Run): void {
  const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  program
    .command("serve")
    .summary("serve speech over HTTP and WebSockets, with a page to try it")
    .description("Serves speech to OpenAI's clients, to browsers and to programs, until Ctrl-C or SIGTERM; then those who listen are heard out. A second one ends it at once.\nThe address is printed on standard error, one line of JSON for each request on standard output.")
    .option("-e, --engine <name>", "engine, or several separated by commas to fail over along; again for another model", several)
    .option("-p, --port <number>", "port to listen on; 0 for any that is free", "8080")
    .option("--host <address>", "address to listen on; others than this machine's own need keys", "127.0.0.1")
    .option("--key <key>", "key that clients have to send; may be given again. Better in PARLANDO_SERVER_KEYS, which `ps` does not show", several)
    .option("--origin <origin>", "page elsewhere that may use the server, such as https://app.example.org; may be given again", several)
    .option("--name <host>", "name by which the server is reached, behind a proxy that keeps it; may be given again", several)
    .option("--ssml", "requests may ask for SSML")
    .option("--grace <seconds>", "how long those who listen have at the end", "60")
    .option("--insecure", "listen to everybody without keys")
    .option("--no-page", "no page at /")
    .option("--faults", "requests may ask for faults of the engine, to see what the listener hears")
    .option("--config <file>", "JSON file with settings")
    .addHelpText("after", "\nExamples:\n  $ parlando serve --engine espeak\n  $ parlando serve --engine elevenlabs,espeak --engine polly --port 3000\n  $ PARLANDO_SERVER_KEYS=… parlando serve --host 0.0.0.0\n  $ curl localhost:8080/v1/audio/speech -H 'content-type: application/json' -d '{\"input\":\"Hello\"}' > hello.mp3")
    .action((flags: object) => run(async (context) => await (await import("./serve-command.ts")).serveCommand(flags, context)));
}

function addDoctor(program: Command, run: Run): void {
  program
    .command("doctor")
    .summary("tell what works here, and how to fix the rest")
    .description("Looks at Node, packages, engines, credentials, settings and the sound device.\nExit status 0 when an engine can speak here, 1 when none can.")
    .option("--json", "print JSON")
    .action((flags: object) => run(async (context) => await (await import("./doctor-command.ts")).doctorCommand(flags, context)));
}
