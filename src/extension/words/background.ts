/** Work that nobody waits for. */

/** Reports a failure to the log and to the person. */
type Report = (error: unknown) => void;

let report: Report = (error) => console.error(error);

/** Sets who hears of failures. Each bundle of the extension has its own copy of this module. */
export function reportFailuresTo(reporter: Report): void {
  report = reporter;
}

/** Lets work go on by itself. If it fails, that is reported; nothing is thrown. */
export function inBackground(work: Thenable<unknown> | undefined): void {
  work?.then(undefined, (error: unknown) => report(error));
}
