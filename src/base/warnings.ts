/** Warnings: facts a reader must know before using a number. They travel inside results, never only to a console. */

/** `code` is stable; `message` is a full sentence with the count or rows it speaks of and what to do. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** A frozen warning, safe to share between results. */
export const warning = (code: string, message: string): Warning => Object.freeze({ code, message });
