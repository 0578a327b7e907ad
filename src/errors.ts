/** What went wrong, as a word that code can compare. */
export type ErrorCode =
  /** A binding is not there: misuse, thrown to the caller even where a backend's failure would be an event. */
  | "missing-binding"
  /** The backend cannot do this atomically or at all. */
  | "unsupported"
  /** The backend refused the credentials. */
  | "unauthorized"
  /** The backend answered, but not with success. */
  | "backend-failed"
  /** The backend took the write and did not keep it. */
  | "not-stored"
  /** The envelope is larger than the backend takes. */
  | "too-large"
  /** There is no value to work on. */
  | "not-found"
  /** The function took longer than its `hardTimeout`, or a backend longer than `backendTimeout`. */
  | "timeout"
  /** The backend has failed too often, and is not asked for a while. */
  | "breaker-open"
  /** The function has no version but its own text, and its cache refuses that. */
  | "unversioned";

/** An error of autocache's own. What a function throws is never wrapped in one. */
export class AutocacheError extends Error {
  override readonly name = "AutocacheError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Tells whether an error is autocache's own, and of this code if one is given.
 *
 * Looks at `name` and `code`, not at the class: two bundles or two realms have two classes.
 */
export function isAutocacheError(error: unknown, code?: ErrorCode): error is AutocacheError {
  const candidate = error as Partial<AutocacheError> | null | undefined;
  return (
    candidate?.name === "AutocacheError" &&
    typeof candidate.code === "string" &&
    (code === undefined || candidate.code === code)
  );
}
