/** The engine's version, as `package.json` gives it; written into weights and run records. */
export const engineVersion = '0.1.0';
