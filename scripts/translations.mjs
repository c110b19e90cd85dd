/**
 * Merges the files of translations. A sentence may be in several files, but with one translation.
 * @param {readonly { file: string, messages: Record<string, string> }[]} sources
 * @returns {{ merged: Record<string, string>, conflicts: string[] }} keys sorted; a conflict names the
 *   sentence and files
 */
export function mergeTranslations(sources) {
  const seen = new Map();
  const conflicts = [];
  for (const { file, messages } of sources) {
    for (const [sentence, translation] of Object.entries(messages)) {
      const first = seen.get(sentence);
      if (first && first.translation !== translation) {
        conflicts.push(`${first.file} and ${file}: ${JSON.stringify(sentence)}`);
      }
      seen.set(sentence, first ?? { file, translation });
    }
  }
  const merged = {};
  for (const sentence of [...seen.keys()].sort()) {
    merged[sentence] = seen.get(sentence).translation;
  }
  return { merged, conflicts };
}
