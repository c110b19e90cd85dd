/** An activation function as a layer of its own. */
import { layer } from './kind';
import { activate } from './tensors';

export const activation = layer({
  name: 'activation',
  aliases: ['activation_layer', 'nonlinearity'],
  parameters: [
    {
      name: 'activation',
      type: 'activation',
      primary: true,
      aliases: ['function'],
      libraries: ['', 'activation'],
    },
  ],
  formula: 'activation(x)',
  latex: 'y=a(x)',
  keras: 'keras.layers.Activation(activation)',
  forward: 'activate',
  isActivation: true,
  completionRank: 7,
  plan: (request) => activate(request, request.input, [], request.path, request.layer.name),
});
