/** The views of the panel, in the order of their tabs and keys. A new view is a file and a line here. */
import { activations } from './activations';
import { backprop } from './backprop';
import { data } from './data';
import { gradients } from './gradients';
import { mistakes } from './mistakes';
import { network } from './network';
import { overview } from './overview';
import type { ViewEntry } from './view';

export const views: readonly ViewEntry[] = [network, overview, activations, backprop, gradients, data, mistakes];
