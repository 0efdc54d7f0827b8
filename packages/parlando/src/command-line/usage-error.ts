import { TTSError } from "@parlando/engine";

/** The command line itself is wrong: exit status 2. */
export class UsageError extends TTSError {
  constructor(message: string) {
    super("INVALID_INPUT", message);
  }
}
