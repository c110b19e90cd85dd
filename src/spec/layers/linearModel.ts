import { defaultsOf, find } from '../catalogue';
import { outputActivation } from '../outputActivation';
import type { LayerSpec, Spec, Thing } from '../spec';

/**
 * The same experiment with a network of a single layer. Up to the activation of its outputs it is linear:
 * linear or logistic regression. What a network does better than this, it owes to its hidden layers.
 * `inFolds`: with the cross-validation of the spec.
 */
export function linearModelOf(spec: Spec, outputs: number, inFolds: boolean): Spec {
  const flatten = layerOf('flatten');
  const output = outputLayer(outputs, outputActivation(spec.layers)?.thing ?? { name: 'linear', parameters: {} });
  // The built-in engine trains it, whatever trains the network.
  const { crossValidation, engine: _, ...training } = spec.training;
  return {
    ...spec,
    layers: [flatten, output],
    training: inFolds ? { ...training, crossValidation } : training,
    expect: [],
  };
}

/** A dense layer with the defaults of the language. */
export function outputLayer(units: number, activation: Thing): LayerSpec {
  return { ...layerOf('dense', units), activation };
}

function layerOf(type: 'flatten' | 'dense', units?: number): LayerSpec {
  const entry = find('layer', type);
  if (!entry) {
    throw new Error(`The catalogue has no layer ${type}: add it to spec/layers.`);
  }
  return { type, name: type, parameters: { ...defaultsOf(entry), ...(units !== undefined && { units }) } };
}
