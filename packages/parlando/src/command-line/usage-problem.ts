import type { CommanderError } from "commander";
import { oneLine } from "./report-error.ts";

/** Messages made of the program's own words only. */
const ownWords = ["commander.optionMissingArgument", "commander.missingArgument", "commander.excessArguments", "commander.missingMandatoryOptionValue", "commander.conflictingOption"];

/**
 * What is wrong with a command line, in commander's words as far as these are not the user's: whatever was typed may be a text to speak or a
 * secret, so of it only what looks like the name of an option is told.
 */
export function usageProblem({ code, message }: CommanderError): string {
  return `${problem(code, oneLine(message.replace(/^error: /, "")))}; see parlando --help`;
}

function problem(code: string, message: string): string {
  if (ownWords.includes(code)) return message;
  if (code === "commander.unknownOption") return `${unknownOption(message)}${suggestion(message)}`;
  if (code === "commander.unknownCommand") return `there is no such command${suggestion(message)}`;
  return "the command line cannot be understood";
}

function unknownOption(message: string): string {
  const name = /^unknown option '(-[a-z]|--[a-z][a-z-]{0,30})(?:=|'(?: |$))/i.exec(message)?.[1];
  if (name === undefined) return "unknown option (a text that begins with - goes after --)";
  return message.startsWith(`unknown option '${name}=`) ? `no option '${name}' takes a value` : `unknown option '${name}'`;
}

/** Names of commands and options that commander thinks were meant. */
function suggestion(message: string): string {
  const found = / \((Did you mean (?:one of )?[a-z, -]+\?)\)$/.exec(message)?.[1];
  return found === undefined ? "" : ` (${found})`;
}
