/**
 * Average pooling: the mean of each window, four windows side by side in the lanes (see `eachPlace`). Zeros
 * of the padding are included: the divisor is always the window's size.
 */
import { f32, f32x4, v128 } from '../../../../assembler';
import type { LayerBuild, WasmLayer } from '../../layer';
import { rangeKernel } from '../range';
import { eachMember, eachMemberOfFour, eachPlace, type Place, planesOf } from './places';
import { spreadPairs } from './spreadPairs';

export function makeAveragePooling(build: LayerBuild): WasmLayer {
  const { input, output, dInput, dOutput } = build;
  const geometry = planesOf(build);
  const field = geometry.vertical.kernel * geometry.horizontal.kernel;

  const forward = rangeKernel(build, 'forward');
  const sum = forward.local('f32');
  const sums = forward.local('v128');
  eachPlace(forward, geometry, {
    one: (place) => {
      forward.set(sum, f32.const(0));
      eachMember(forward, geometry, place, (_i, _j, address) => {
        forward.set(sum, f32.add(sum, f32.load(address, input.address)));
      });
      forward.storeF32(place.out, f32.div(sum, field), output.address);
    },
    four: (place) => {
      forward.set(sums, f32x4.splat(0));
      eachMemberOfFour(forward, geometry, place, input.address, (_i, _j, value) => {
        forward.set(sums, f32x4.add(sums, value));
      });
      forward.storeV128(place.out, f32x4.div(sums, field), output.address);
    },
  });

  const backward = rangeKernel(build, 'backward');
  if (dInput) {
    const spread = spreadPairs(backward, geometry, dInput, ({ at }) =>
      f32x4.div(v128.load(at, dOutput.address), field),
    );
    if (!spread) {
      const share = backward.local('f32');
      const one = (place: Place): void => {
        backward.set(share, f32.div(f32.load(place.out, dOutput.address), field));
        eachMember(backward, geometry, place, (_i, _j, address) => {
          backward.storeF32(address, f32.add(f32.load(address, dInput.address), share), dInput.address);
        });
      };
      eachPlace(backward, geometry, { one }, dInput.address);
    }
  }
  return { tensors: [], forward, backward };
}
