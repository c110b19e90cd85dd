/** The shapes of data points. */

/** Circle, diamond, triangle, square by class, a ring for −1, so that colour is not the only distinction. */
export function shape(context: CanvasRenderingContext2D, kind: number, x: number, y: number, size: number): void {
  context.beginPath();
  if (kind < 0) {
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.arc(x, y, size * 0.45, 0, 2 * Math.PI, true);
    return;
  }
  if (kind % 4 === 0) {
    context.arc(x, y, size, 0, 2 * Math.PI);
    return;
  }
  const corners = kind % 4 === 2 ? 3 : 4;
  const turn = kind % 4 === 3 ? Math.PI / 4 : -Math.PI / 2;
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners;
    context.lineTo(x + Math.cos(angle) * size * 1.25, y + Math.sin(angle) * size * 1.25);
  }
  context.closePath();
}
