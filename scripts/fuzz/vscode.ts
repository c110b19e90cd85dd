/** As much of the editor as the panel's code needs. */
export const Uri = { joinPath: (base: string, ...parts: readonly string[]) => [base, ...parts].join('/') };
export const env = { language: 'en' };
/** In Restricted Mode the panel reads no data. */
export const workspace = { isTrusted: false, onDidGrantWorkspaceTrust: () => ({ dispose: () => undefined }) };
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
