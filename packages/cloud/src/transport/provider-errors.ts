import type { ErrorCode } from "@parlando/engine";
import type { CallContext } from "./call-context.ts";

/** What an error of a provider means to us. */
export interface ErrorRule {
  code: ErrorCode;
  /** Default: what the status or the code says. */
  retryable?: boolean | undefined;
  /** In our words, what was found and what to do: a sentence. It is put into the message. */
  says?: string | undefined;
}

/** How an engine's provider tells what went wrong: a table that the engine hands to the classifier. */
export interface ProviderErrors {
  /** By the provider's own code, as in the body of an answer. */
  codes?: Readonly<Record<string, ErrorRule>> | undefined;
  /** By the status of an answer, where the usual meaning is wrong. A code in the body is stronger. */
  statuses?: Readonly<Record<number, ErrorRule>> | undefined;
  /** By the close code of a WebSocket. A function is handed the reason that came with it (untrusted: it may hold spoken text). */
  closeCodes?: Readonly<Record<number, ErrorRule | ((reason: string) => ErrorRule | undefined)>> | undefined;
  /** What a 404 means for the request at hand, by what it named. Default `INVALID_CONFIG`. */
  notFound?: ErrorCode | undefined;
  /** The provider's codes in a body that was read as JSON, the most telling first. Default: the usual places (`error.code`, `detail.status`, ...). */
  codesIn?: ((body: unknown) => readonly string[]) | undefined;
  /** True where the provider's own message is known to be of use and harmless. It is cut, and cleaned of what was sent. Default false: it is left out. */
  showMessage?: boolean | undefined;
}

/** What the classifier needs to know about the call that failed. */
export interface ErrorContext extends CallContext {
  errors?: ProviderErrors | undefined;
  /** The text that was sent, and every key and token: none of it may be in a message, even where the provider echoes it. */
  sent?: readonly (string | undefined)[] | undefined;
}
