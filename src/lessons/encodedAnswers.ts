/** Answers of shipped lessons, written so that they do not meet the eye. This is no secret. */
import { base64 } from '../common/base64';
import { OwnReading } from '../language';
import { piecesOf } from './pieces';

/** The keys of a question that a reader sees. */
const plainKeys: readonly string[] = ['id', 'ask', 'choices', 'of'];

/** The lesson with one key `encoded` in each question for its answer and what is said of it. */
export function encodeAnswers(text: string): string {
  let encoded = '';
  let at = 0;
  for (const piece of piecesOf(text).pieces) {
    if (piece.kind === 'block' && piece.block === 'question') {
      const [start, end] = piece.body;
      encoded += text.slice(at, start) + encodedQuestion(text.slice(start, end));
      at = end;
    }
  }
  return encoded + text.slice(at);
}

function encodedQuestion(body: string): string {
  const { tree } = new OwnReading(body);
  const entries = tree?.kind === 'map' ? tree.entries : [];
  const lines = entries.map(({ key, keySpan }, index) => {
    const own = body.slice(keySpan[0], entries[index + 1]?.keySpan[0]);
    return { key, own: own.endsWith('\n') ? own : `${own}\n` };
  });
  const isPlain = ({ key }: { readonly key: string }) => plainKeys.includes(key);
  const textOf = (some: typeof lines) => some.map(({ own }) => own).join('');
  const hidden = lines.filter((line) => !isPlain(line));
  return `${textOf(lines.filter(isPlain))}encoded: ${base64(textOf(hidden))}\n`;
}
