/** As much of the editor as the panel's code needs. */
export const Uri = { joinPath: (base: string, ...parts: readonly string[]) => [base, ...parts].join('/') };
export const env = { language: 'en' };
