/** Initialisers: the values of `kernel_initializer` and `bias_initializer` of a layer. */
import { positive, real } from './parameters';
import type { CatalogueEntry, ParameterEntry } from './types';

export const initializers: readonly CatalogueEntry[] = [
  initializer('torch_default', ['pytorch_default', 'default'], [], {
    formula: 'U(-1/√fan_in, 1/√fan_in)',
    latex: 'w\\sim U\\Bigl(\\pm\\frac1{\\sqrt{\\mathit{fan}_{\\mathit{in}}}}\\Bigr)',
    pytorch: 'torch.nn.init.kaiming_uniform_(w, a=5 ** 0.5)',
    keras: 'keras.initializers.VarianceScaling(1 / 3, mode="fan_in", distribution="uniform")',
  }),
  initializer('glorot_uniform', ['xavier_uniform', 'xavier', 'glorot'], [], {
    formula: 'U(-a, a), a = √(6/(fan_in+fan_out))',
    latex: 'w\\sim U\\biggl(\\pm\\sqrt{\\frac6{\\mathit{fan}_{\\mathit{in}}+\\mathit{fan}_{\\mathit{out}}}}\\,\\biggr)',
    pytorch: 'torch.nn.init.xavier_uniform_(w)',
    keras: 'keras.initializers.GlorotUniform()',
  }),
  initializer('glorot_normal', ['xavier_normal'], [], {
    formula: 'N(0, 2/(fan_in+fan_out))',
    latex: 'w\\sim N\\Bigl(0,\\,\\frac2{\\mathit{fan}_{\\mathit{in}}+\\mathit{fan}_{\\mathit{out}}}\\Bigr)',
    pytorch: 'torch.nn.init.xavier_normal_(w)',
    keras: 'keras.initializers.GlorotNormal()',
  }),
  initializer('he_uniform', ['kaiming_uniform', 'kaiming'], [], {
    formula: 'U(-a, a), a = √(6/fan_in)',
    latex: 'w\\sim U\\biggl(\\pm\\sqrt{\\frac6{\\mathit{fan}_{\\mathit{in}}}}\\,\\biggr)',
    pytorch: "torch.nn.init.kaiming_uniform_(w, nonlinearity='relu')",
    keras: 'keras.initializers.HeUniform()',
  }),
  initializer('he_normal', ['kaiming_normal', 'he'], [], {
    formula: 'N(0, 2/fan_in)',
    latex: 'w\\sim N\\Bigl(0,\\,\\frac2{\\mathit{fan}_{\\mathit{in}}}\\Bigr)',
    pytorch: "torch.nn.init.kaiming_normal_(w, nonlinearity='relu')",
    keras: 'keras.initializers.HeNormal()',
  }),
  initializer('lecun_uniform', [], [], {
    formula: 'U(-a, a), a = √(3/fan_in)',
    latex: 'w\\sim U\\biggl(\\pm\\sqrt{\\frac3{\\mathit{fan}_{\\mathit{in}}}}\\,\\biggr)',
    pytorch: "torch.nn.init.kaiming_uniform_(w, nonlinearity='linear')",
    keras: 'keras.initializers.LecunUniform()',
  }),
  initializer('lecun_normal', ['lecun'], [], {
    formula: 'N(0, 1/fan_in)',
    latex: 'w\\sim N\\Bigl(0,\\,\\frac1{\\mathit{fan}_{\\mathit{in}}}\\Bigr)',
    pytorch: "torch.nn.init.kaiming_normal_(w, nonlinearity='linear')",
    keras: 'keras.initializers.LecunNormal()',
  }),
  initializer('orthogonal', [], [real('gain', 1)], {
    formula: 'gain·Q, Q·Qᵀ = I ∨ Qᵀ·Q = I',
    latex: 'W=\\text{gain}\\cdot Q\\qquad QQ^{\\mathsf T}=I\\;\\vee\\;Q^{\\mathsf T}Q=I',
    pytorch: 'torch.nn.init.orthogonal_(w, gain=1)',
    keras: 'keras.initializers.Orthogonal(gain=1.0)',
  }),
  initializer(
    'random_uniform',
    ['uniform'],
    [real('minimum', -0.05, { aliases: ['minval', 'a'] }), real('maximum', 0.05, { aliases: ['maxval', 'b'] })],
    {
      formula: 'U(minimum, maximum)',
      latex: 'w\\sim U(\\text{minimum},\\,\\text{maximum})',
      pytorch: 'torch.nn.init.uniform_(w, a=-0.05, b=0.05)',
      keras: 'keras.initializers.RandomUniform(minval=-0.05, maxval=0.05)',
    },
  ),
  initializer('random_normal', ['normal'], gaussian(), {
    formula: 'N(mean, stddev²)',
    latex: 'w\\sim N(\\mu,\\,\\sigma^2)',
    pytorch: 'torch.nn.init.normal_(w, mean=0.0, std=0.05)',
    keras: 'keras.initializers.RandomNormal(mean=0.0, stddev=0.05)',
  }),
  initializer('truncated_normal', ['trunc_normal'], gaussian(), {
    formula: 'N(mean, stddev²), |w-mean| ≤ 2·stddev',
    latex: 'w\\sim N(\\mu,\\,\\sigma^2)\\qquad|w-\\mu|\\le2\\sigma',
    pytorch: 'torch.nn.init.trunc_normal_(w, mean, std, a=mean - 2 * std, b=mean + 2 * std)',
    keras: 'keras.initializers.TruncatedNormal(mean=0.0, stddev=0.05)',
  }),
  initializer('constant', [], [real('value', undefined, { primary: true })], {
    formula: 'value',
    pytorch: 'torch.nn.init.constant_(w, value)',
    keras: 'keras.initializers.Constant(value)',
  }),
  initializer('values', [], [{ name: 'values', type: 'numbers', primary: true }], {
    formula: 'values',
    pytorch: 'w.data = torch.tensor(values)',
    keras: 'keras.initializers.Constant(values)',
  }),
  initializer('zeros', ['zero'], [], {
    formula: '0',
    pytorch: 'torch.nn.init.zeros_(w)',
    keras: 'keras.initializers.Zeros()',
  }),
  initializer('ones', ['one'], [], {
    formula: '1',
    pytorch: 'torch.nn.init.ones_(w)',
    keras: 'keras.initializers.Ones()',
  }),
  initializer('identity', ['eye'], [], {
    formula: 'I',
    pytorch: 'torch.nn.init.eye_(w)',
    keras: 'keras.initializers.Identity()',
  }),
];

function gaussian(): readonly ParameterEntry[] {
  return [real('mean', 0), real('stddev', 0.05, { ...positive, aliases: ['std'] })];
}

function initializer(
  name: string,
  aliases: readonly string[],
  parameters: readonly ParameterEntry[],
  facts: Pick<CatalogueEntry, 'formula' | 'latex' | 'pytorch' | 'keras'>,
): CatalogueEntry {
  return { kind: 'initializer', name, aliases, parameters, ...facts };
}
