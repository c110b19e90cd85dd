/**
 * `panel.json` of a kept run: what the panel shows of it beside its log. A checksum on the first line, since
 * a view cannot look at every field.
 */
import { checksum } from '../common/checksum';
import { isRecord } from '../common/isRecord';
import { packNumbers, unpackNumbers } from '../common/jsonNumbers';
import { parseJson } from '../common/parseJson';
import type { RunDetails } from './panel';

export function encodePanelFile({ stage: _, progress: __, film: ___, ...details }: RunDetails): Uint8Array {
  const text = JSON.stringify(packNumbers(details));
  const bytes = new TextEncoder().encode(text);
  return new TextEncoder().encode(`${checksum(bytes, 0)}\n${text}\n`);
}

/** Nothing where the text is damaged, or was changed by somebody else. */
export function readPanelFile(content: string): RunDetails {
  const [sum, text = ''] = content.split('\n');
  if (String(checksum(new TextEncoder().encode(text), 0)) !== sum) {
    return {};
  }
  const details = unpackNumbers(parseJson(text));
  return isRecord(details) ? details : {};
}
