import { printable } from '../../common/printable';

/**
 * A text in which the editor finds no link, no icon and no second line. A space parts the marks by which the
 * editor knows a link, `[words](address)`, and an icon, `$(name)`; all other text stays as it is.
 */
export function inert(text: string): string {
  return printable(text.replace(/[\t\n\r\u2028\u2029]+/g, ' ')).replace(/([\]$])(?=\()/g, '$1 ');
}
