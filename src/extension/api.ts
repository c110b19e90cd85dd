import type { Services } from './services';

/** What `activate` returns: the insides, for the product's own tests. Not a public interface. */
export interface NnspecApi {
  services(): Promise<Services>;
}
