import type { Services } from './services';

/** The value that `activate` returns, for the product's own tests. Not a public interface. */
export interface NnspecApi {
  services(): Promise<Services>;
}
