/** The steps of a tiny network: its phases are those of any network, its fast path is one function. */
import { activation } from '../../../spec/catalogue';
import { outputActivation } from '../../../spec/outputActivation';
import type { NetworkPlan, TrainingPlan } from '../../../spec/plan';
import { activationKernel } from '../activations';
import { makeLossKernel } from '../losses';
import type { Arena, BatchBuffer } from '../memory/arena';
import type { LayerKernels } from '../network/kernels';
import { type CommonBuild, makeCommon, type StepKernels, trainParameters } from '../network/step';
import { makeRecords, recordBytes } from './records';
import { emitTinyTrain, type TinyLayer } from './train';

export function makeTinyStep(
  { network }: TrainingPlan,
  arena: Arena,
  output: BatchBuffer,
  build: CommonBuild,
): StepKernels {
  const { module, data, layers, optimizer, batchSize } = build;
  const common = makeCommon(build);
  const batches = Math.ceil(data.order.length / batchSize);
  const address = arena.bytes(batches * Math.ceil(batchSize / 4) * recordBytes(data));
  const records = makeRecords({ module, data, address, batchSize });
  const sums = arena.bytes(network.parameterCount * 16);
  const train = module.function('train', { parameters: trainParameters }, (f) =>
    emitTinyTrain(f, {
      layers: tinyLayers(network, layers),
      data,
      output,
      records,
      loss: makeLossKernel(network.loss, {
        fused: network.fusedLayer !== undefined,
        activation: outputActivation(network.layers)?.thing.name,
      }),
      optimizer,
      end: common.end,
      batchSize,
      sums,
    }),
  );
  return { ...common, train };
}

function tinyLayers(network: NetworkPlan, layers: readonly LayerKernels[]): readonly TinyLayer[] {
  return network.layers.map((plan, i) => {
    const thing = plan.activation;
    const entry = thing && thing.name !== 'linear' ? activation(thing.name) : undefined;
    return {
      plan,
      fused: network.fusedLayer === i,
      layer: layers[i].layer,
      activation: entry && thing && activationKernel(entry, thing.parameters),
    };
  });
}
