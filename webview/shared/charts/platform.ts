import { type Chart, DomPlatform } from 'chart.js';

type Listener = Parameters<DomPlatform['addEventListener']>[2];
/** Chart.js keeps for each kind of event what it has to end. */
type Watched = Chart & { readonly $proxies?: Record<string, { disconnect(): void } | undefined> };

/**
 * Chart.js waits for its canvas to be added to the document, and does not see what is added to a shadow tree.
 * A canvas that has got a size was added, wherever that is.
 */
export class AnyTreePlatform extends DomPlatform {
  override addEventListener(chart: Chart, type: string, listener: Listener): void {
    super.addEventListener(chart, type, listener);
    const { $proxies } = chart as Watched;
    const inDocument = $proxies?.[type];
    if (type !== 'attach' || !$proxies || !inDocument) {
      return;
    }
    const sized = new ResizeObserver(() => {
      if (chart.canvas?.isConnected) {
        (listener as () => void)();
      }
    });
    sized.observe(chart.canvas);
    $proxies[type] = {
      disconnect() {
        inDocument.disconnect();
        sized.disconnect();
      },
    };
  }
}
