import { TTSError } from "@parlando/engine";

const causes: Readonly<Record<string, string>> = {
  ENOENT: "the folder does not exist; create it or choose another path",
  ENOTDIR: "a part of the path is a file, not a folder; choose another path",
  EISDIR: "it is a folder; name a file in it",
  EACCES: "there is no permission to write there; choose another path or change the permissions",
  EPERM: "there is no permission to write there; choose another path or change the permissions",
  EROFS: "the file system is read-only; choose another path",
  ENOSPC: "no space is left; free some or choose another disk",
  EDQUOT: "the disk quota is used up; free some space or choose another disk",
  EMFILE: "too many files are open; close some or raise the limit",
  ENAMETOOLONG: "the name is too long; choose a shorter one",
  EFBIG: "the file has reached the largest size allowed; write a shorter one",
};

/** The error of a file that cannot be written: what was being done, the path, the reason. */
export function fileError(action: string, path: string, error: unknown): TTSError {
  if (TTSError.isInstance(error)) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const reason = causes[code] ?? `the system refused it (${code}); choose another path`;
  return new TTSError("INVALID_INPUT", `${action} ${JSON.stringify(path)}: ${reason}.`, { cause: error });
}
