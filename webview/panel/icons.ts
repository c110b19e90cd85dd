/** Icons, 16 × 16, in the colour of the text. */
import { svg } from './dom';

const paths = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  stop: 'M3.5 3.5h9v9h-9z',
  restart: 'M8 2a6 6 0 1 0 5.7 4.1l-1.4.5A4.5 4.5 0 1 1 8 3.5c1 0 2 .4 2.8 1L9 6.3h5V1.4l-2.1 2.1A6 6 0 0 0 8 2z',
  dice: 'M3.5 2h9A1.5 1.5 0 0 1 14 3.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 12.5v-9A1.5 1.5 0 0 1 3.5 2zM3.4 3.4v9.2h9.2V3.4zM5 4.8h1.8v1.8H5zM9.2 9.4H11v1.8H9.2zM7.1 7.1h1.8v1.8H7.1z',
  step: 'M3 2.5v11l7.5-5.5zM11.5 3h1.7v10h-1.7z',
  chevron: 'M3.5 6l.9-.9L8 8.7l3.6-3.6.9.9L8 10.5z',
  first: 'M3.5 3h1.4v10H3.5zM11.5 2.9l.9.9L8.2 8l4.2 4.2-.9.9L6.4 8z',
  previous: 'M10 2.9l.9.9L6.7 8l4.2 4.2-.9.9L4.9 8z',
  next: 'M6 2.9l-.9.9L9.3 8l-4.2 4.2.9.9L11.1 8z',
  last: 'M12.5 3h-1.4v10h1.4zM4.5 2.9l-.9.9L7.8 8l-4.2 4.2.9.9L9.6 8z',
  fork: 'M4.5 1.5a2 2 0 0 1 .7 3.9v5.2a2 2 0 1 1-1.4 0V5.4a2 2 0 0 1 .7-3.9zM4.5 2.9a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2zM4.5 11.9a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2zM11.5 3a2 2 0 0 1 .7 3.9c-.1 2-1.6 3.1-4.2 3.3l-2.8.3V9.1L7.9 8.8c1.9-.2 2.8-.8 2.9-1.9A2 2 0 0 1 11.5 3zM11.5 4.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2z',
  save: 'M2.5 2h8.7L14 4.8V14H2V2.5zM4.5 3.5V6h5V3.5zM4.5 9v3.5h7V9z',
  check: 'M6.3 12.3 2.4 8.4l1.1-1.1 2.8 2.8 6.2-6.2 1.1 1.1z',
  cross: 'M3.9 2.9 8 7l4.1-4.1 1 1L9 8l4.1 4.1-1 1L8 9l-4.1 4.1-1-1L7 8 2.9 3.9z',
  star: 'M8 1.3l2 4.4 4.8.5-3.6 3.2 1 4.8L8 11.8l-4.2 2.4 1-4.8L1.2 6.2l4.8-.5zM8 4.3 6.9 6.7l-2.6.3 1.9 1.7-.5 2.6L8 10l2.3 1.3-.5-2.6 1.9-1.7-2.6-.3z',
  starred: 'M8 1.3l2 4.4 4.8.5-3.6 3.2 1 4.8L8 11.8l-4.2 2.4 1-4.8L1.2 6.2l4.8-.5z',
  chart: 'M2 2h1.3v10.7H14V14H2zM5 9.3 7.7 6l2 2L13 3.8l1 .8-4.2 5.4-2-2L6 10.2z',
  apply: 'M7.3 2h1.4v6.3l2.1-2.1.9.9L8 10.8 4.3 7.1l.9-.9 2.1 2.1zM2.5 12.5h11V14h-11z',
  compare: 'M2 2.5h5v11H2zM9 2.5h5v11H9zM3.3 3.8v8.4h2.4V3.8zM10.3 3.8v8.4h2.4V3.8z',
  plus: 'M7.3 2.5h1.4v4.8h4.8v1.4H8.7v4.8H7.3V8.7H2.5V7.3h4.8z',
  minus: 'M2.5 7.3h11v1.4h-11z',
  fit: 'M2 2h4v1.4H3.4V6H2zM10 2h4v4h-1.4V3.4H10zM2 10h1.4v2.6H6V14H2zM12.6 10H14v4h-4v-1.4h2.6z',
  warning: 'M8 1.5 15 14H1zM7.3 6v4h1.4V6zM7.3 11v1.4h1.4V11z',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM7.3 4.2h1.4v1.5H7.3zM7.3 7h1.4v5H7.3z',
} as const;

export type IconName = keyof typeof paths;

export function icon(name: IconName): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 16 16', width: 16, height: 16, class: `icon icon-${name}`, 'aria-hidden': 'true' },
    svg('path', { d: paths[name], 'fill-rule': 'evenodd' }),
  );
}
