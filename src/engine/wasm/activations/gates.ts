/**
 * Gates: z = [x, b] → a = x·g(b), half as long, for four vectors side by side.
 *
 *   z   x₀ x₁ x₂ | b₀ b₁ b₂      a   x₀g(b₀)  x₁g(b₁)  x₂g(b₂)
 */
import { type FunctionBuilder, f32x4, i32 } from '../../../assembler';
import type { Index } from '../lanes/lanes';
import type { ElementwiseKernel, VectorKernel } from './kernel';
import { rectifiers } from './rectifiers';
import { gelu, silu } from './smooth';
import { squashing } from './squashing';

function gate(g: ElementwiseKernel): VectorKernel {
  return {
    shape: 'vector',
    forward(f, z, a) {
      a.each((k) => {
        const b = f.let(z.get(later(f, k, a.size)));
        a.set(k, f32x4.mul(z.get(k), g.forward(f, b)));
      });
    },
    // dx = da·g(b), db = da·x·g′(b)
    backward(f, z, a, da, dz) {
      a.each((k) => {
        const behind = later(f, k, a.size);
        const b = f.let(z.get(behind));
        const value = f.let(g.forward(f, b));
        const error = f.let(da.get(k));
        dz.set(behind, f32x4.mul(f32x4.mul(error, z.get(k)), g.derivative(f, b, value)));
        dz.set(k, f32x4.mul(error, value));
      });
    },
  };
}

const later = (f: FunctionBuilder, k: Index, by: number): Index =>
  typeof k === 'number' ? k + by : f.let(i32.add(k, by));

export const gates: Readonly<Record<string, VectorKernel>> = {
  glu: gate(squashing.sigmoid({})),
  swiglu: gate(silu),
  geglu: gate(gelu),
  reglu: gate(rectifiers.relu({})),
};
